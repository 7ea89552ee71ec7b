//! The store of the window: starting its threads, and switching to the sample directory and back.

use std::path::PathBuf;

use super::{
    App, FocusTarget, JobSlot, OtherPreview, RunningJob, Selection, SettingsView, VisitedViews,
    WhatIfPanel,
};
use crate::domain::reason_rules::ReasonCheck;
use crate::io_words::cause;
use crate::store::{StoreError, short_name};
use crate::worker::jobs::{FillSample, FiltersForAll};
use crate::worker::{Opening, Setup, Worker};

impl App {
    pub(super) fn start_worker(&mut self, opening: Opening) {
        let setup = Setup {
            opening,
            store: self.store.clone(),
            operator: self.environment.operator.clone(),
            keys: self.environment.keys.clone(),
            hooks: self.environment.hooks.clone(),
            witness: self.environment.witness.clone(),
            clock: self.environment.clock.clone(),
            waker: self.environment.waker.clone(),
        };
        match Worker::start(&setup) {
            Ok(worker) => {
                worker.ask(self.query.clone());
                self.worker = Some(worker);
            }
            Err(error) => {
                self.fail(format!(
                    "PinDesk cannot start its threads: {}. Close other programs and try again.",
                    cause(&error)
                ));
            }
        }
    }

    /// Ends the threads without waiting for them. Each finishes its current job.
    fn end_worker(&mut self) {
        let worker = self.worker.take();
        let ending = std::thread::Builder::new()
            .name("pindesk-end".to_owned())
            .spawn(move || drop(worker));
        if let Err(error) = ending {
            log::warn!("cannot end the worker threads in the background: {error}");
        }
    }

    pub(super) fn switch_store(&mut self, store: PathBuf) {
        if self.jobs.iter().any(RunningJob::writes_file) {
            self.fail("A file is being saved. Try again afterwards.");
            return;
        }
        if self.is_writing() || self.store == store {
            return;
        }
        self.store_name = short_name(&store);
        self.store = store;
        self.start_again(Opening::default());
    }

    /// Makes a new store of the empty file that could not be opened.
    pub(super) fn make_store(&mut self) {
        if matches!(self.store_error, Some(StoreError::EmptyFile { .. })) {
            let wants_key = self.wants_key;
            self.start_again(Opening::filling_empty());
            if wants_key {
                self.make_first_key();
            }
        }
    }

    /// Whether the store cannot be opened as long as another program writes.
    pub fn waits_to_open(&self) -> bool {
        let worker = self.worker.as_ref();
        worker.is_some_and(|worker| worker.opening().is_waiting())
    }

    /// Stops waiting for another program before a backup is restored or the store is opened.
    pub(super) fn cancel_wait(&mut self) {
        if let Some(view) = &self.restore {
            view.cancel_wait();
        } else if let Some(worker) = &self.worker {
            worker.opening().cancel();
        }
    }

    pub(super) fn ask_for_store(&mut self) {
        if !self.is_writing() && !self.has_dialog() {
            self.ask_for_file(
                |files, chosen| files.open_store("Open another store", chosen),
                |app, path| {
                    app.environment.store.clone_from(&path);
                    app.switch_store(path);
                },
            );
        }
    }

    /// Ends the threads, forgets what they have read, and starts others on the store.
    pub(super) fn start_again(&mut self, opening: Opening) {
        self.jobs.iter().for_each(|job| job.watch.cancel());
        self.jobs.clear();
        self.end_worker();
        self.view = None;
        self.loaded_so_far = 0;
        self.openings += 1;
        self.selection = Selection::default();
        self.query.among = None;
        self.visited = VisitedViews::default();
        self.use_preview_of_list(false);
        self.other_preview = OtherPreview::default();
        self.panel = WhatIfPanel::Empty;
        self.reason.clear();
        self.ticket.clear();
        self.reason_check = ReasonCheck::default();
        self.waiting.clear();
        self.details = None;
        self.forget_rows();
        self.import = None;
        self.leaving_file = None;
        self.history = None;
        self.plans = None;
        self.command_box = None;
        self.insights = None;
        self.policies = None;
        self.operators = None;
        self.settings_view = SettingsView::default();
        self.restore = None;
        self.keys_view = None;
        self.clock_question = None;
        self.head_change = None;
        self.is_checking = false;
        self.damage = None;
        self.asks_about_history = false;
        self.clock_lag = None;
        self.pin_entry = None;
        self.giving_up_pins = None;
        self.pins_settled = None;
        self.renewed_account = None;
        self.keys = None;
        self.wants_key = false;
        self.protected_locked.clear();
        self.waiting_plans = None;
        self.notice = None;
        self.store_error = None;
        self.lost_connection = None;
        self.next_frame.focus = Some(FocusTarget::Search);
        self.filters_for_all = FiltersForAll::default();
        self.restore_filter();
        self.start_worker(opening);
        if self.is_sample() {
            let (done, failed) = (Self::sample_filled, Self::report);
            self.submit(JobSlot::SAMPLE, FillSample, done, failed);
        }
    }

    fn sample_filled(&mut self, (): ()) {
        self.say("This is the sample directory: 250 invented people in a store of their own.");
        self.refresh();
    }

    /// Asks the worker to check the store for changes.
    pub(super) fn refresh(&self) {
        if let Some(worker) = &self.worker {
            worker.refresh();
        }
    }
}
