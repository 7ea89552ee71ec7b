//! The options of `pindesk export` and `pindesk backup`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::help::{
    EXPORT_PINS_EXAMPLES, EXPORT_SCRIPT_EXAMPLES, EXPORT_USERS_EXAMPLES, with_forms,
};
use super::{ListArgs, WhichUsers, Why, WritingArgs};
use crate::plan::Action;

/// The kind of export.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ExportArgs {
    #[command(subcommand)]
    pub task: ExportTask,
}

/// The subcommands of `pindesk export`.
#[derive(Subcommand, Clone, Debug, PartialEq, Eq)]
pub enum ExportTask {
    /// Save the names of users as CSV for Excel and PowerShell; without users, all of them
    #[command(after_help = with_forms(EXPORT_USERS_EXAMPLES))]
    Users {
        #[command(flatten)]
        to: ExportTo,
    },
    /// Save PIN states as CSV for Excel and PowerShell; without users, those of all
    #[command(after_help = with_forms(EXPORT_PINS_EXAMPLES))]
    Pins {
        #[command(flatten)]
        to: ExportTo,
    },
    /// Save a PowerShell script of what lock or unlock would do, and change nothing
    #[command(after_help = with_forms(EXPORT_SCRIPT_EXAMPLES))]
    Script(Box<ScriptArgs>),
}

/// The users to export, and the file to write.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ExportTo {
    /// The file to write, one that is there is replaced; - is standard output
    pub file: PathBuf,
    #[command(flatten)]
    pub writing: WritingArgs,
    #[command(flatten)]
    pub users: WhichUsers,
}

/// The action of a script, its users, and the file to write.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ScriptArgs {
    /// The action of the script
    #[arg(value_name = "lock|unlock", value_parser = action)]
    pub action: Action,
    /// The file to write, one that is there is replaced; - is standard output
    pub file: PathBuf,
    #[command(flatten)]
    pub writing: WritingArgs,
    #[command(flatten)]
    pub users: WhichUsers,
    #[command(flatten)]
    pub list: ListArgs,
    #[command(flatten)]
    pub why: Why,
}

/// The file of a backup.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct BackupArgs {
    /// The file to write; only an earlier backup of the same store is replaced
    pub file: PathBuf,
}

fn action(word: &str) -> Result<Action, String> {
    let known = Action::of_word(word).filter(|action| action.is_listed());
    known.ok_or_else(|| "write lock or unlock".to_owned())
}
