//! Commands of the history view: the users that were locked at a moment.

use std::sync::Arc;

use crate::app::{App, HistoryTab, JobSlot, LockedOnView};
use crate::store::WasLocked;
use crate::worker::JobFailed;
use crate::worker::jobs::{ReadLockedAt, SearchLocked};

impl App {
    pub(in crate::app) fn show_history_tab(&mut self, tab: HistoryTab) {
        if let Some(history) = &mut self.history {
            history.tab = tab;
            if tab == HistoryTab::LockedOn {
                self.read_locked();
            }
        }
    }

    pub(in crate::app) fn set_locked_on(&mut self, text: String) {
        let zone = self.zone();
        let Some(history) = &mut self.history else {
            return;
        };
        let was = history.locked.moment;
        history.locked.set_text(text, zone);
        if history.locked.moment != was {
            self.read_locked();
        }
    }

    pub(in crate::app) fn set_locked_on_now(&mut self) {
        let (now, zone) = (self.now(), self.zone());
        if let Some(history) = &mut self.history {
            let search = std::mem::take(&mut history.locked.search);
            history.locked = LockedOnView {
                search,
                ..LockedOnView::at(now, zone)
            };
            self.read_locked();
        }
    }

    fn read_locked(&mut self) {
        let moment = self
            .history
            .as_ref()
            .and_then(|history| history.locked.moment);
        match moment {
            Some(moment) => {
                let (done, failed) = (Self::locked_read, Self::locked_failed);
                self.submit(JobSlot::LOCKED_ON, ReadLockedAt(moment), done, failed);
            }
            None => self.cancel(JobSlot::LOCKED_ON),
        }
    }

    fn locked_read(&mut self, all: Arc<Vec<WasLocked>>) {
        if let Some(history) = &mut self.history {
            history.locked.problem = None;
            history.locked.has_ends = all.iter().any(|was| was.lock.ends().is_some());
            history.locked.all = Some(all);
            history.locked.found = None;
            self.search_locked_again();
        }
    }

    fn locked_failed(&mut self, failed: &JobFailed) {
        if let Some(history) = &mut self.history {
            history.locked.problem = Some(failed.to_string());
        }
        self.history_job_failed(failed);
    }

    pub(in crate::app) fn search_locked(&mut self, text: String) {
        if let Some(history) = &mut self.history {
            history.locked.search = text;
            self.search_locked_again();
        }
    }

    /// Searches the locked users again. A long list takes a while, so a job of the worker searches
    /// it.
    fn search_locked_again(&mut self) {
        let Some(history) = &mut self.history else {
            return;
        };
        let locked = &mut history.locked;
        if let Some(all) = locked
            .all
            .clone()
            .filter(|_| !locked.search.trim().is_empty())
        {
            let text = locked.search.clone();
            let job = SearchLocked { all, text };
            let (done, failed) = (Self::locked_found, Self::history_job_failed);
            self.submit(JobSlot::SEARCH_LOCKED, job, done, failed);
        } else {
            locked.found = None;
            self.cancel(JobSlot::SEARCH_LOCKED);
        }
    }

    fn locked_found(&mut self, found: Vec<usize>) {
        if let Some(history) = &mut self.history {
            history.locked.found = Some(found);
        }
    }
}
