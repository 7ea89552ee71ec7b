//! The history view: the batches that the filters leave, what each of them did, and whether the chain of hashes holds.

mod filters;
mod locked_on;

pub use filters::HistoryFilters;
pub use locked_on::LockedOn;

use super::save::ToSave;
use super::{App, FocusWish, Notice, Purpose, RunningJob};
use crate::plan::BatchId;
use crate::store::{BatchSummary, HistoryChoices, HistoryEntry, HistoryQuery, Verified};
use crate::worker::{Job, JobFailed};

/// The history as it is shown.
#[derive(Default)]
pub struct HistoryView {
    pub tab: HistoryTab,
    pub search: String,
    pub filters: HistoryFilters,
    /// What the filters offer.
    pub choices: HistoryChoices,
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
    asked: Option<HistoryQuery>,
}

/// What of the history is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryTab {
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
    pub(super) fn open_history(&mut self) {
        if self.import.is_some() || self.view.is_none() {
            return;
        }
        self.back_to_preview();
        self.history = Some(HistoryView {
            locked: LockedOn::at(self.now(), self.zone()),
            ..HistoryView::default()
        });
        self.wishes.focus = Some(FocusWish::History);
        self.read_batches();
    }

    pub(super) fn search_history(&mut self, text: String) {
        if let Some(history) = &mut self.history {
            history.search = text;
            self.read_batches();
        }
    }

    pub(super) fn filter_history(&mut self, filters: HistoryFilters) {
        if let Some(history) = &mut self.history {
            history.filters = filters;
            self.read_batches();
        }
    }

    fn history_query(&self) -> Option<HistoryQuery> {
        let history = self.history.as_ref()?;
        Some(history.filters.query(&history.search, self.zone()))
    }

    /// Reads them once more: somebody has written.
    pub(super) fn read_batches_again(&mut self) {
        if let Some(history) = &mut self.history {
            history.asked = None;
            self.read_batches();
        }
    }

    fn read_batches(&mut self) {
        let Some(query) = self.history_query() else {
            return;
        };
        if let Some(history) = self
            .history
            .as_mut()
            .filter(|history| history.asked.as_ref() != Some(&query))
        {
            history.asked = Some(query.clone());
            self.submit(Purpose::Batches, "Reading the history", Job::Batches(query));
        }
    }

    pub(super) fn open_batch(&mut self, batch: BatchId) {
        if let Some(history) = &mut self.history {
            if history.tab == HistoryTab::LockedOn {
                history.tab = HistoryTab::Batches;
                self.wishes.focus = Some(FocusWish::History);
            }
            self.read_batch(batch);
        }
    }

    /// Opens the history with this batch.
    pub(super) fn show_batch(&mut self, batch: BatchId) {
        self.open_history();
        self.read_batch(batch);
    }

    /// Reads the batch that is shown, wherever somebody is looking meanwhile.
    fn read_batch(&mut self, batch: BatchId) {
        if let Some(history) = &mut self.history {
            history.opened = Some(batch);
            let is_it = |listed: &&BatchSummary| listed.id == batch;
            history.batch = history
                .batches
                .as_ref()
                .and_then(|all| all.iter().find(is_it))
                .cloned();
            history.entries.clear();
            self.submit(Purpose::Entries, "Reading the batch", Job::Entries(batch));
        }
    }

    pub(super) fn batches_read(&mut self, batches: Vec<BatchSummary>, choices: HistoryChoices) {
        let Some(history) = &mut self.history else {
            return;
        };
        let is_there = |id| batches.iter().any(|batch| batch.id == id);
        let first = batches.first().map(|batch| batch.id);
        let keeps = history.opened.is_some_and(is_there);
        history.batches = Some(batches);
        history.choices = choices;
        if !keeps {
            history.opened = None;
            history.batch = None;
            history.entries.clear();
            if let Some(first) = first {
                self.read_batch(first);
            }
        }
    }

    pub(super) fn entries_read(&mut self, batch: Option<BatchSummary>, entries: Vec<HistoryEntry>) {
        let Some(history) = &mut self.history else {
            return;
        };
        if batch.as_ref().map(|batch| batch.id) == history.opened {
            history.batch = batch;
            history.entries = entries;
        }
    }

    pub(super) fn verify_history(&mut self) {
        if let Some(history) = &mut self.history {
            history.verified = Verification::Running;
            history.notice = None;
            self.submit(Purpose::Verify, "Verifying the history", Job::VerifyHistory);
        }
    }

    pub(super) fn history_verified(&mut self, verified: Verified) {
        if let Some(history) = &mut self.history {
            history.verified = Verification::Done(verified);
        }
    }

    /// Reading for the view has failed or was cancelled. What was there before stays; without anything, it is closed.
    pub(super) fn history_failed(&mut self, purpose: Purpose, failed: &JobFailed) {
        let Some(history) = &mut self.history else {
            return;
        };
        match purpose {
            Purpose::Verify => history.verified = Verification::NotAsked,
            Purpose::Batches if history.batches.is_none() => {
                self.history = None;
                return;
            }
            // The next change of a filter asks again.
            Purpose::Batches => history.asked = None,
            Purpose::LockedOn => history.locked.problem = Some(failed.to_string()),
            _ => {}
        }
        history.notice = Some(Notice {
            text: failed.to_string(),
            is_error: *failed != JobFailed::Cancelled,
        });
    }

    /// The batches that the filters leave, with all that they did.
    pub(super) fn ask_where_to_export_history(&mut self) {
        if let Some(query) = self.history_query() {
            self.ask_where_to_save(
                ToSave::History(query),
                "Export the history",
                "history.csv",
                "csv",
            );
        }
    }

    pub(super) fn ask_where_to_save_batch_report(&mut self) {
        if let Some(batch) = self.history.as_ref().and_then(|history| history.opened) {
            let name = format!("batch {}.html", batch.0);
            self.ask_where_to_save(ToSave::BatchReport(batch), "Save a report", &name, "html");
        }
    }

    pub(super) fn ask_where_to_save_evidence(&mut self) {
        if let Some(batch) = self.history.as_ref().and_then(|history| history.opened) {
            let name = format!("batch {} evidence.zip", batch.0);
            self.ask_where_to_save(ToSave::Evidence(batch), "Save the evidence", &name, "zip");
        }
    }

    /// The work for this view that has run long enough to be worth showing.
    pub fn history_job(&self) -> Option<&RunningJob> {
        let is_its =
            |job: &RunningJob| job.purpose == Purpose::Save || PURPOSES.contains(&job.purpose);
        self.visible_jobs().0.into_iter().find(|job| is_its(job))
    }

    pub(super) fn close_history(&mut self) {
        for purpose in PURPOSES {
            self.cancel(purpose);
        }
        self.history = None;
        self.wishes.focus = Some(FocusWish::Grid);
    }
}
