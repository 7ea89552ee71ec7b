//! The times of the window's frames, in a file that a test reads. Nothing is measured unless the
//! environment variable `PINDESK_FRAMES` names a new file.

use std::cell::Cell;
use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::time::{Duration, Instant};

/// The names of the columns. `at` is in seconds since the window was opened, everything else in
/// milliseconds.
const COLUMNS: &str = "at,work,elapsed,whole";

/// Times of the operating system's scheduler for the thread that opens this file, in nanoseconds:
/// on a core, and ready but without a core. See <https://docs.kernel.org/scheduler/sched-stats.html>.
const SCHEDULER: &str = "/proc/thread-self/schedstat";

/// Measures the frames of one window, and writes a line for each.
#[derive(Debug)]
pub struct FrameTimes {
    file: File,
    scheduler: Option<File>,
    opened: Instant,
    begun: Option<Moment>,
    /// A cell, because the end of the work is told by a call that cannot change anything else.
    worked: Cell<Option<Work>>,
}

#[derive(Clone, Copy, Debug)]
struct Moment {
    at: Instant,
    /// How long this thread has been kept off the cores by other threads and programs.
    kept_off: Duration,
}

/// The window's own part of a frame, from the input to the triangles.
#[derive(Clone, Copy, Debug)]
struct Work {
    begun: Instant,
    elapsed: Duration,
    kept_off: Duration,
}

impl FrameTimes {
    /// The times that the environment asks for.
    pub fn from_environment() -> Option<Self> {
        let file = std::env::var_os("PINDESK_FRAMES").filter(|file| !file.is_empty())?;
        Self::into_file(&file)
            .inspect_err(|error| log::warn!("the times of frames cannot be written: {error}"))
            .ok()
    }

    /// Times that go into a new file. The file says what kind of build was measured, since one
    /// without optimization is several times slower.
    pub fn into_file(path: impl AsRef<OsStr>) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(path.as_ref())?;
        let build = if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        };
        writeln!(file, "# {build} build\n{COLUMNS}")?;
        Ok(Self {
            file,
            scheduler: File::open(SCHEDULER).ok(),
            opened: Instant::now(),
            begun: None,
            worked: Cell::new(None),
        })
    }

    /// A frame begins, before its input is looked at.
    pub fn begin(&mut self) {
        self.begun = Some(self.now());
    }

    /// The frame is ready to be painted: what comes now is the renderer's work.
    pub fn end_work(&self) {
        let Some(begun) = self.begun else { return };
        let now = self.now();
        self.worked.set(Some(Work {
            begun: begun.at,
            elapsed: now.at - begun.at,
            kept_off: now.kept_off.saturating_sub(begun.kept_off),
        }));
    }

    /// Writes the line of the frame before. `whole` is the time of all of it in seconds, with the
    /// renderer but without waiting for the screen.
    pub fn write_last(&mut self, whole: Option<f32>) {
        let Some(work) = self.worked.take() else {
            return;
        };
        let line = format!(
            "{:.3},{:.3},{:.3},{:.3}\n",
            (work.begun - self.opened).as_secs_f64(),
            milliseconds(work.elapsed.saturating_sub(work.kept_off)),
            milliseconds(work.elapsed),
            f64::from(whole.unwrap_or_default()) * 1000.0,
        );
        if let Err(error) = self.file.write_all(line.as_bytes()) {
            log::warn!("the times of frames cannot be written: {error}");
        }
    }

    fn now(&self) -> Moment {
        Moment {
            at: Instant::now(),
            kept_off: self.scheduler.as_ref().map_or(Duration::ZERO, kept_off),
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Zero if the operating system does not count it.
fn kept_off(mut scheduler: &File) -> Duration {
    let mut text = String::new();
    let read = scheduler
        .rewind()
        .and_then(|()| scheduler.read_to_string(&mut text));
    let nanoseconds = read.ok().and_then(|_length| {
        let second = text.split_ascii_whitespace().nth(1)?;
        second.parse().ok()
    });
    Duration::from_nanos(nanoseconds.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_after(frames: impl FnOnce(&mut FrameTimes)) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frames");
        let mut times = FrameTimes::into_file(&path).unwrap();
        frames(&mut times);
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().skip(2).map(str::to_owned).collect()
    }

    #[test]
    fn each_painted_frame_is_a_line_with_a_number_for_each_column() {
        let lines = lines_after(|times| {
            for _ in 0..3 {
                times.write_last(Some(0.25));
                times.begin();
                times.end_work();
            }
            times.write_last(Some(0.25));
            times.write_last(Some(0.5));
        });
        assert_eq!(lines.len(), 3);
        for line in lines {
            let numbers: Vec<f64> = line.split(',').map(|text| text.parse().unwrap()).collect();
            assert_eq!(numbers.len(), COLUMNS.split(',').count());
            assert!(
                numbers[1] <= numbers[2],
                "own work is part of what elapsed: {line}"
            );
            assert!((numbers[3] - 250.0).abs() < 0.001, "{line}");
        }
    }

    #[test]
    fn a_frame_that_is_not_painted_is_no_line() {
        let lines = lines_after(|times| {
            times.begin();
            times.write_last(Some(0.1));
        });
        assert!(lines.is_empty());
    }

    #[test]
    fn an_existing_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("frames");
        std::fs::write(&path, "mine").unwrap();
        assert!(FrameTimes::into_file(&path).is_err());
        assert_eq!(std::fs::read_to_string(path).unwrap(), "mine");
    }
}
