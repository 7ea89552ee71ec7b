//! The options of `pindesk run`.

use clap::Args;

use super::{Why, WritingArgs};

/// A pipeline, and how it is run.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct RunArgs {
    /// The pipeline, as it would be typed in PowerShell; - reads it from standard input
    pub pipeline: String,
    /// Show what each stage does and where PowerShell would do otherwise, and change nothing
    #[arg(long, conflicts_with = "submit")]
    pub explain: bool,
    /// Show what would happen, and change nothing
    #[arg(long)]
    pub what_if: bool,
    #[command(flatten)]
    pub writing: WritingArgs,
    /// Make no copy of the store before a large change
    #[arg(long)]
    pub no_backup: bool,
    #[command(flatten)]
    pub why: Why,
    /// Submit it for review instead: somebody else can approve it, and `pindesk plans apply` applies it
    #[arg(long, conflicts_with = "what_if")]
    pub submit: bool,
}
