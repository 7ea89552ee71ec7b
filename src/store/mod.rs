//! The only place that names rusqlite: users, PIN states, roles and the history in one SQLite file.
//!
//! Every change goes through here with an operator, and the store decides whether it may be made. It writes the change
//! and the history of it in one transaction: either all of that is on disk or none of it.

mod access;
mod change;
mod engine;
mod error;
mod history;
mod open;
mod pins;
mod plans;
mod schema;
mod users;

pub use crate::plan::{BatchId, PlanId};
pub use access::custom_roles::{Holder, remove_role_outcome, set_role_outcome};
pub use access::grants::{Grant, OperatorRoles};
pub use change::apply::Applied;
pub use change::import::Imported;
pub use engine::files::owner_only_folder;
pub use engine::transaction::Snapshot;
pub use error::StoreError;
pub use history::chain_break::ChainBreak;
pub use history::choices::HistoryChoices;
pub use history::entry::{HistoryEntry, HistoryKind};
pub use history::evidence::{Evidence, EvidenceEntry};
pub use history::locked_at::WasLocked;
pub use history::query::HistoryQuery;
pub use history::summary::BatchSummary;
pub use history::verify::Verified;
pub use pins::authenticate::Logon;
pub use pins::policies::PolicyRow;
pub use pins::set_pin::DrawnPin;
pub use plans::decide::Decision;
pub use plans::drift::Drift;
pub use plans::refresh::Refreshed;
pub use plans::submitted::{MayNot, SubmittedPlan};
pub use plans::summary::{PlanEvent, PlanStatus, PlanSummary};
pub use users::bulk_read::{FirstBy, LockRead, NamesRead, PinRead};
pub use users::find_many::{Gathered, Search, Sought};
pub use users::resolver::Resolver;

use std::path::{Path, PathBuf};

use engine::named_values::{counter, next_version};
use engine::transaction::WriteError;
use error::Result;
use rusqlite::Connection;

/// One connection to a store. Each thread opens its own.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    id: String,
}

/// What the directory in memory compares to know whether it is still right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// Grows with every change of any user.
    pub version: i64,
    /// The version at which a user was last added or renamed.
    pub names: i64,
}

impl Store {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A name that no other store has.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the store can only be looked at: true for a file without the right to write to it.
    pub fn is_read_only(&self) -> bool {
        self.connection.is_readonly("main").unwrap_or(true)
    }

    /// Changes whenever another connection has written. Costs microseconds.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn data_version(&self) -> Result<i64> {
        self.read(engine::sqlite::data_version)
    }

    /// How far the users have changed.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn freshness(&self) -> Result<Freshness> {
        self.read(|connection| {
            Ok(Freshness {
                version: counter(connection, "version")?,
                names: counter(connection, "names")?,
            })
        })
    }
}
