//! The state of the settings view.

use crate::app::state::notice::Notice;
use crate::store::BackupFile;

/// The copies of the store, and the outcome of making one.
#[derive(Default)]
pub struct SettingsView {
    /// The newest copy comes first. None until they have been looked for.
    pub copies: Option<Vec<BackupFile>>,
    /// The outcome of the last copy.
    pub outcome: Option<Notice>,
}

/// A file, folder or other place that PinDesk uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorePlace {
    pub name: &'static str,
    pub text: String,
}
