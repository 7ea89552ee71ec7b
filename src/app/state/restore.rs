//! The dialog that goes back to a backup.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use crate::store::{BackupComparison, BackupFile, Restored, StoreError};
use crate::worker::Watch;

/// The state of the dialog.
#[derive(Default)]
pub struct RestoreView {
    /// The copies that PinDesk made by itself, newest first.
    pub copies: Vec<BackupFile>,
    /// The backup that was chosen.
    pub chosen: Option<PathBuf>,
    /// The chosen backup beside the store, or the reason why it cannot be used. None until it has
    /// been checked.
    pub compared: Option<Result<BackupComparison, StoreError>>,
    pub reason: String,
    pub(in crate::app) work: Option<RestoreWork>,
    /// The progress of the work.
    pub(in crate::app) watch: Option<Arc<Watch>>,
}

/// Work on a thread of its own, since the threads of the worker need a store that can be opened.
pub(in crate::app) enum RestoreWork {
    Comparing(Receiver<Result<BackupComparison, StoreError>>),
    Restoring(Receiver<Result<Restored, StoreError>>),
}

impl RestoreView {
    pub(in crate::app) fn begin(&mut self, watch: Arc<Watch>, work: RestoreWork) {
        self.cancel();
        self.watch = Some(watch);
        self.work = Some(work);
    }

    pub(in crate::app) fn end(&mut self) {
        self.watch = None;
        self.work = None;
    }

    /// Ends the work at its next step.
    pub(in crate::app) fn cancel(&self) {
        if let Some(watch) = &self.watch {
            watch.cancel();
        }
    }

    /// Ends the work if it waits for another program. Restoring goes on otherwise.
    pub(in crate::app) fn cancel_wait(&self) {
        if self.is_waiting() {
            self.cancel();
        }
    }

    /// Whether the work waits for another program that writes to the store.
    pub fn is_waiting(&self) -> bool {
        self.watch.as_ref().is_some_and(|watch| watch.is_waiting())
    }

    /// Whether the chosen backup takes the place of the store at this moment.
    pub fn is_restoring(&self) -> bool {
        matches!(self.work, Some(RestoreWork::Restoring(_)))
    }

    /// Whether the chosen backup is being checked.
    pub fn is_comparing(&self) -> bool {
        matches!(self.work, Some(RestoreWork::Comparing(_)))
    }

    /// Whether the chosen backup can take the place of the store.
    pub fn is_restorable(&self) -> bool {
        self.work.is_none() && matches!(self.compared, Some(Ok(_)))
    }
}
