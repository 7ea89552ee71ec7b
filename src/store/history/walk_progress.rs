//! The progress of a walk through the history, and the reasons why it ends early.

use super::query::Conditions;
use crate::progress::{Progress, STEPS_BETWEEN_REPORTS};
use crate::store::engine::{Connection, EngineError, EngineResult};

/// The order of the batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BatchOrder {
    OldestFirst,
    NewestFirst,
}

/// The reason why a walk ended early.
pub(super) enum Halted<E> {
    Engine(EngineError),
    Cancelled,
    /// The error of the closure that gets the batches.
    Other(E),
}

impl<E> From<EngineError> for Halted<E> {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

/// Progress along the IDs of the entries: batches differ too much in size to be counted.
pub(super) struct WalkProgress<'a> {
    progress: &'a dyn Progress,
    taken: u64,
    /// The ID of the entry at which the walk starts.
    start: i64,
    total: u64,
    /// The largest distance from the start so far.
    done: u64,
}

impl<'a> WalkProgress<'a> {
    pub fn of(
        connection: &Connection,
        conditions: &Conditions,
        order: BatchOrder,
        progress: &'a dyn Progress,
    ) -> EngineResult<Self> {
        let range = format!(
            "SELECT min(b.id), max(b.id) FROM batches b WHERE {}",
            conditions.sql()
        );
        let (oldest, newest): (Option<i64>, Option<i64>) = connection
            .prepare_cached(&range)?
            .query_row(&conditions.parameters(), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let (first, last): (Option<i64>, Option<i64>) = connection
            .prepare_cached(
                "SELECT (SELECT min(seq) FROM history WHERE batch_id = ?1),
                    (SELECT max(seq) FROM history WHERE batch_id = ?2)",
            )?
            .query_row(&[&oldest, &newest], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
        let start = match order {
            BatchOrder::OldestFirst => first,
            BatchOrder::NewestFirst => last,
        };
        Ok(Self {
            progress,
            taken: 0,
            start,
            total: last.abs_diff(first) + 1,
            done: 0,
        })
    }

    /// Counts one step of the walk. `seq` is the ID of the entry that was read, if any. Reports the
    /// progress now and then, and ends the walk if it was cancelled.
    pub fn step<E>(&mut self, seq: Option<i64>) -> Result<(), Halted<E>> {
        if let Some(seq) = seq {
            self.done = self.done.max(seq.abs_diff(self.start) + 1);
        }
        self.taken += 1;
        if self.taken.is_multiple_of(STEPS_BETWEEN_REPORTS) {
            self.progress.advance(self.done, self.total);
            if self.progress.is_cancelled() {
                return Err(Halted::Cancelled);
            }
        }
        Ok(())
    }
}
