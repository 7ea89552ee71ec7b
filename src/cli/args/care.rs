//! Backups, checking, restoring and recovering.

use std::path::PathBuf;

use clap::Args;

/// The backup to go back to.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct RestoreArgs {
    /// A backup of this store; pindesk backups lists those that PinDesk made by itself
    #[arg(value_name = "BACKUP")]
    pub copy: PathBuf,
    /// Show what would be undone, and change nothing
    #[arg(long)]
    pub what_if: bool,
    /// Why; the history keeps it
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub reason: String,
}

/// The file for what can be read.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct RecoverArgs {
    /// The new store; a file that is there stays as it is
    pub file: PathBuf,
}
