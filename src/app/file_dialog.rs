//! File dialogs: opening one and handling its answer.

use std::path::PathBuf;

use super::{App, FileChooser, FileChosen, PickedFile};
use crate::worker::Job;
use crate::worker::jobs::SavedFile;

impl App {
    /// Opens a file dialog. `then` is called with the file, unless the dialog is cancelled.
    pub(super) fn ask_for_file(
        &mut self,
        open: impl FnOnce(&dyn FileChooser, FileChosen),
        then: impl FnOnce(&mut Self, PathBuf) + Send + 'static,
    ) {
        if self.is_picking {
            return;
        }
        self.is_picking = true;
        let (sender, waker) = (self.picked.0.clone(), self.environment.waker.clone());
        let store = self.store.clone();
        let chosen = move |path| {
            let then = Box::new(then);
            // The window may have been closed meanwhile.
            if sender.send(PickedFile { store, path, then }).is_ok() {
                waker.wake();
            }
        };
        open(&*self.environment.files, Box::new(chosen));
    }

    /// Asks for a file to write, and submits the job that writes it. `job` holds its input already:
    /// the window may show something else when the dialog is answered.
    pub(super) fn ask_where_to_save<J: Job<Answer = SavedFile>>(
        &mut self,
        title: &str,
        name: &str,
        extension: &str,
        job: impl FnOnce(PathBuf) -> J + Send + 'static,
    ) {
        self.ask_for_file(
            |files, chosen| files.save(title, name, extension, chosen),
            |app, to| app.submit_save(job(to)),
        );
    }

    pub(super) fn handle_file_dialog(&mut self) {
        let Ok(PickedFile { store, path, then }) = self.picked.1.try_recv() else {
            return;
        };
        self.is_picking = false;
        match path {
            Some(_) if store != self.store => {
                self.fail("Nothing was read or saved, since this is another store now.");
            }
            Some(path) => then(self, path),
            None => {}
        }
    }
}
