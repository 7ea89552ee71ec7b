//! Where a command writes to: results, messages, and how far long work is.

use std::cell::{Cell, RefCell};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{Environment, ExitStatus, Format};
use crate::domain::text::shown;
use crate::progress::Progress;

/// Standard output and standard error, as the command line uses them.
pub(super) struct Console<'a> {
    out: BufWriter<Pipe<'a>>,
    err: &'a mut dyn Write,
    format: Format,
    /// The first error of writing results, other than that nobody reads them.
    failed: Option<io::Error>,
}

impl<'a> Console<'a> {
    pub fn new(out: &'a mut dyn Write, err: &'a mut dyn Write, format: Format) -> Self {
        Self { out: BufWriter::new(Pipe { inner: out, is_closed: false }), err, format, failed: None }
    }

    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Writes results as they are.
    pub fn write(&mut self, text: &str) {
        let written = self.out.write_all(text.as_bytes());
        self.note(written);
    }

    /// Writes a line of results.
    pub fn line(&mut self, text: &str) {
        let written = writeln!(self.out, "{}", Plain(text));
        self.note(written);
    }

    /// Writes results as one JSON document.
    pub fn json(&mut self, results: &impl Serialize) {
        let written = serde_json::to_writer_pretty(&mut self.out, results).map_err(io::Error::from);
        let written = written.and_then(|()| self.out.write_all(b"\n"));
        self.note(written);
    }

    /// Says something that is no result. Where nobody listens, that is no reason to stop.
    pub fn say(&mut self, text: &str) {
        for line in text.split('\n') {
            drop(writeln!(self.err, "{}", Plain(line)));
        }
    }

    /// Shows how far long work is until it is dropped, if somebody watches.
    pub fn watch<'b>(&'b mut self, title: &'static str, environment: &Environment) -> Ticker<'b> {
        let shown = environment.is_watched.then(|| RefCell::new(&mut *self.err as &mut dyn Write));
        Ticker { shown, title, started: Instant::now(), last: Cell::new(None) }
    }

    /// Hands over what is still on its way. Results that could not be written are a reason to say so.
    pub fn finish(mut self, status: ExitStatus) -> ExitStatus {
        let flushed = self.out.flush();
        self.note(flushed);
        match self.failed.take() {
            None => status,
            Some(error) => {
                self.say(&format!("pindesk: The results cannot be written: {error}. What was changed stays changed."));
                ExitStatus(status.0.max(ExitStatus::IN_PART.0))
            }
        }
    }

    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }
}

/// Results on their way to somebody who may have read enough (`| head`): then the rest goes nowhere, quietly.
struct Pipe<'a> {
    inner: &'a mut dyn Write,
    is_closed: bool,
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        match self.inner.write(bytes) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(bytes.len())
            }
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.inner.flush() {
            Err(error) if self.is_closed || error.kind() == ErrorKind::BrokenPipe => Ok(()),
            flushed => flushed,
        }
    }
}

/// A text without signs that steer a terminal: names come from files that anybody may have written.
pub(super) struct Plain<'a>(pub &'a str);

impl std::fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use std::fmt::Write as _;
        let text = self.0.replace(char::is_control, " ");
        shown(&text).chars().try_for_each(|c| f.write_char(c))
    }
}

/// One line on a terminal that is written over again and again.
pub(super) struct Ticker<'a> {
    shown: Option<RefCell<&'a mut dyn Write>>,
    title: &'static str,
    started: Instant,
    last: Cell<Option<Instant>>,
}

/// What is done sooner needs no progress.
const QUIET_FOR: Duration = Duration::from_millis(500);
const BETWEEN_TICKS: Duration = Duration::from_millis(100);
const CLEAR_LINE: &str = "\r\u{1b}[K";

impl Progress for Ticker<'_> {
    fn advance(&self, done: u64, total: u64) {
        let Some(shown) = &self.shown else { return };
        let is_due = self.last.get().map_or(self.started.elapsed() > QUIET_FOR, |last| last.elapsed() > BETWEEN_TICKS);
        if is_due {
            self.last.set(Some(Instant::now()));
            let percent = done.saturating_mul(100).checked_div(total).map(|percent| format!(" {}%", percent.min(100)));
            let mut shown = shown.borrow_mut();
            drop(write!(shown, "{CLEAR_LINE}{}…{}", self.title, percent.unwrap_or_default()));
            drop(shown.flush());
        }
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
