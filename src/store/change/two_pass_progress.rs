//! Progress of work that goes over its users twice: first to change them, then to append their
//! history.

use crate::progress::{Progress, step};
use crate::store::{StoreError, WriteError};

/// Progress of work that goes over its users twice: first to change them, then to append their
/// history.
pub(super) struct TwoPassProgress<'a> {
    progress: &'a dyn Progress,
    done: u64,
    total: u64,
}

impl<'a> TwoPassProgress<'a> {
    pub fn of(progress: &'a dyn Progress, users: usize) -> Self {
        Self {
            progress,
            done: 0,
            total: users as u64,
        }
    }

    /// Half of the work for one user is done.
    ///
    /// # Errors
    /// The work was cancelled.
    pub fn step(&mut self) -> Result<(), WriteError> {
        self.done += 1;
        if self.done.is_multiple_of(2) && step(self.progress, self.done / 2, self.total) {
            return Err(StoreError::Cancelled.into());
        }
        Ok(())
    }
}
