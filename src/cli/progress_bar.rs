//! The progress of long work: one line on a terminal, which is overwritten with each report and
//! cleared at the end.

use std::cell::{Cell, RefCell};
use std::io::Write;
use std::time::{Duration, Instant};

use unicode_width::UnicodeWidthStr as _;

use crate::plan::words::thousands;
use crate::progress::Progress;

/// Work that takes less than this time shows no progress.
const QUIET_FOR: Duration = Duration::from_millis(500);
const BETWEEN_TICKS: Duration = Duration::from_millis(100);
const CLEAR_LINE: &str = "\r\u{1b}[K";
const BAR: usize = 20;
const SHORTEST_BAR: usize = 5;
/// The width in columns if that of the terminal is unknown. It is small, because a wrapped line
/// could not be cleared.
const USUAL_WIDTH: usize = 80;

/// Shows the progress of one task on a terminal.
pub(super) struct Ticker<'a> {
    shown: Option<RefCell<&'a mut dyn Write>>,
    title: &'static str,
    width: usize,
    started: Instant,
    rows: Cell<u64>,
    last: Cell<Option<Instant>>,
}

impl<'a> Ticker<'a> {
    /// A progress line on `watched`, titled `title`. Without `watched`, nothing is shown.
    pub fn new(
        watched: Option<&'a mut dyn Write>,
        title: &'static str,
        width: Option<usize>,
    ) -> Self {
        Self {
            shown: watched.map(RefCell::new),
            title,
            width: width.unwrap_or(USUAL_WIDTH),
            started: Instant::now(),
            rows: Cell::new(0),
            last: Cell::new(None),
        }
    }
}

impl Ticker<'_> {
    /// Shows the title at once, for work that reports no progress.
    pub fn announce(&self) {
        if let Some(shown) = &self.shown {
            self.last.set(Some(Instant::now()));
            let mut shown = shown.borrow_mut();
            drop(write!(shown, "{CLEAR_LINE}{}…", self.title));
            drop(shown.flush());
        }
    }
}

impl Progress for Ticker<'_> {
    fn advance(&self, done: u64, total: u64) {
        let Some(shown) = &self.shown else { return };
        // The end is not shown, since the result follows at once.
        if total > 0 && done >= total {
            return;
        }
        let is_due = self
            .last
            .get()
            .map_or(self.started.elapsed() > QUIET_FOR, |last| {
                last.elapsed() > BETWEEN_TICKS
            });
        if is_due {
            self.last.set(Some(Instant::now()));
            let line = line(
                self.title,
                (done, total),
                self.rows.get(),
                self.started.elapsed(),
                self.width,
            );
            let mut shown = shown.borrow_mut();
            drop(write!(shown, "{CLEAR_LINE}{line}"));
            drop(shown.flush());
        }
    }

    fn rows(&self, done: u64) {
        self.rows.set(done);
    }

    fn is_cancelled(&self) -> bool {
        false
    }
}

impl Drop for Ticker<'_> {
    fn drop(&mut self) {
        if let (Some(shown), Some(_)) = (&self.shown, self.last.get()) {
            let mut shown = shown.borrow_mut();
            drop(write!(shown, "{CLEAR_LINE}"));
            drop(shown.flush());
        }
    }
}

/// `Applying  [#####···············]  25%  250,000 of 1,000,000  83,333/s  9 s left`, or as much of
/// it as fits into `width` columns.
///
/// If rows are counted beside bytes, the rows are shown, and the bytes only determine the rest.
fn line(
    title: &str,
    (done, total): (u64, u64),
    rows: u64,
    elapsed: Duration,
    width: usize,
) -> String {
    let count = |count: u64| thousands(usize::try_from(count).unwrap_or(usize::MAX));
    let millis = u64::try_from(elapsed.as_millis())
        .unwrap_or(u64::MAX)
        .max(1);
    let mut parts = Vec::new();
    if total > 0 {
        parts.push(format!("{:3}%", part_of(done, total, 100)));
    }
    parts.push(match (rows, total) {
        (0, 0) => count(done),
        (0, _) => format!("{} of {}", count(done), count(total)),
        _ => format!("{} rows", count(rows)),
    });
    let counted = if rows == 0 { done } else { rows };
    parts.push(format!(
        "{}/s",
        count(counted.saturating_mul(1000) / millis)
    ));
    if done > 0 && done < total {
        let seconds = millis
            .saturating_mul(total - done)
            .div_ceil(done.saturating_mul(1000));
        parts.push(time_left(seconds));
    }
    let mut figures = String::new();
    for part in parts {
        // The last column stays free, because some terminals wrap the line when it is written.
        if title.width() + figures.width() + 2 + part.width() < width {
            figures.push_str("  ");
            figures.push_str(&part);
        }
    }
    // The bar gets the room beside the title and the figures.
    let room = width
        .saturating_sub(title.width() + figures.width() + "  []".len() + 1)
        .min(BAR);
    if total == 0 || room < SHORTEST_BAR {
        return format!("{title}{figures}");
    }
    let full = usize::try_from(part_of(done, total, room as u64)).unwrap_or(room);
    format!(
        "{title}  [{}{}]{figures}",
        "#".repeat(full),
        "·".repeat(room - full)
    )
}

/// The number of done parts, if the whole work is divided into `parts` parts.
fn part_of(done: u64, total: u64, parts: u64) -> u64 {
    done.min(total)
        .saturating_mul(parts)
        .checked_div(total)
        .unwrap_or(0)
}

fn time_left(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s left"),
        60..3600 => format!("{} min {:02} s left", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min left", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_count_rate_and_time_left() {
        let quarter = |width| {
            line(
                "Applying",
                (250_000, 1_000_000),
                0,
                Duration::from_secs(3),
                width,
            )
        };
        assert_eq!(
            quarter(100),
            "Applying  [#####···············]   25%  250,000 of 1,000,000  83,333/s  9 s left"
        );
        assert_eq!(
            quarter(70),
            "Applying  [##·······]   25%  250,000 of 1,000,000  83,333/s  9 s left"
        );
        assert_eq!(
            quarter(60),
            "Applying   25%  250,000 of 1,000,000  83,333/s  9 s left"
        );
        assert_eq!(quarter(5), "Applying");
        let bytes = line(
            "Reading the file",
            (50, 5000),
            7,
            Duration::from_secs(2),
            100,
        );
        assert_eq!(
            bytes,
            "Reading the file  [····················]    1%  7 rows  3/s  3 min 18 s left"
        );
        assert_eq!(
            line("Loading users", (1024, 0), 0, Duration::from_secs(1), 80),
            "Loading users  1,024  1,024/s"
        );
    }

    #[test]
    fn it_is_wiped_away_and_short_work_shows_nothing() {
        let mut shown = Vec::new();
        let ticker = Ticker::new(Some(&mut shown), "Applying", None);
        ticker.advance(1, 2);
        drop(ticker);
        assert_eq!(shown, b"");
        let mut ticker = Ticker::new(Some(&mut shown), "Applying", None);
        ticker.started = Instant::now()
            .checked_sub(QUIET_FOR * 2)
            .unwrap_or(ticker.started);
        ticker.advance(1, 2);
        drop(ticker);
        let shown = String::from_utf8(shown).unwrap();
        assert!(
            shown.starts_with("\r\u{1b}[KApplying  [##########··········]   50%  1 of 2"),
            "{shown:?}"
        );
        assert!(shown.ends_with(CLEAR_LINE), "{shown:?}");
    }
}
