//! The dialog that goes back to a backup.

use std::path::PathBuf;
use std::sync::mpsc::Receiver;

use crate::store::{BackupComparison, BackupFile, Restored, StoreError};

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
}

/// Work on a thread of its own, since the threads of the worker need a store that can be opened.
pub(in crate::app) enum RestoreWork {
    Comparing(Receiver<Result<BackupComparison, StoreError>>),
    Restoring(Receiver<Result<Restored, StoreError>>),
}

impl RestoreView {
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
