//! The store: users, PIN states, roles, plans and the history in one SQLite file. Public are
//! [`Store`] and the values below; no type of the engine leaves this folder.
//!
//! Rooms, each of which uses those before it: `engine` (all that depends on the database engine),
//! `schema` (migrations), `history` (append-only entries), `access` (operators, roles, rules of
//! approval), `users` (finding, reading and naming them), `pins` (PIN states, policies, hashes,
//! logons), `plans` (submitted plans and their review), `change` (apply, import, undo) and `replay`
//! (comparing the store with its history).
//!
//! Invariants: the store decides whether the operator may make a change. A change and its history
//! are one transaction. The history takes identities from the store, never from a plan or a file.

mod access;
mod backups;
mod care;
mod change;
#[cfg(test)]
mod empty_store;
mod engine;
mod error;
mod history;
mod open;
mod pins;
mod plans;
mod replay;
mod schema;
mod users;

pub use crate::plan::{BatchId, PlanId};
pub use access::custom_roles::{Holder, remove_role_outcome, set_role_outcome};
pub use access::grants::{Grant, OperatorRoles};
pub use access::hook_runner::{HookCall, HookRunner};
pub use backups::list::BackupFile;
pub use care::check::Checkup;
pub use care::copy::CopiedStore;
pub use care::recover::{Recovered, RecoveredTable};
pub use care::restore::{BackupComparison, Restored};
pub use change::apply::Applied;
pub use change::import::Imported;
pub use engine::address::{server_login, server_name, short_name, use_password};
pub use engine::transaction::Snapshot;
pub use engine::waiting::Waiter;
pub use error::StoreError;
pub use history::batch_heads::BatchHead;
pub use history::chain_break::ChainBreak;
pub use history::choices::HistoryChoices;
pub use history::difference::{Area, Difference};
pub use history::entry::{HistoryEntry, HistoryKind};
pub use history::evidence::{Evidence, EvidenceEntry};
pub use history::failed_logons::FailedLogon;
pub use history::head_news::{HeadChange, HeadChangeKind, HeadNews};
pub use history::last_logons::{LastLogons, LogonMark};
pub use history::lock_changes::LockChange;
pub use history::locked_at::WasLocked;
pub use history::query::HistoryQuery;
pub use history::summary::BatchSummary;
pub use history::verify::VerifiedChain;
pub use history::witness::{SeenHead, Witness};
pub use open::bell::WriteBell;
pub use open::opener::Opener;
pub use pins::authenticate::Logon;
pub use pins::caller::CallerLogon;
pub use pins::key_life::{KeyInUse, KeyState, KeyWays, KeysInUse};
pub use pins::keys::{FoundKey, KeySource};
pub use pins::pin_rules::PinRules;
pub use pins::policies::PolicyRow;
pub use pins::policy_reach::{HeldPolicy, PolicyReason};
pub use pins::set_pin::DrawnPin;
pub use pins::simulate::{EffectUsers, PolicySimulation};
pub use plans::decide::Decision;
pub use plans::drift::Drift;
pub use plans::refresh::Refreshed;
pub use plans::refresh_import::RefreshedImport;
pub use plans::refresh_settings::{DriftedSetting, RefreshedSettings};
pub use plans::reviewed::Reviewed;
pub use plans::submitted::{MayNot, SubmittedPlan};
pub use plans::summary::{PlanEvent, PlanStatus, PlanSummary};
pub use plans::waiting::{DecidedPlan, PlanNews};
pub use replay::verified::Verified;
pub use users::bulk_read::{FirstBy, LockRead, NamesRead, PinRead};
pub use users::find_many::{Gathered, NameLookup, Search};
pub use users::resolver::{Finding, Resolver};

use crate::store::engine::Connection;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::hook_runner::StoreHooks;
use engine::file_ids::OpenFiles;
use engine::named_values::{counter, next_version};
use engine::schema_guard::SchemaGuard;
use engine::transaction::WriteError;
use engine::waiting::Waiting;
use error::Result;
use history::head_watch::HeadWatch;
use pins::keys::StoreKeys;
use tempfile::TempDir;

/// One connection to a store. Each thread opens its own.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    id: String,
    /// The files that the connection has open. None for a backup that is only looked at.
    files: Option<OpenFiles>,
    waiting: Waiting,
    /// The damage that was found. Nothing is written to a damaged store.
    damage: OnceCell<StoreError>,
    /// The folder of a private copy, which is removed with the store.
    temporary: Option<Arc<TempDir>>,
    schema: SchemaGuard,
    keys: StoreKeys,
    hooks: StoreHooks,
    heads: HeadWatch,
}

/// Counters of changes. The directory in memory compares them to find out whether it is up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// Grows with every change of any user.
    pub version: i64,
    /// The version at which a user was last added or renamed.
    pub names: i64,
}

impl Store {
    /// The path of the file. For a store on a server its address, without a password.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The ID of the store, which no other store has.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether this is a backup, or a private copy of an older store, that is only looked at.
    pub fn is_copy(&self) -> bool {
        self.files.is_none() && !self.connection.is_on_server()
    }

    /// Sets the function that is asked while the store waits for another program that writes. Without
    /// one, the store waits up to five minutes.
    pub fn set_waiter(&self, waiter: Option<Waiter>) {
        self.waiting.set(waiter);
    }

    /// Checks that the file of the store is still where it was opened, or the connection to its
    /// server is still there as far as is known. Takes microseconds.
    ///
    /// # Errors
    /// The file or its log was moved, deleted or replaced, or the connection was lost.
    pub fn check_place(&self) -> Result<()> {
        if self.connection.is_lost() {
            return Err(StoreError::ConnectionLost {
                path: self.path.clone(),
            });
        }
        if self.files.as_ref().is_some_and(OpenFiles::have_moved) {
            return Err(StoreError::Moved {
                path: self.path.clone(),
            });
        }
        Ok(())
    }

    /// Whether the store can be used as it was opened: its file is where it was, or its server answers.
    pub fn is_reachable(&self) -> bool {
        self.check_place().is_ok() && self.connection.answers()
    }

    /// A value that changes whenever another connection has written. Reading it takes microseconds.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn data_version(&self) -> Result<i64> {
        self.read(engine::catalog::data_version)
    }

    /// Gives back the memory in which the store keeps what it has read. Reading it again costs time
    /// only.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn give_memory_back(&self) -> Result<()> {
        self.read(engine::catalog::give_pages_back)
    }

    /// The current counters of changes.
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
