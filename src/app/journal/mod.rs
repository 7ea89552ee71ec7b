//! The history view: the batches that the filters leave, what each of them did, and whether the chain of hashes holds.

mod filters;
mod locked_on;

pub use filters::JournalFilters;
pub use locked_on::LockedOn;

use super::saving::ToSave;
use super::{App, FocusWish, Notice, Purpose, RunningJob};
use crate::plan::BatchId;
use crate::store::{BatchSummary, HistoryEntry, JournalChoices, JournalQuery, Verified};
use crate::worker::{Job, JobFailed};

/// The history as it is shown.
#[derive(Default)]
pub struct Journal {
    pub tab: JournalTab,
    pub search: String,
    pub filters: JournalFilters,
    /// What the filters offer.
    pub choices: JournalChoices,
    /// None until they have been read.
    pub batches: Option<Vec<BatchSummary>>,
    /// The batch that is looked at.
    pub opened: Option<BatchId>,
    /// The same, once it has been read. It need not be one of those that are listed.
    pub batch: Option<BatchSummary>,
    pub entries: Vec<HistoryEntry>,
    pub verified: Verification,
    /// What was saved last, or what has failed: said in the dialog, which covers the status line.
    pub notice: Option<Notice>,
    pub locked: LockedOn,
    /// What the batches answer.
    asked: Option<JournalQuery>,
}

/// What of the history is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JournalTab {
    #[default]
    Batches,
    LockedOn,
}

/// Whether the chain of hashes holds, as far as somebody has asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Verification {
    #[default]
    NotAsked,
    Running,
    Done(Verified),
}

/// What reads for this view. Whatever is being saved is not among it: that is saved, also when the view is closed.
const PURPOSES: [Purpose; 5] = [
    Purpose::Batches,
    Purpose::Entries,
    Purpose::Verify,
    Purpose::LockedOn,
    Purpose::SearchLocked,
];

impl App {
    pub(super) fn open_journal(&mut self) {
        if self.import.is_some() || self.view.is_none() {
            return;
        }
        self.back_to_preview();
        self.journal = Some(Journal {
            locked: LockedOn::at(self.now(), self.zone()),
            ..Journal::default()
        });
        self.wishes.focus = Some(FocusWish::History);
        self.read_batches();
    }

    pub(super) fn search_journal(&mut self, text: String) {
        if let Some(journal) = &mut self.journal {
            journal.search = text;
            self.read_batches();
        }
    }

    pub(super) fn filter_journal(&mut self, filters: JournalFilters) {
        if let Some(journal) = &mut self.journal {
            journal.filters = filters;
            self.read_batches();
        }
    }

    fn journal_query(&self) -> Option<JournalQuery> {
        let journal = self.journal.as_ref()?;
        Some(journal.filters.query(&journal.search, self.zone()))
    }

    /// Reads them once more: somebody has written.
    pub(super) fn read_batches_again(&mut self) {
        if let Some(journal) = &mut self.journal {
            journal.asked = None;
            self.read_batches();
        }
    }

    fn read_batches(&mut self) {
        let Some(query) = self.journal_query() else {
            return;
        };
        if let Some(journal) = self
            .journal
            .as_mut()
            .filter(|journal| journal.asked.as_ref() != Some(&query))
        {
            journal.asked = Some(query.clone());
            self.submit(Purpose::Batches, "Reading the history", Job::Batches(query));
        }
    }

    pub(super) fn open_batch(&mut self, batch: BatchId) {
        if let Some(journal) = &mut self.journal {
            if journal.tab == JournalTab::LockedOn {
                journal.tab = JournalTab::Batches;
                self.wishes.focus = Some(FocusWish::History);
            }
            self.read_batch(batch);
        }
    }

    /// Opens the history with this batch.
    pub(super) fn show_batch(&mut self, batch: BatchId) {
        self.open_journal();
        self.read_batch(batch);
    }

