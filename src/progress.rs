//! How long work reports how far it is, and learns that it should stop.

/// What a long piece of work is told by, and tells, whoever waits for it.
pub trait Progress {
    /// `done` of `total` steps are done; a `total` of 0 means that it is not known.
    fn advance(&self, done: u64, total: u64);
    /// So many rows are done: said beside bytes, where nobody knows how many rows there will be.
    fn rows(&self, _done: u64) {}
    /// Has somebody asked to stop? Work that stops has changed nothing.
    fn is_cancelled(&self) -> bool;
}

/// For work that nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn advance(&self, _done: u64, _total: u64) {}
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Reports every so many steps only, so that watching costs nothing.
pub const STEPS_BETWEEN_REPORTS: u64 = 512;

/// Reports a step if it is time to, and says whether to stop.
pub fn step(progress: &dyn Progress, done: u64, total: u64) -> bool {
    if !done.is_multiple_of(STEPS_BETWEEN_REPORTS) && done != total {
        return false;
    }
    progress.advance(done, total);
    progress.is_cancelled()
}
