//! Opening a file that exists, and bringing its tables up to date.

use std::cell::OnceCell;
use std::path::Path;

use super::first_rows::first_rows;
use super::on_server::{address, connected};
use super::opener::Opener;
use super::{foreign_log, soundness};
use crate::domain::Time;
use crate::store::access::hook_runner::StoreHooks;
use crate::store::engine::address::server;
use crate::store::engine::catalog::server_names;
use crate::store::engine::file_ids::OpenFiles;
use crate::store::engine::location::{Found, look};
use crate::store::engine::postgres::Address;
use crate::store::engine::schema_guard::SchemaGuard;
use crate::store::engine::transaction::WriteError;
use crate::store::engine::waiting::{Waiter, Waiting};
use crate::store::engine::{Connection, EngineError, EngineResult, Transaction};
use crate::store::engine::{named_values, sqlite};
use crate::store::history::head::note_missing_head;
use crate::store::history::head_watch::HeadWatch;
use crate::store::pins::keys::StoreKeys;
use crate::store::replay::definitions::differences;
use crate::store::replay::upgrade::{fill, record_upgrade};
use crate::store::schema::SetUpSql;
use crate::store::{Result, Store, StoreError, schema};

/// The treatment of a file that has no store in it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Empty {
    /// It is refused: its content may have been lost.
    Refused,
    /// It becomes a new store.
    Filled,
}

/// How an older store is brought up to date.
struct Upgrade {
    /// Whether a history is refused that the witness has not seen.
    refuses_changed: bool,
    /// The statements of a server for its owner, who makes all that is new.
    owner: Option<SetUpSql>,
}

impl Store {
    /// Opens an existing file. Errors name it by the path `named`. If that is another path, the file
    /// is a private copy or a new store, which has nothing to lose.
    ///
    /// An older store is compared with the witness before its tables are brought up to date and
    /// before a copy of it is made, which may remove older copies.
    pub(in crate::store) fn open_file(
        path: &Path,
        named: &Path,
        empty: Empty,
        opener: &Opener<'_>,
    ) -> Result<Self> {
        let failed = |error: EngineError| StoreError::from_engine(&error, named);
        let now = opener.now;
        let waiting = Waiting::asking(opener.waiter.clone());
        foreign_log::set_aside(path, named, &waiting)?;
        let mut connection = sqlite::open(path, &waiting).map_err(failed)?;
        let version = schema::check(&connection, named)?;
        if version == 0 && empty == Empty::Refused {
            let path = named.to_owned();
            return Err(StoreError::EmptyFile { path });
        }
        let is_older = schema::is_older(version);
        let is_private = path != named;
        let refuses_changed = opener.witness.is_some() && !is_private && !opener.accepts_history;
        let mut heads = HeadWatch::new(opener.witness.clone());
        if is_older && opener.witness.is_some() {
            match look_before_upgrade(&connection, &mut heads, named, is_private, refuses_changed) {
                // The checks below say what is wrong with such a store.
                Err(WriteError::Engine(error)) => log::warn!("the history was not read: {error}"),
                Err(WriteError::Store(error)) => return Err(error),
                Ok(()) => {}
            }
        }
        if !sqlite::set_up(&connection, &waiting).map_err(failed)? {
            return Err(StoreError::NoSharedMemory {
                path: named.to_owned(),
            });
        }
        if version > 0 {
            soundness::check(&connection, named)?;
        }
        if is_older && !is_private {
            connection = back_up_older(connection, path, now)?;
        }
        let upgrade = Upgrade {
            refuses_changed,
            owner: None,
        };
        let mut store =
            Self::brought_up_to_date(connection, named, &mut heads, &upgrade, waiting, opener)?;
        store.files = OpenFiles::at(path);
        store.bind_opener(heads, opener);
        Ok(store)
    }

    /// Opens the store at an address of a server.
    pub(super) fn open_on_server(
        address: &Address,
        may_make: bool,
        opener: &Opener<'_>,
    ) -> Result<Self> {
        let waiting = Waiting::asking(opener.waiter.clone());
        let (connection, named) = connected(address, &waiting)?;
        let version = schema::check(&connection, &named)?;
        if version == 0 && !may_make {
            return Err(StoreError::NoStore { path: named });
        }
        if schema::is_older(version) {
            return Err(StoreError::OlderOnServer {
                found: version,
                known: schema::KNOWN_VERSION,
                path: named,
            });
        }
        let mut heads = HeadWatch::new(opener.witness.clone());
        let whole = Upgrade {
            refuses_changed: false,
            owner: None,
        };
        let mut store =
            Self::brought_up_to_date(connection, &named, &mut heads, &whole, waiting, opener)?;
        store.bind_opener(heads, opener);
        Ok(store)
    }

