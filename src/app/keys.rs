//! The dialog of the key outside the store: opening it, its steps, and what they say afterwards.

use std::path::PathBuf;

use super::{App, FocusTarget, JobSlot, KeyStep, KeysView, Notice};
use crate::domain::pin_key::KeyId;
use crate::worker::jobs::{
    ExportKeys, ExportedKeys, FinishRotation, FinishedRotation, ImportKeys, ImportedKeys,
    KeyOverview, KeyStepDone, MakeKey, ReadKeys, RotateKey,
};
use crate::worker::{Job, JobFailed};

impl App {
    pub(super) fn open_keys(&mut self) {
        if !self.has_dialog() && self.view.is_some() {
            self.show_keys();
        }
    }

    fn show_keys(&mut self) {
        self.keys_view = Some(KeysView::default());
        self.next_frame.focus = Some(FocusTarget::Keys);
        self.read_keys();
    }

    pub(super) fn close_keys(&mut self) {
        let Some(view) = &mut self.keys_view else {
            return;
        };
        if view.question.take().is_some() && !view.is_for_question {
            self.next_frame.focus = Some(FocusTarget::Keys);
        } else {
            self.keys_view = None;
            self.next_frame.focus = Some(FocusTarget::Grid);
        }
    }

    /// Reads the state of the keys again, if it is shown. A step reads it by itself.
    pub(super) fn read_keys(&mut self) {
        if self.keys_view.is_some() && !self.is_at_keys() {
            let keeper = self.environment.keys.clone();
            let failed =
                |app: &mut Self, failed: &JobFailed| app.tell_about_key(failed_notice(failed));
            self.submit(
                JobSlot::KEYS,
                ReadKeys { keeper },
                Self::take_overview,
                failed,
            );
        }
    }

    /// Whether a step is being taken at this moment.
    pub fn is_at_keys(&self) -> bool {
        let mut jobs = self.jobs.iter().filter(|job| job.slot == JobSlot::KEYS);
        jobs.any(|job| !job.only_reads())
    }

    /// Begins a step: asks first, or asks for a file. Opens the dialog if it is closed.
    pub(super) fn begin_key_step(&mut self, step: KeyStep) {
        let was_closed = self.keys_view.is_none();
        if was_closed {
            self.open_keys();
        }
        let Some(view) = &mut self.keys_view else {
            return;
        };
        view.is_for_question |= was_closed && step.asks();
        view.outcome = None;
        match step {
            KeyStep::Export => self.ask_for_file(
                |files, chosen| files.save("Export the key", "pins.key", "key", chosen),
                Self::export_keys,
            ),
            KeyStep::Import => self.ask_for_file(
                |files, chosen| files.open_key("Import a key", chosen),
                Self::import_keys,
            ),
            step => {
                view.question = Some(step);
                self.next_frame.focus = Some(FocusTarget::KeyQuestion);
            }
        }
    }

    /// Takes the step about which the operator was asked.
    pub(super) fn confirm_key_step(&mut self) {
        let Some(view) = &mut self.keys_view else {
            return;
        };
        let Some(step) = view.question.filter(|step| view.obstacle(*step).is_none()) else {
            return;
        };
        if self.is_writing() {
            return;
        }
        if let Some(view) = &mut self.keys_view {
            view.question = None;
            view.is_for_question = false;
        }
        self.next_frame.focus = Some(FocusTarget::Keys);
        let keeper = self.environment.keys.clone();
        match step {
            KeyStep::Make => self.take_key_step(MakeKey { keeper }, Self::key_made),
            KeyStep::Rotate => self.take_key_step(RotateKey { keeper }, Self::key_rotated),
            KeyStep::Finish => {
                self.take_key_step(FinishRotation { keeper }, Self::rotation_finished);
            }
            KeyStep::Export | KeyStep::Import => {}
        }
    }

    /// Shows the dialog, and makes a key for a store that is new.
    pub(super) fn make_first_key(&mut self) {
        self.keys_view = Some(KeysView::default());
        self.next_frame.focus = Some(FocusTarget::Keys);
        let keeper = self.environment.keys.clone();
        self.take_key_step(MakeKey { keeper }, Self::key_made);
    }

