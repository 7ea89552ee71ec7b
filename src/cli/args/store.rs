//! Stores on servers.

use std::path::PathBuf;

use clap::{Args, Subcommand};

pub(super) const EXAMPLES: &str = "\
Examples:
  pindesk --store postgresql://postgres@db/pindesk store init --what-if > init.sql
  pindesk --store postgresql://postgres@db/pindesk store init --administrator ann
  pindesk --store postgresql://postgres@db/pindesk store upgrade --what-if
  pindesk --store postgresql://ann@db/pindesk store check
  pindesk --store pindesk.db store copy postgresql://postgres@db/pindesk --administrator ann
  pindesk --store postgresql://postgres@db/pindesk store copy copy.db";

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
    /// Bring the store of --store to the version of this program; needs a superuser or the owner of the store
    #[command(after_help = EXAMPLES)]
    Upgrade(StoreUpgradeArgs),
    /// List logins and settings of the server that undo what its rights promise
    #[command(after_help = EXAMPLES)]
    Check,
    /// Copy the store of --store to a database or a new file, and compare the copy
    #[command(after_help = EXAMPLES)]
    Copy(StoreCopyArgs),
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct StoreCopyArgs {
    /// The new place: a path without a file, or the address of a database without a store
    #[arg(value_name = "STORE")]
    pub to: PathBuf,
    /// The login or account that is CsAdministrator there; without it, the login of the address or your account
    #[arg(long, value_name = "LOGIN")]
    pub administrator: Option<String>,
}

#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct StoreUpgradeArgs {
    /// Show the SQL that would be run, and run nothing
    #[arg(long)]
    pub what_if: bool,
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
