//! The history view: all batches, what each of them did, and whether the chain of hashes holds.

use super::{App, FocusWish, Purpose};
use crate::plan::BatchId;
use crate::store::{BatchSummary, HistoryEntry, Verified};
use crate::worker::Job;

/// The history as it is shown.
#[derive(Default)]
pub struct Journal {
    pub search: String,
    /// None until they have been read.
    pub batches: Option<Vec<BatchSummary>>,
    /// The batch that is looked at.
    pub opened: Option<BatchId>,
    pub entries: Vec<HistoryEntry>,
    pub verified: Verification,
}

/// Whether the chain of hashes holds, as far as somebody has asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verification {
    #[default]
    NotAsked,
    Running,
    Done(Verified),
}

impl App {
    pub(super) fn open_journal(&mut self) {
        if self.import.is_some() || self.view.is_none() {
            return;
        }
        self.back_to_preview();
        self.journal = Some(Journal::default());
        self.read_batches();
    }

    pub(super) fn search_journal(&mut self, text: String) {
        if let Some(journal) = &mut self.journal {
            journal.search = text;
            self.read_batches();
        }
    }

    fn read_batches(&mut self) {
        if let Some(journal) = &self.journal {
            let job = Job::Batches(journal.search.clone());
            self.submit(Purpose::Batches, "Reading the history", job);
        }
    }

    pub(super) fn open_batch(&mut self, batch: BatchId) {
        if let Some(journal) = &mut self.journal {
            journal.opened = Some(batch);
            journal.entries.clear();
            self.submit(Purpose::Entries, "Reading the batch", Job::Entries(batch));
        }
    }

    pub(super) fn batches_read(&mut self, batches: Vec<BatchSummary>) {
        let Some(journal) = &mut self.journal else { return };
        let is_there = |id| batches.iter().any(|batch| batch.id == id);
        let first = batches.first().map(|batch| batch.id);
        let keeps = journal.opened.is_some_and(is_there);
        journal.batches = Some(batches);
        if !keeps {
            journal.opened = None;
            journal.entries.clear();
            if let Some(first) = first {
                self.open_batch(first);
            }
        }
    }

    pub(super) fn entries_read(&mut self, batch: BatchId, entries: Vec<HistoryEntry>) {
        if let Some(journal) = self.journal.as_mut().filter(|journal| journal.opened == Some(batch)) {
            journal.entries = entries;
        }
    }

    pub(super) fn verify_history(&mut self) {
        if let Some(journal) = &mut self.journal {
            journal.verified = Verification::Running;
            self.submit(Purpose::Verify, "Verifying the history", Job::VerifyHistory);
        }
    }

    pub(super) fn history_verified(&mut self, verified: Verified) {
        if let Some(journal) = &mut self.journal {
            journal.verified = Verification::Done(verified);
        }
    }

    pub(super) fn close_journal(&mut self) {
        for purpose in [Purpose::Batches, Purpose::Entries, Purpose::Verify] {
            self.cancel(purpose);
        }
        self.journal = None;
        self.wishes.focus = Some(FocusWish::Grid);
    }
}
