//! The settings view: the store and its copies. Other settings are commands of the whole window.

pub mod part;
pub mod state;

use crate::app::{App, JobSlot, Notice, WindowView};
use crate::store::BackupFile;
use crate::worker::JobFailed;
use crate::worker::jobs::{BackUpNow, ReadBackups};
use state::StorePlace;

impl App {
    pub(in crate::app) fn enter_settings(&mut self) {
        self.read_backups();
    }

    /// Looks which copies of the store there are, if they are shown.
    pub(in crate::app) fn read_backups(&mut self) {
        if self.shown_view() == WindowView::Settings && self.view.is_some() {
            let (done, failed) = (Self::backups_read, Self::report);
            self.submit(JobSlot::BACKUPS, ReadBackups, done, failed);
        }
    }

    fn backups_read(&mut self, copies: Vec<BackupFile>) {
        self.settings_view.copies = Some(copies);
    }

    /// Whether a copy of the store is being made.
    pub fn is_backing_up(&self) -> bool {
        self.jobs.iter().any(|job| job.slot == JobSlot::BACK_UP)
    }

    pub(in crate::app) fn back_up_now(&mut self) {
        if !self.is_backing_up() && self.view.is_some() {
            let (done, failed) = (Self::backed_up, Self::back_up_failed);
            self.submit(JobSlot::BACK_UP, BackUpNow, done, failed);
        }
    }

    fn backed_up(&mut self, is_new: bool) {
        let text = if is_new {
            "The store was checked and copied."
        } else {
            "The newest copy has everything already."
        };
        self.settings_view.outcome = Some(Notice::outcome(text));
        self.say(text);
        self.read_backups();
    }

    fn back_up_failed(&mut self, failed: &JobFailed) {
        self.settings_view.outcome = Some(Notice::error(failed.to_string()));
        self.report(failed);
    }

    /// The files and folders that PinDesk uses, each with its purpose.
    pub fn places(&self) -> Vec<StorePlace> {
        let place = |name, text: String| StorePlace { name, text };
        let path = |path: &std::path::Path| path.display().to_string();
        let mut places = vec![
            place("Store", path(self.store())),
            place("Copies", path(&BackupFile::folder(self.store()))),
            place("Sample directory", path(&self.environment.sample_store)),
        ];
        if let Some(witness) = &self.environment.witness {
            places.push(place("What was seen of stores", path(witness.folder())));
        }
        if let Some(file) = &self.environment.machine_file {
            places.push(place("Settings of this computer", path(file)));
        }
        places.push(place("Keys of PINs", self.environment.keys.words()));
        places
    }
}