    /// Brings an older store on a server up to date, in one transaction. The login of the address must
    /// be able to act as the owner of the store. Returns the version that the store had, and the one that it has.
    ///
    /// # Errors
    /// There is no store, its tables are not as PinDesk made them, its history is not the one that the
    /// witness has seen, or the server refuses something. Nothing was changed then.
    pub fn upgrade_on_server(path: &Path, opener: &Opener<'_>) -> Result<(i64, i64)> {
        let waiting = Waiting::asking(opener.waiter.clone());
        let (connection, named) = connected(&address(path)?, &waiting)?;
        let version = schema::check(&connection, &named)?;
        if version == 0 {
            return Err(StoreError::NoStore { path: named });
        }
        if !schema::is_older(version) {
            return Ok((version, version));
        }
        let failed = |error: EngineError| StoreError::from_engine(&error, &named);
        let upgrade = Upgrade {
            refuses_changed: opener.witness.is_some() && !opener.accepts_history,
            owner: Some(SetUpSql::new(&server_names(&connection).map_err(failed)?)),
        };
        let mut heads = HeadWatch::new(opener.witness.clone());
        if opener.witness.is_some() {
            look_before_upgrade(
                &connection,
                &mut heads,
                &named,
                false,
                upgrade.refuses_changed,
            )
            .map_err(|error| error.in_store(&named))?;
        }
        Self::brought_up_to_date(connection, &named, &mut heads, &upgrade, waiting, opener)?;
        Ok((version, schema::KNOWN_VERSION))
    }

    /// Brings the tables of a database up to date, or makes them in an empty one.
    fn brought_up_to_date(
        mut connection: Connection,
        named: &Path,
        heads: &mut HeadWatch,
        upgrade: &Upgrade,
        waiting: Waiting,
        opener: &Opener<'_>,
    ) -> Result<Self> {
        let failed = |error: EngineError| StoreError::from_engine(&error, named);
        let (operator, now) = (opener.operator, opener.now);
        let mut guard = SchemaGuard::new(differences);
        let check = |transaction: &Transaction<'_>| {
            if let Some(what) = guard.clone().look(transaction)? {
                return Err(StoreError::foreign_schema(what, named).into());
            }
            if upgrade.refuses_changed {
                heads.check_upgrade(transaction, &store_id(transaction)?, named)?;
            }
            if let Some(sql) = &upgrade.owner {
                transaction.execute_batch(&sql.as_owner())?;
            }
            Ok(())
        };
        schema::migrate(&mut connection, named, check, fill, |transaction, found| {
            if found == 0 {
                return first_rows(transaction, named, operator, now);
            }
            if let Some(sql) = &upgrade.owner {
                transaction.execute_batch(sql.rights())?;
                transaction.execute_batch("RESET ROLE")?;
            }
            note_missing_head(transaction)?;
            Ok(record_upgrade(transaction, operator, now)?)
        })?;
        guard.look(&connection).map_err(failed)?;
        let id = store_id(&connection).map_err(failed)?;
        Ok(Self {
            connection,
            path: named.to_owned(),
            id,
            files: None,
            waiting,
            damage: OnceCell::new(),
            temporary: None,
            schema: guard,
            keys: StoreKeys::default(),
            hooks: StoreHooks::default(),
            heads: HeadWatch::default(),
        })
    }

    /// Notes the ID of the account that opens the store, and compares the store with its witness
    /// from now on.
    fn bind_opener(&mut self, mut heads: HeadWatch, opener: &Opener<'_>) {
        // A store that cannot be written now, or must not be written yet, keeps the ID later. The
        // witness remembers nothing here, so that it still tells what is new.
        let path = self.path.clone();
        if !heads.has_changed(&self.connection, &self.id, &path)
            && let Err(error) = self.bind_account(opener.operator, opener.now)
        {
            log::warn!("the ID of the account could not be kept: {error}");
        }
        self.heads = heads;
    }
}

impl Store {
    /// Opens a store or a backup for reading, and neither sets it up nor brings its tables up to
    /// date. Also returns whether the tables are those of this program.
    pub(in crate::store) fn open_to_check(
        path: &Path,
        waiter: Option<Waiter>,
    ) -> Result<(Self, bool)> {
        if let Some(address) = server(path)? {
            let waiting = Waiting::asking(waiter);
            let (connection, named) = connected(&address, &waiting)?;
            let version = schema::check(&connection, &named)?;
            if version == 0 {
                return Err(StoreError::NoStore { path: named });
            }
            let store = Self::to_read(connection, &named, waiting)
                .map_err(|error| StoreError::from_engine(&error, &named))?;
            return Ok((store, schema::is_current(version)));
        }
        let failed = |error: EngineError| StoreError::from_engine(&error, path);
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
        let waiting = Waiting::asking(waiter);
        let connection = if foreign_log::is_foreign(path, &waiting) {
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
    ) -> EngineResult<Self> {
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
            hooks: StoreHooks::default(),
            heads: HeadWatch::default(),
        })
    }
}

/// Compares an older store with what was seen of it, and refuses it if it must not be changed.
fn look_before_upgrade(
    connection: &Connection,
    heads: &mut HeadWatch,
    path: &Path,
    is_private: bool,
    refuses_changed: bool,
) -> std::result::Result<(), WriteError> {
    let id = store_id(connection)?;
    heads.look_before_upgrade(connection, &id, path, is_private)?;
    if refuses_changed {
        heads.check_upgrade(connection, &id, path)?;
    }
    Ok(())
}

/// Makes a copy of a store before its tables are brought up to date.
fn back_up_older(connection: Connection, path: &Path, now: Time) -> Result<Connection> {
    let failed = |error: EngineError| StoreError::from_engine(&error, path);
    let store = Store::to_read(connection, path, Waiting::default()).map_err(failed)?;
    store.back_up_before_change(now)?;
    Ok(store.connection)
}

/// The ID of a store.
///
/// # Errors
/// There is none, which is damage.
pub(super) fn store_id(connection: &Connection) -> EngineResult<String> {
    named_values::text(connection, named_values::STORE_ID)
        .and_then(|id| id.ok_or(EngineError::no_row()))
}
