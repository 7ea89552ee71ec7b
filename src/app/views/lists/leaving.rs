//! The question before a file is left whose work would be lost.

use std::path::PathBuf;

/// The question whether to leave the file of the lists view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeavingFile {
    /// The work that would be lost, as a sentence.
    pub lost: String,
    pub(in crate::app) next: Option<NextFile>,
}

/// The file that is read instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::app) struct NextFile {
    pub path: PathBuf,
    /// Whether the file was opened as a list.
    pub is_list: bool,
}
