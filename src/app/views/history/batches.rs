//! Commands of the history view: its batches, their entries, and verifying the history.

use crate::app::{
    App, FocusTarget, HistoryFilters, HistoryTab, HistoryView, JobSlot, LockedOnView, Notice,
    RunningJob, Verification, WindowView,
};
use crate::plan::BatchId;
use crate::store::{BatchSummary, HistoryQuery, Verified};
use crate::worker::JobFailed;
use crate::worker::jobs::{
    BatchEntries, ExportHistory, HistoryList, ReadBatch, ReadBatches, SaveBatchReport,
    SaveEvidence, VerifyHistory,
};

/// The jobs that read for this view. Saving a file is not included, because it continues after the
/// view is closed.
const SLOTS: [JobSlot; 5] = [
    JobSlot::BATCHES,
    JobSlot::ENTRIES,
    JobSlot::VERIFY,
    JobSlot::LOCKED_ON,
    JobSlot::SEARCH_LOCKED,
];

impl App {
    /// Shows the history as it is now. The filters, the opened batch and the tab stay.
    pub(in crate::app) fn enter_history(&mut self) {
        let (now, zone) = (self.now(), self.zone());
        self.history.get_or_insert_with(|| HistoryView {
            locked: LockedOnView::at(now, zone),
            ..HistoryView::default()
        });
        self.read_batches_again();
    }

    pub(in crate::app) fn search_history(&mut self, text: String) {
        if let Some(history) = &mut self.history {
            history.search = text;
            history.is_asked_for = false;
            self.read_batches();
        }
    }

    pub(in crate::app) fn filter_history(&mut self, filters: HistoryFilters) {
        if let Some(history) = &mut self.history {
            history.filters = filters;
            history.is_asked_for = false;
            self.read_batches();
        }
    }

    fn history_query(&self) -> Option<HistoryQuery> {
        let history = self.history.as_ref()?;
        Some(history.filters.query(&history.search, self.zone()))
    }

    /// Reads the batches again if they are shown, because the store was written.
    pub(in crate::app) fn read_batches_again(&mut self) {
        if self.shown_view() == WindowView::History
            && let Some(history) = &mut self.history
        {
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
            history.listing += u64::from(history.asked.is_some());
            history.asked = Some(query.clone());
            let (done, failed) = (Self::batches_read, Self::batches_failed);
            self.submit(JobSlot::BATCHES, ReadBatches(query), done, failed);
        }
    }

    pub(in crate::app) fn open_batch(&mut self, batch: BatchId) {
        if let Some(history) = &mut self.history {
            if history.tab == HistoryTab::LockedOn {
                history.tab = HistoryTab::Batches;
                self.next_frame.focus = Some(FocusTarget::History);
            }
            self.read_batch(batch, true);
        }
    }

    /// Shows the history with this batch.
    pub(in crate::app) fn show_batch(&mut self, batch: BatchId) {
        self.show_view(WindowView::History);
        self.open_batch(batch);
    }

    /// Reads the given batch, whichever tab is shown.
    fn read_batch(&mut self, batch: BatchId, is_asked_for: bool) {
        if let Some(history) = &mut self.history {
            history.opened = Some(batch);
            history.is_asked_for = is_asked_for;
            let is_it = |listed: &&BatchSummary| listed.id == batch;
            history.batch = history
                .batches
                .as_ref()
                .and_then(|all| all.iter().find(is_it))
                .cloned();
            history.entries.clear();
            let (done, failed) = (Self::entries_read, Self::history_job_failed);
            self.submit(JobSlot::ENTRIES, ReadBatch(batch), done, failed);
        }
    }

    fn batches_read(&mut self, HistoryList { batches, choices }: HistoryList) {
        let Some(history) = &mut self.history else {
            return;
        };
        let is_there = |id| batches.iter().any(|batch| batch.id == id);
        let first = batches.first().map(|batch| batch.id);
        let keeps = history.is_asked_for || history.opened.is_some_and(is_there);
        history.batches = Some(batches);
        history.choices = choices;
        if !keeps {
            history.opened = None;
            history.batch = None;
            history.entries.clear();
            if let Some(first) = first {
                self.read_batch(first, false);
            }
        }
    }

    fn batches_failed(&mut self, failed: &JobFailed) {
        if let Some(history) = &mut self.history {
            // Without a remembered query, the next change of a filter reads the batches again.
            history.asked = None;
        }
        self.history_job_failed(failed);
    }

    fn entries_read(&mut self, BatchEntries { batch, entries }: BatchEntries) {
        let Some(history) = &mut self.history else {
            return;
        };
        if batch.as_ref().map(|batch| batch.id) == history.opened {
            history.batch = batch;
            history.entries = entries;
        }
    }

    pub(in crate::app) fn verify_history(&mut self) {
        if let Some(history) = &mut self.history {
            history.verified = Verification::Running;
            history.notice = None;
            let (done, failed) = (Self::history_verified, Self::verify_failed);
            self.submit(JobSlot::VERIFY, VerifyHistory, done, failed);
        }
    }

    fn history_verified(&mut self, verified: Verified) {
        if let Some(history) = &mut self.history {
            history.verified = Verification::Done(verified);
        }
    }

    fn verify_failed(&mut self, failed: &JobFailed) {
        if let Some(history) = &mut self.history {
            history.verified = Verification::NotAsked;
        }
        self.history_job_failed(failed);
    }

    /// Shows in the view why a job failed. Data read earlier stays visible.
    pub(super) fn history_job_failed(&mut self, failed: &JobFailed) {
        if let Some(history) = &mut self.history {
            history.notice = Some(Notice {
                text: failed.to_string(),
                is_error: *failed != JobFailed::Cancelled,
                page: None,
            });
        }
        self.report(failed);
    }

    /// Asks for a file and exports the filtered batches with their entries.
    pub(in crate::app) fn ask_where_to_export_history(&mut self) {
        if let Some(query) = self.history_query() {
            let (title, name) = ("Export the history", "history.csv");
            self.ask_where_to_save(title, name, "csv", |to| ExportHistory { query, to });
        }
    }

    pub(in crate::app) fn ask_where_to_save_batch_report(&mut self) {
        if let Some(batch) = self.history.as_ref().and_then(|history| history.opened) {
            let name = format!("batch {}.html", batch.0);
            self.ask_where_to_save("Save a report", &name, "html", move |to| SaveBatchReport {
                batch,
                to,
            });
        }
    }

    pub(in crate::app) fn ask_where_to_save_evidence(&mut self) {
        if let Some(batch) = self.history.as_ref().and_then(|history| history.opened) {
            let name = format!("batch {} evidence.zip", batch.0);
            self.ask_where_to_save("Save the evidence", &name, "zip", move |to| SaveEvidence {
                batch,
                to,
            });
        }
    }

    /// The job of this view that has run long enough for its progress to be shown.
    pub fn history_job(&self) -> Option<&RunningJob<Self>> {
        let is_its = |job: &RunningJob<Self>| job.writes_file() || SLOTS.contains(&job.slot);
        self.visible_jobs().0.into_iter().find(|job| is_its(job))
    }
}
