//! Progress and cancellation of long work.

/// The connection between long work and the code that waits for it.
pub trait Progress {
    /// `done` of `total` steps are done; a `total` of 0 means that it is not known.
    fn advance(&self, done: u64, total: u64);
    /// So many rows are done. Reported besides bytes, if the total number of rows is unknown.
    fn rows(&self, _done: u64) {}
    /// Whether the work should stop. Work that stops has changed nothing.
    fn is_cancelled(&self) -> bool;
}

/// Ignores progress and never cancels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn advance(&self, _done: u64, _total: u64) {}
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Number of steps between two reports, so that reporting costs next to nothing.
pub const STEPS_BETWEEN_REPORTS: u64 = 512;

/// Reports a step if it is time to. Returns whether to stop.
pub fn step(progress: &dyn Progress, done: u64, total: u64) -> bool {
    if !done.is_multiple_of(STEPS_BETWEEN_REPORTS) && done != total {
        return false;
    }
    progress.advance(done, total);
    progress.is_cancelled()
}
