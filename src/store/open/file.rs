//! Opening a file that exists, and bringing its tables up to date.

use std::cell::OnceCell;
use std::path::Path;

use rusqlite::{Connection, Transaction};

use super::first_rows::first_rows;
use super::{foreign_log, soundness};
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::store::engine::file_ids::OpenFiles;
use crate::store::engine::location::{Found, look};
use crate::store::engine::schema_guard::SchemaGuard;
use crate::store::engine::waiting::Waiting;
use crate::store::engine::{named_values, sqlite};
use crate::store::history::head::note_missing_head;
use crate::store::history::head_watch::HeadWatch;
use crate::store::pins::keys::StoreKeys;
use crate::store::replay::definitions::differences;
use crate::store::replay::upgrade::{fill, record_upgrade};
use crate::store::{Result, Store, StoreError, schema};

/// The treatment of a file that has no store in it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Empty {
    /// It is refused: its content may have been lost.
    Refused,
    /// It becomes a new store.
    Filled,
}

impl Store {
    /// Opens an existing file. Errors name it by the path `named`.
    pub(in crate::store) fn open_file(
        path: &Path,
        named: &Path,
        empty: Empty,
        operator: &Operator,
        now: Time,
    ) -> Result<Self> {
        let failed = |error: rusqlite::Error| StoreError::from_sqlite(&error, named);
        foreign_log::set_aside(path, named)?;
        let waiting = Waiting::default();
        let mut connection = sqlite::open(path, &waiting).map_err(failed)?;
        let version = schema::check(&connection, named)?;
        if version == 0 && empty == Empty::Refused {
            let path = named.to_owned();
            return Err(StoreError::EmptyFile { path });
        }
        if !sqlite::set_up(&connection).map_err(failed)? {
            return Err(StoreError::NoSharedMemory {
                path: named.to_owned(),
            });
        }
        if version > 0 {
            soundness::check(&connection, named)?;
        }
        // A private copy and a new store have nothing to lose.
        if path == named && version > 0 && !schema::is_current(version) {
            connection = back_up_older(connection, path, now)?;
        }
        let mut guard = SchemaGuard::new(differences);
        let check = |transaction: &Transaction<'_>| match guard.clone().look(transaction)? {
            Some(what) => Err(StoreError::foreign_schema(what, named).into()),
            None => Ok(()),
        };
        schema::migrate(&mut connection, named, check, fill, |transaction, found| {
            if found == 0 {
                return first_rows(transaction, named, operator, now);
            }
            note_missing_head(transaction)?;
            Ok(record_upgrade(transaction, operator, now)?)
        })?;
        guard.look(&connection).map_err(failed)?;
        let id = store_id(&connection).map_err(failed)?;
        let mut store = Self {
            connection,
            path: named.to_owned(),
            id,
            files: OpenFiles::at(path),
            waiting,
            damage: OnceCell::new(),
            temporary: None,
            schema: guard,
            keys: StoreKeys::default(),
            heads: HeadWatch::default(),
        };
        // A store that cannot be written now keeps the ID later.
        if let Err(error) = store.bind_account(operator, now) {
            log::warn!("the ID of the account could not be kept: {error}");
        }
        Ok(store)
    }
}

impl Store {
    /// Opens a store or a backup for reading, and neither sets it up nor brings its tables up to
    /// date. Also returns whether the tables are those of this program.
    pub(in crate::store) fn open_to_check(path: &Path) -> Result<(Self, bool)> {
        let failed = |error: rusqlite::Error| StoreError::from_sqlite(&error, path);
        match look(path)? {
            Found::Database => {}
            Found::Empty => {
                let path = path.to_owned();
                return Err(StoreError::EmptyFile { path });
            }
            Found::Nothing => {
                let path = path.to_owned();
                return Err(StoreError::NoStore { path });
            }
        }
        let waiting = Waiting::default();
        let connection = if foreign_log::is_foreign(path) {
            sqlite::open_immutable(path)
        } else {
            sqlite::open_for_one_pass(path, &waiting)
        }
        .map_err(failed)?;
        let version = schema::check(&connection, path)?;
        let store = Self::to_read(connection, path, waiting).map_err(failed)?;
        Ok((store, schema::is_current(version)))
    }

    /// A store that is only read, on this connection to the file.
    pub(super) fn to_read(
        connection: Connection,
        path: &Path,
        waiting: Waiting,
    ) -> rusqlite::Result<Self> {
        Ok(Self {
            id: store_id(&connection)?,
            connection,
            path: path.to_owned(),
            files: None,
            waiting,
            damage: OnceCell::new(),
            temporary: None,
            schema: SchemaGuard::for_reading(),
            keys: StoreKeys::default(),
            heads: HeadWatch::default(),
        })
    }
}

/// Makes a copy of a store before its tables are brought up to date.
fn back_up_older(connection: Connection, path: &Path, now: Time) -> Result<Connection> {
    let failed = |error: rusqlite::Error| StoreError::from_sqlite(&error, path);
    let store = Store::to_read(connection, path, Waiting::default()).map_err(failed)?;
    store.back_up_before_change(now)?;
    Ok(store.connection)
}

/// The ID of a store.
///
/// # Errors
/// There is none, which is damage.
pub(super) fn store_id(connection: &Connection) -> rusqlite::Result<String> {
    named_values::text(connection, named_values::STORE_ID)
        .and_then(|id| id.ok_or(rusqlite::Error::QueryReturnedNoRows))
}