    fn export_keys(&mut self, to: PathBuf) {
        let keeper = self.environment.keys.clone();
        self.take_key_step(ExportKeys { keeper, to }, Self::keys_exported);
    }

    fn import_keys(&mut self, from: PathBuf) {
        let keeper = self.environment.keys.clone();
        self.take_key_step(ImportKeys { keeper, from }, Self::keys_imported);
    }

    /// Runs the job of a step. `words` describes its outcome.
    fn take_key_step<T, J>(&mut self, job: J, words: fn(&mut Self, &T) -> String)
    where
        T: 'static,
        J: Job<Answer = KeyStepDone<T>>,
    {
        let done = move |app: &mut Self, done: KeyStepDone<T>| {
            let text = words(app, &done.answer);
            app.tell_about_key(Notice::outcome(text));
            match done.overview {
                Some(overview) => app.take_overview(overview),
                None => app.read_keys(),
            }
            app.next_frame.focus = Some(FocusTarget::Keys);
            // The bar above the list looks for the key again.
            app.refresh();
        };
        let failed = |app: &mut Self, failed: &JobFailed| {
            app.tell_about_key(failed_notice(failed));
            app.read_keys();
        };
        self.submit(JobSlot::KEYS, job, done, failed);
    }

    fn take_overview(&mut self, overview: KeyOverview) {
        if let Some(view) = &mut self.keys_view {
            if view.overview.is_none() {
                self.next_frame.focus = Some(FocusTarget::Keys);
            }
            view.overview = Some(overview);
        }
    }

    /// Shows an outcome in the dialog, or in the window if the dialog was closed meanwhile.
    fn tell_about_key(&mut self, notice: Notice) {
        match &mut self.keys_view {
            Some(view) => view.outcome = Some(notice),
            None => self.notice = Some(notice),
        }
    }

    fn key_made(&mut self, _id: &KeyId) -> String {
        self.remind_of_export(true);
        "The store uses a key now. Export a copy now and lock it away: if the key is lost, no PIN can be tested again."
            .to_owned()
    }

    fn key_rotated(&mut self, _id: &KeyId) -> String {
        self.remind_of_export(true);
        "The new key is in force. Export it now, for your safe and for other accounts. Finish the rotation when no PIN needs \
         the old key any more."
            .to_owned()
    }

    fn keys_exported(&mut self, exported: &ExportedKeys) -> String {
        self.remind_of_export(false);
        let keys = if exported.count == 1 {
            "the key"
        } else {
            "both keys"
        };
        format!(
            "{} has {keys} of this store, in clear and for your account alone. Lock it away. To use it on another account, \
             take it there on a way that nobody else can read, import it, and delete it.",
            exported.file.display()
        )
    }

    fn keys_imported(&mut self, imported: &ImportedKeys) -> String {
        let place = self.environment.keys.words();
        let ids: Vec<&str> = imported.ids.iter().map(KeyId::as_str).collect();
        let (keys, lie) = match ids.as_slice() {
            [_] => ("Key", "lies"),
            _ => ("Keys", "lie"),
        };
        format!(
            "{keys} {} {lie} in {place} now. Delete the file, or lock it away.",
            ids.join(" and ")
        )
    }

    fn rotation_finished(_app: &mut Self, finished: &FinishedRotation) -> String {
        match &finished.dropped {
            Some(id) => format!(
                "The rotation is finished. No PIN needs key {id} any more. It stays where it is kept, since older backups and \
                 remembered PINs need it."
            ),
            None => "There is no rotation to finish.".to_owned(),
        }
    }

    fn remind_of_export(&mut self, needs_export: bool) {
        if let Some(view) = &mut self.keys_view {
            view.needs_export = needs_export;
        }
    }
}

fn failed_notice(failed: &JobFailed) -> Notice {
    match failed {
        JobFailed::Cancelled => Notice::outcome(failed.to_string()),
        failed => Notice::error(failed.to_string()),
    }
}
