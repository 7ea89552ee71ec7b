//! The only place that names rusqlite: users, PIN states, roles and the history in one SQLite file.
//!
//! Every change goes through here with an operator, and the store decides whether it may be made. It writes the change
//! and the history of it in one transaction: either all of that is on disk or none of it.

mod access;
mod change;
mod engine;
mod error;
mod history;
mod pins;
mod plans;
mod users;

pub use crate::plan::{BatchId, PlanId};
pub use access::custom_roles::{Holder, remove_role_outcome, set_role_outcome};
pub use access::grants::{Grant, OperatorRoles};
pub use change::apply::Applied;
pub use change::import::Imported;
pub use engine::open::owner_only_folder;
pub use error::StoreError;
pub use history::batches::{BatchSummary, HistoryChoices, HistoryQuery, WasLocked};
pub use history::entry::{HistoryEntry, HistoryKind};
pub use history::evidence::{Evidence, EvidenceEntry};
pub use history::verify::{ChainBreak, Verified};
pub use pins::authenticate::Logon;
pub use pins::policies::PolicyRow;
pub use pins::set_pin::DrawnPin;
pub use plans::decide::Decision;
pub use plans::drift::Drift;
pub use plans::refresh::Refreshed;
pub use plans::submitted::{MayNot, PlanEvent, PlanStatus, PlanSummary, SubmittedPlan};
pub use users::bulk_read::{FirstBy, LockRead, NamesRead, PinRead};
pub use users::find_many::{Gathered, Search, Sought};
pub use users::resolver::Resolver;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::domain::Time;
use crate::domain::role::Operator;

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

type Result<T> = std::result::Result<T, StoreError>;

impl Store {
    /// Opens the store in this file, and makes it if there is none: `operator` is then its first CsAdministrator.
    ///
    /// The file and a folder made for it are for their owner alone.
    ///
    /// # Errors
    /// The file is no store, is newer than this program, is damaged, or cannot be read. Nothing in it was changed.
    pub fn open(path: &Path, operator: &Operator, now: Time) -> Result<Self> {
        engine::open::open(path, operator, now)
    }

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
        self.read(|connection| {
            connection.pragma_query_value(None, "data_version", |row| row.get(0))
        })
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

    /// Runs a reading closure and puts its errors into the store's words.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        work(&self.connection).map_err(|error| StoreError::from_sqlite(&error, &self.path))
    }

    /// Runs a writing closure in one transaction, which is on disk when this returns `Ok` and undone otherwise.
    fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, WriteError>,
    ) -> Result<T> {
        let path = self.path.clone();
        let in_words = |error: rusqlite::Error| StoreError::from_sqlite(&error, &path);
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(in_words)?;
        let outcome = match work(&transaction) {
            Ok(outcome) => outcome,
            Err(WriteError::Store(error)) => return Err(error),
            Err(WriteError::Sqlite(error)) => return Err(in_words(error)),
        };
        history::entry::note_head(&transaction).map_err(in_words)?;
        transaction.commit().map_err(in_words)?;
        Ok(outcome)
    }
}

impl Store {
    /// Like [`Store::write`]. An attempt that was refused is recorded in a transaction of its own.
    fn write_or_record<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, WriteError>,
        record: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
    ) -> Result<T> {
        let done = self.write(work);
        if done.as_ref().is_err_and(StoreError::is_refusal) {
            // Where not even that can be written, it is a refusal all the same.
            if let Err(error) = self.write(|transaction| Ok(record(transaction)?)) {
                log::warn!("a refused attempt could not be recorded: {error}");
            }
        }
        done
    }
}

/// Why a transaction is undone.
enum WriteError {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for WriteError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn counter(connection: &Connection, name: &str) -> rusqlite::Result<i64> {
    connection
        .prepare_cached("SELECT value FROM counters WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
}

/// The version for the users that a transaction is about to change.
fn next_version(transaction: &Transaction<'_>) -> rusqlite::Result<i64> {
    transaction
        .prepare_cached(
            "UPDATE counters SET value = value + 1 WHERE name = 'version' RETURNING value",
        )?
        .query_row([], |row| row.get(0))
}
