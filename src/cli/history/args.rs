//! The options of `pindesk history`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::WritingArgs;

/// The batches to show.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct HistoryArgs {
    #[command(flatten)]
    pub which: WhichBatches,
    /// The number of batches to show, the newest first; without it, 50
    #[arg(long, value_name = "COUNT")]
    pub limit: Option<usize>,
    #[command(subcommand)]
    pub task: Option<HistoryTask>,
}

/// The file with the last entry of each batch.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct HeadsArgs {
    /// The file to append to, one for each store: on another disk, or where this account can only append
    pub file: PathBuf,
    /// Compare each line with the history, and append nothing; ends with 3 where the history lacks one
    #[arg(long)]
    pub compare: bool,
}

/// The file that gets each batch.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ForwardArgs {
    /// The file to append to, one for each store; what it has already is not written again
    #[arg(long, value_name = "FILE")]
    pub to: PathBuf,
    /// Send each batch to syslog, and keep in the file of --to only what was sent
    #[arg(
        long,
        value_name = "SOCKET",
        num_args = 0..=1,
        default_missing_value = "/dev/log"
    )]
    pub syslog: Option<PathBuf>,
    /// Go on until Ctrl+C, and append each batch when it is made
    #[arg(long)]
    pub follow: bool,
}

/// Filters for batches. Each one that is given narrows the result.
#[derive(Args, Clone, Debug, Default, PartialEq, Eq)]
pub struct WhichBatches {
    /// Looked for in operators, users, actions, reasons, tickets, files and numbers of batches
    pub text: Option<String>,
    /// Only what this account did; it is compared exactly
    #[arg(long, value_name = "ACCOUNT")]
    pub operator: Option<String>,
    /// Only batches with a user who is, or was then, called so; looked for as the search box does
    #[arg(long, value_name = "TEXT")]
    pub user: Option<String>,
    /// Only this, as in lock, unlock, change (both in one), undo, import-users, submit-plan or approve-plan
    #[arg(long, value_name = "WORD")]
    pub action: Option<String>,
    /// From this moment on, as in 2026-11-22, 2026-11-22 13:35 or 2026-11-22T13:35:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Before this moment; a date alone means through the end of that day
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

/// The subcommands of `pindesk history`.
#[derive(Subcommand, Clone, Debug, PartialEq, Eq)]
pub enum HistoryTask {
    /// Walk the chain of hashes from the first entry; ends with 3 where it breaks
    Verify,
    /// Append the last entry of each batch to a file outside of the store, or compare such a file
    Heads(HeadsArgs),
    /// Append each batch to a file as one line of JSON, exactly once, also after this program was killed
    Forward(ForwardArgs),
    /// Show who was locked at a moment in the past, from the history alone
    LockedOn {
        /// As in 2026-11-22T13:35:00Z, or 2026-11-22 13:35 in local time
        time: String,
    },
    /// Show what one batch did, user by user
    Show {
        /// The number of the batch
        batch: i64,
    },
    /// Save the entries as CSV for Excel and PowerShell, the oldest first; without filters, all of them
    Export {
        /// The file to write; one that is there is replaced
        file: PathBuf,
        #[command(flatten)]
        writing: WritingArgs,
        #[command(flatten)]
        which: WhichBatches,
    },
    /// Save a batch with its plan, its review and its hashes as one archive, which anybody can check with sha256sum
    Evidence {
        /// The number of the batch
        batch: i64,
        /// The file to write; one that is there is replaced
        file: PathBuf,
        #[command(flatten)]
        writing: WritingArgs,
    },
    /// Save a report of one batch as a page that any browser opens and prints
    Report {
        /// The number of the batch
        batch: i64,
        /// The file to write; one that is there is replaced
        file: PathBuf,
        #[command(flatten)]
        writing: WritingArgs,
    },
}
