//! The answer of a file dialog.

use std::path::PathBuf;

/// The answer of a file dialog. `S` is the state that receives it.
pub struct PickedFile<S> {
    /// The store when the dialog was opened.
    pub(in crate::app) store: PathBuf,
    /// None: the dialog was cancelled.
    pub(in crate::app) path: Option<PathBuf>,
    /// The function that receives the file.
    pub(in crate::app) then: TakeFile<S>,
}

type TakeFile<S> = Box<dyn FnOnce(&mut S, PathBuf) + Send>;
