//! The options of `pindesk lock`, `unlock`, `apply` and `undo`.

use std::path::PathBuf;

use clap::Args;
use strum::VariantArray as _;

use super::{WhichUsers, WritingArgs};
use crate::exchange::{DateOrder, TextEncoding};

/// Users to lock or unlock, and the reason.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ChangeArgs {
    #[command(flatten)]
    pub users: WhichUsers,
    #[command(flatten)]
    pub list: ListArgs,
    #[command(flatten)]
    pub how: How,
    #[command(flatten)]
    pub why: Why,
    /// Save the plan, for a ticket or for `pindesk apply`
    #[arg(long, value_name = "FILE")]
    pub save_plan: Option<PathBuf>,
    #[command(flatten)]
    pub writing: WritingArgs,
    /// Submit it for review instead: somebody else can approve it, and `pindesk plans apply` applies it
    #[arg(long, conflicts_with_all = ["what_if", "confirm"])]
    pub submit: bool,
}

/// Users to lock, the reason, and the end of the lock.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct LockArgs {
    #[command(flatten)]
    pub change: ChangeArgs,
    /// Let the lock end by itself, as in 2026-12-01 13:35; a date alone means through the end of that day
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

/// The plan file to apply.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ApplyArgs {
    /// The plan file
    pub plan: PathBuf,
    #[command(flatten)]
    pub how: How,
}

/// The batch to undo, and the reason.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct UndoArgs {
    /// The number of the batch; without it, your own last one
    pub batch: Option<i64>,
    #[command(flatten)]
    pub how: How,
    #[command(flatten)]
    pub why: Why,
    /// Submit it for review instead: somebody else can approve it, and `pindesk plans apply` applies it
    #[arg(long, conflicts_with_all = ["what_if", "confirm"])]
    pub submit: bool,
}

/// Options of every command that applies a plan.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq)]
pub struct How {
    /// Show what would happen, and change nothing
    #[arg(long)]
    pub what_if: bool,
    /// Ask before each user who would change, as PowerShell does; users who are declined are left out
    #[arg(long)]
    pub confirm: bool,
    /// Hide the messages about users who need no change, are skipped or are left out
    #[arg(long)]
    pub force: bool,
    /// Make no copy of the store before a large change
    #[arg(long)]
    pub no_backup: bool,
}

/// The reason and the ticket of a change, which the history keeps.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// The reason; the history keeps it
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub reason: String,
    /// The number of the ticket; the history keeps it
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub ticket: String,
}

/// Options of every command that changes settings.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct SettingsHow {
    /// Show setting by setting what it is and what it would become, and change nothing
    #[arg(long)]
    pub what_if: bool,
    /// Submit it for review instead: somebody else can approve it, and `pindesk plans apply` applies it
    #[arg(long, conflicts_with = "what_if")]
    pub submit: bool,
    #[command(flatten)]
    pub why: Why,
}

/// A file with a list of users, and options for reading it.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
#[command(next_help_heading = "Lists")]
pub struct ListArgs {
    /// The users of a CSV file, a plain list or a workbook (.xlsx, .xlsb, .xls, .ods)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["identities", "filters"])]
    pub csv: Option<PathBuf>,
    /// The column that names the users
    #[arg(long, value_name = "NAME", requires = "csv")]
    pub column: Option<String>,
    /// The domain of logon names that stand alone
    #[arg(long, value_name = "NAME", requires = "csv")]
    pub domain: Option<String>,
    /// utf-8, utf-16le, windows-1252, ibm850, macintosh and the like, where the guess is wrong
    #[arg(long, value_name = "NAME", requires = "csv", value_parser = encoding)]
    pub encoding: Option<TextEncoding>,
    /// The sheet of a workbook, where several have lists
    #[arg(long, value_name = "NAME|NUMBER", requires = "csv")]
    pub sheet: Option<String>,
    /// The line with the names of the columns; lines before it are passed over
    #[arg(long, value_name = "NUMBER", requires = "csv", value_parser = clap::value_parser!(u64).range(1..))]
    pub header_line: Option<u64>,
    /// Take in hidden and filtered rows and hidden columns of a workbook
    #[arg(long, requires = "csv")]
    pub include_hidden: bool,
    /// The order of month and day in a date such as 9/12/2026, where the file does not show it
    #[arg(
        long,
        value_enum,
        value_name = "mdy|dmy",
        hide_possible_values = true,
        requires = "csv"
    )]
    pub date_order: Option<DateOrder>,
    /// Read times as UTC rather than in this machine's time zone
    #[arg(long, requires = "csv")]
    pub utc: bool,
    /// Save the rows of the list, in their order, with what became of each
    #[arg(long, value_name = "FILE", requires = "csv")]
    pub save_results: Option<PathBuf>,
}

pub(super) fn encoding(word: &str) -> Result<TextEncoding, String> {
    word.trim().parse().map_err(|_unknown| {
        let known: Vec<&str> = TextEncoding::VARIANTS
            .iter()
            .map(|known| known.word())
            .collect();
        format!("known are {}", known.join(", "))
    })
}