    /// Reads the batch that is shown, wherever somebody is looking meanwhile.
    fn read_batch(&mut self, batch: BatchId) {
        if let Some(journal) = &mut self.journal {
            journal.opened = Some(batch);
            let is_it = |listed: &&BatchSummary| listed.id == batch;
            journal.batch = journal
                .batches
                .as_ref()
                .and_then(|all| all.iter().find(is_it))
                .cloned();
            journal.entries.clear();
            self.submit(Purpose::Entries, "Reading the batch", Job::Entries(batch));
        }
    }

    pub(super) fn batches_read(&mut self, batches: Vec<BatchSummary>, choices: JournalChoices) {
        let Some(journal) = &mut self.journal else {
            return;
        };
        let is_there = |id| batches.iter().any(|batch| batch.id == id);
        let first = batches.first().map(|batch| batch.id);
        let keeps = journal.opened.is_some_and(is_there);
        journal.batches = Some(batches);
        journal.choices = choices;
        if !keeps {
            journal.opened = None;
            journal.batch = None;
            journal.entries.clear();
            if let Some(first) = first {
                self.read_batch(first);
            }
        }
    }

    pub(super) fn entries_read(&mut self, batch: Option<BatchSummary>, entries: Vec<HistoryEntry>) {
        let Some(journal) = &mut self.journal else {
            return;
        };
        if batch.as_ref().map(|batch| batch.id) == journal.opened {
            journal.batch = batch;
            journal.entries = entries;
        }
    }

    pub(super) fn verify_history(&mut self) {
        if let Some(journal) = &mut self.journal {
            journal.verified = Verification::Running;
            journal.notice = None;
            self.submit(Purpose::Verify, "Verifying the history", Job::VerifyHistory);
        }
    }

    pub(super) fn history_verified(&mut self, verified: Verified) {
        if let Some(journal) = &mut self.journal {
            journal.verified = Verification::Done(verified);
        }
    }

    /// Reading for the view has failed or was cancelled. What was there before stays; without anything, it is closed.
    pub(super) fn journal_failed(&mut self, purpose: Purpose, failed: &JobFailed) {
        let Some(journal) = &mut self.journal else {
            return;
        };
        match purpose {
            Purpose::Verify => journal.verified = Verification::NotAsked,
            Purpose::Batches if journal.batches.is_none() => {
                self.journal = None;
                return;
            }
            // The next change of a filter asks again.
            Purpose::Batches => journal.asked = None,
            Purpose::LockedOn => journal.locked.problem = Some(failed.to_string()),
            _ => {}
        }
        journal.notice = Some(Notice {
            text: failed.to_string(),
            is_error: *failed != JobFailed::Cancelled,
        });
    }

    /// The batches that the filters leave, with all that they did.
    pub(super) fn ask_where_to_export_history(&mut self) {
        if let Some(query) = self.journal_query() {
            self.ask_where_to_save(
                ToSave::History(query),
                "Export the history",
                "history.csv",
                "csv",
            );
        }
    }

    pub(super) fn ask_where_to_save_batch_report(&mut self) {
        if let Some(batch) = self.journal.as_ref().and_then(|journal| journal.opened) {
            let name = format!("batch {}.html", batch.0);
            self.ask_where_to_save(ToSave::BatchReport(batch), "Save a report", &name, "html");
        }
    }

    pub(super) fn ask_where_to_save_evidence(&mut self) {
        if let Some(batch) = self.journal.as_ref().and_then(|journal| journal.opened) {
            let name = format!("batch {} evidence.zip", batch.0);
            self.ask_where_to_save(ToSave::Evidence(batch), "Save the evidence", &name, "zip");
        }
    }

    /// The work for this view that has run long enough to be worth showing.
    pub fn journal_job(&self) -> Option<&RunningJob> {
        let is_its =
            |job: &RunningJob| job.purpose == Purpose::Save || PURPOSES.contains(&job.purpose);
        self.visible_jobs().0.into_iter().find(|job| is_its(job))
    }

    pub(super) fn close_journal(&mut self) {
        for purpose in PURPOSES {
            self.cancel(purpose);
        }
        self.journal = None;
        self.wishes.focus = Some(FocusWish::Grid);
    }
}
