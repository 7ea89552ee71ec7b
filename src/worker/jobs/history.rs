//! Reading and verifying the history.

use std::sync::Arc;

use crate::domain::Time;
use crate::domain::text::search_key;
use crate::plan::BatchId;
use crate::store::{BatchSummary, HistoryChoices, HistoryEntry, HistoryQuery, Verified, WasLocked};
use crate::worker::job::{Job, JobContext, JobFailed};

/// The largest number of batches that the history view lists.
pub const MOST_BATCHES: usize = 10_000;
/// The largest number of entries of one batch that the history view lists.
pub const MOST_ENTRIES: usize = 100_000;

/// Reads the batches that match a query, newest first.
pub struct ReadBatches(pub HistoryQuery);

/// The batches of a query, and the values that the filters offer.
#[derive(Debug)]
pub struct HistoryList {
    pub batches: Vec<BatchSummary>,
    pub choices: HistoryChoices,
}

/// Reads one batch and its entries.
pub struct ReadBatch(pub BatchId);

/// A batch, or None if the store has none with this ID, and its entries.
#[derive(Debug)]
pub struct BatchEntries {
    pub batch: Option<BatchSummary>,
    pub entries: Vec<HistoryEntry>,
}

/// Reads the users that were locked at a moment.
pub struct ReadLockedAt(pub Time);

/// Finds the locked users that contain a text. The answer is their indices, in their order.
pub struct SearchLocked {
    pub all: Arc<Vec<WasLocked>>,
    pub text: String,
}

/// Verifies the chain of hashes, and the store against its history.
pub struct VerifyHistory;

impl Job for ReadBatches {
    type Answer = HistoryList;

    fn title(&self) -> &'static str {
        "Reading the history"
    }

    fn run(self, context: JobContext<'_>) -> Result<HistoryList, JobFailed> {
        let JobContext { store, watch, .. } = context;
        let _one_moment = store.snapshot()?;
        Ok(HistoryList {
            batches: store.batches(&self.0, MOST_BATCHES, watch)?,
            choices: store.history_choices()?,
        })
    }
}

impl Job for ReadBatch {
    type Answer = BatchEntries;

    fn title(&self) -> &'static str {
        "Reading the batch"
    }

    fn run(self, context: JobContext<'_>) -> Result<BatchEntries, JobFailed> {
        let store = context.store;
        let _one_moment = store.snapshot()?;
        Ok(BatchEntries {
            batch: store.batch(self.0)?,
            entries: store.batch_entries(self.0, MOST_ENTRIES)?,
        })
    }
}

impl Job for ReadLockedAt {
    type Answer = Arc<Vec<WasLocked>>;

    fn title(&self) -> &'static str {
        "Reading the history"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        Ok(Arc::new(context.store.locked_at(self.0)?))
    }
}

impl Job for SearchLocked {
    type Answer = Vec<usize>;

    fn title(&self) -> &'static str {
        "Searching the list"
    }

    fn run(self, _context: JobContext<'_>) -> Result<Vec<usize>, JobFailed> {
        let key = search_key(self.text.trim());
        let is_found = |index: &usize| self.all[*index].mentions(&key);
        Ok((0..self.all.len()).filter(is_found).collect())
    }
}

impl Job for VerifyHistory {
    type Answer = Verified;

    fn title(&self) -> &'static str {
        "Verifying the history"
    }

    fn run(self, context: JobContext<'_>) -> Result<Verified, JobFailed> {
        let JobContext { store, watch, .. } = context;
        Ok(store.verify_history(watch)?)
    }
}
