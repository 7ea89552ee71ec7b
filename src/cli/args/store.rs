//! Stores on servers.

use clap::{Args, Subcommand};

pub(super) const EXAMPLES: &str = "\
Examples:
  pindesk --store postgresql://postgres@db/pindesk store init --what-if > init.sql
  pindesk --store postgresql://postgres@db/pindesk store init --administrator ann";

/// The task of `pindesk store`.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct StoreArgs {
    #[command(subcommand)]
    pub task: StoreTask,
}

#[derive(Subcommand, Clone, Debug, PartialEq, Eq)]
pub enum StoreTask {
    /// Make a store in the database of --store: roles, schema, tables and rights; needs a superuser
    #[command(after_help = EXAMPLES)]
    Init(StoreInitArgs),
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct StoreInitArgs {
    /// The login of the first CsAdministrator; without it, the login of --store
    #[arg(long, value_name = "LOGIN")]
    pub administrator: Option<String>,
    /// Show the SQL that would be run, and run nothing
    #[arg(long)]
    pub what_if: bool,
}
