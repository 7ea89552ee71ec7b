//! Going back to a backup: choosing it, comparing it with the store, and restoring it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use super::state::restore::RestoreWork;
use super::{App, RestoreView};
use crate::progress::Unwatched;
use crate::store::{BackupComparison, BackupFile, Opener, Restored, Store, StoreError};
use crate::worker::{Opening, Watch};

impl App {
    pub(super) fn open_restore(&mut self) {
        if !self.has_dialog() && !self.is_writing() {
            self.restore = Some(RestoreView {
                copies: BackupFile::list(&self.store),
                ..RestoreView::default()
            });
        }
    }

    /// Closes the dialog, or cancels the wait for another program before a backup is restored.
    pub(super) fn close_restore(&mut self) {
        if let Some(view) = &self.restore {
            if view.is_restoring() {
                view.cancel_wait();
            } else {
                view.cancel();
                self.restore = None;
            }
        }
    }

    pub(super) fn ask_for_backup(&mut self) {
        self.ask_for_file(
            |files, chosen| files.open_store("Choose a backup", chosen),
            Self::choose_backup,
        );
    }

    /// Checks a backup and compares it with the store.
    pub(super) fn choose_backup(&mut self, copy: PathBuf) {
        let (store, operator) = (self.store.clone(), self.environment.operator.clone());
        let (now, file) = (self.now(), copy.clone());
        let watch = Arc::new(Watch::new(self.environment.waker.clone()));
        let watched = Arc::clone(&watch);
        let started = self.in_background(move || {
            let opener = Opener {
                waiter: Some(watched.waiter()),
                ..Opener::new(&operator, now)
            };
            let compared = Store::compare_with_backup(&store, &file, &opener, &*watched);
            compared.map_err(|error| watched.explained(error))
        });
        if let (Some(view), Some(answer)) = (&mut self.restore, started) {
            view.chosen = Some(copy);
            view.compared = None;
            view.begin(watch, RestoreWork::Comparing(answer));
        }
    }

    pub(super) fn set_restore_reason(&mut self, reason: String) {
        if let Some(view) = &mut self.restore {
            view.reason = reason;
        }
    }

    /// Ends the threads of the worker, which have the store open, and puts the chosen backup in the
    /// place of the store.
    pub(super) fn restore_backup(&mut self) {
        let Some(view) = self.restore.as_ref().filter(|view| view.is_restorable()) else {
            return;
        };
        let Some(copy) = view.chosen.clone() else {
            return;
        };
        let reason = view.reason.trim().to_owned();
        let (store, operator) = (self.store.clone(), self.environment.operator.clone());
        let (now, witness) = (self.now(), self.environment.witness.clone());
        self.jobs.iter().for_each(|job| job.watch.cancel());
        self.jobs.clear();
        self.view = None;
        let worker = self.worker.take();
        let watch = Arc::new(Watch::new(self.environment.waker.clone()));
        let watched = Arc::clone(&watch);
        let started = self.in_background(move || {
            drop(worker);
            let opener = Opener {
                waiter: Some(watched.waiter()),
                ..Opener::new(&operator, now)
            };
            let restored = Store::restore(&store, &copy, &reason, &opener, &Unwatched);
            let restored = restored.map_err(|error| watched.explained(error))?;
            if let Some(witness) = witness {
                witness.forget(&store);
            }
            Ok(restored)
        });
        match (&mut self.restore, started) {
            (Some(view), Some(answer)) => view.begin(watch, RestoreWork::Restoring(answer)),
            _ => self.start_again(Opening::default()),
        }
    }

    /// Handles the outcome of comparing or restoring.
    pub(super) fn handle_restore(&mut self) {
        let Some(view) = &mut self.restore else {
            return;
        };
        match &view.work {
            Some(RestoreWork::Comparing(answer)) => {
                if let Ok(compared) = answer.try_recv() {
                    view.compare(compared);
                }
            }
            Some(RestoreWork::Restoring(answer)) => {
                if let Ok(restored) = answer.try_recv() {
                    self.restored(restored);
                }
            }
            None => {}
        }
    }

    fn restored(&mut self, restored: Result<Restored, StoreError>) {
        self.restore = None;
        self.start_again(Opening::default());
        match restored {
            Ok(Restored { batch, kept }) => {
                let kept = kept.map_or_else(String::new, |kept| {
                    format!(" The store before that is kept: {}", kept.display())
                });
                self.say(format!("Restored, as batch {}.{kept}", batch.0));
            }
            Err(error) => self.fail(error.to_string()),
        }
    }

    /// Runs work on a thread of its own, and wakes the window at its end. None if there is no
    /// thread.
    fn in_background<T: Send + 'static>(
        &mut self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<Receiver<T>> {
        let (sender, answer) = channel();
        let waker = self.environment.waker.clone();
        let started = std::thread::Builder::new()
            .name("pindesk-restore".to_owned())
            .spawn(move || {
                // The window may have been closed meanwhile.
                drop(sender.send(work()));
                waker.wake();
            });
        match started {
            Ok(_) => Some(answer),
            Err(error) => {
                self.fail(format!(
                    "PinDesk cannot start a thread: {error}. Close other programs and try again."
                ));
                None
            }
        }
    }
}

impl RestoreView {
    fn compare(&mut self, compared: Result<BackupComparison, StoreError>) {
        self.compared = Some(compared);
        self.end();
    }
}
