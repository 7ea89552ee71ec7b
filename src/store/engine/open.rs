//! Opening and making a store: whose file it is, which version it has, and how SQLite is set up.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::domain::Time;
use crate::domain::role::Operator;
use crate::plan::BatchAction;
use crate::store::access::roles;
use crate::store::history::entry::{Batch, append_batch, note_head};
use crate::store::users::sort_keys::fill_display_sort;
use crate::store::{Result, Store, StoreError};

/// Marks the file as a PinDesk store in SQLite's header ("PinD").
const APPLICATION_ID: i64 = 0x5069_6E44;

/// One step from a version to the next: SQL, and code for what SQL cannot compute.
struct Migration {
    sql: &'static str,
    fill: fn(&Transaction<'_>) -> rusqlite::Result<()>,
}

/// The steps in their order: the first leads to version 1.
const MIGRATIONS: [Migration; KNOWN_VERSION as usize] = [
    by_sql(include_str!("../schema/v1.sql")),
    by_sql(include_str!("../schema/v2.sql")),
    by_sql(include_str!("../schema/v3.sql")),
    by_sql(include_str!("../schema/v4.sql")),
    by_sql(include_str!("../schema/v5.sql")),
    Migration {
        sql: include_str!("../schema/v6.sql"),
        fill: fill_display_sort,
    },
];

const KNOWN_VERSION: i64 = 6;

const fn by_sql(sql: &'static str) -> Migration {
    Migration {
        sql,
        fill: |_| Ok(()),
    }
}

/// The first bytes of every SQLite database.
pub(in crate::store) const SQLITE_MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// How long to wait while another program writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const BUSY_PAUSE: Duration = Duration::from_millis(20);

pub(in crate::store) fn open(path: &Path, operator: &Operator, now: Time) -> Result<Store> {
    prepare_file(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let in_words = |error: rusqlite::Error| StoreError::from_sqlite(&error, path);
    let mut connection = Connection::open_with_flags(path, flags).map_err(in_words)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(in_words)?;
    check_whose(&connection, path)?;
    set_up(&connection, path)?;
    migrate(&mut connection, path, operator, now)?;
    let id = connection
        .query_row("SELECT value FROM meta WHERE key = 'store_id'", [], |row| {
            row.get(0)
        })
        .map_err(in_words)?;
    Ok(Store {
        connection,
        path: path.to_owned(),
        id,
    })
}

/// Makes the folder and an empty file for their owner alone, or looks at the first bytes of a file that is there.
fn prepare_file(path: &Path) -> Result<()> {
    let in_words = |error: std::io::Error| StoreError::CannotOpen {
        detail: error.to_string(),
        path: path.to_owned(),
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
    {
        owner_only_folder(folder).map_err(in_words)?;
    }
    match owner_only_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            if path.is_dir() {
                return Err(StoreError::CannotOpen {
                    detail: "it is a folder".to_owned(),
                    path: path.to_owned(),
                });
            }
            let mut start = Vec::new();
            fs::File::open(path)
                .and_then(|file| file.take(16).read_to_end(&mut start))
                .map_err(in_words)?;
            if start.is_empty() || start == SQLITE_MAGIC {
                Ok(())
            } else {
                Err(StoreError::NotADatabase {
                    path: path.to_owned(),
                })
            }
        }
        Err(error) => Err(in_words(error)),
    }
}

/// Makes a folder, and those above it that are missing, for their owner alone.
///
/// # Errors
/// The operating system does not allow it.
#[cfg(unix)]
pub fn owner_only_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(unix)]
pub(in crate::store) fn owner_only_file(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map(drop)
}

/// On Windows the data folder belongs to its user already, and what is made in it inherits that.
#[cfg(not(unix))]
pub fn owner_only_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
pub(in crate::store) fn owner_only_file(path: &Path) -> std::io::Result<()> {
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map(drop)
}

/// Refuses databases of other programs and of newer ones, before anything is written.
pub(in crate::store) fn check_whose(connection: &Connection, path: &Path) -> Result<()> {
    let in_words = |error: rusqlite::Error| StoreError::from_sqlite(&error, path);
    // One moment for all the reads, since another program may be making the store right now.
    let snapshot = connection.unchecked_transaction().map_err(in_words)?;
    let application: i64 = snapshot
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(in_words)?;
    let tables: i64 = snapshot
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(in_words)?;
    if application != APPLICATION_ID && (application != 0 || tables > 0) {
        return Err(StoreError::NotAStore {
            path: path.to_owned(),
        });
    }
    let found = user_version(&snapshot).map_err(in_words)?;
    let known = KNOWN_VERSION;
    if found > known {
        return Err(StoreError::TooNew {
            found,
            known,
            path: path.to_owned(),
        });
    }
    Ok(())
}

fn set_up(connection: &Connection, path: &Path) -> Result<()> {
    let in_words = |error: rusqlite::Error| StoreError::from_sqlite(&error, path);
    let read_only = connection.is_readonly("main").map_err(in_words)?;
    if !read_only && write_ahead(connection).map_err(in_words)? != "wal" {
        return Err(StoreError::NoSharedMemory {
            path: path.to_owned(),
        });
    }
    // FULL: what was applied is on disk when the window says so, also after a power cut.
    let settings =
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;
        PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;";
    connection.execute_batch(settings).map_err(in_words)?;
    connection
        .set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)
        .map_err(in_words)?;
    // Otherwise SQLite makes a cached statement anew whenever a value is bound to it, which costs more than running it.
    connection
        .set_db_config(
            rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG,
            true,
        )
        .map_err(in_words)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Turns the write-ahead log on. SQLite does not wait for others while it does that, so the waiting is done here.
fn write_ahead(connection: &Connection) -> rusqlite::Result<String> {
    let started = Instant::now();
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)) {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && started.elapsed() < BUSY_TIMEOUT =>
            {
                std::thread::sleep(BUSY_PAUSE);
            }
            mode => return mode,
        }
    }
}

/// Brings an older or empty store to this program's version: all steps in one transaction.
fn migrate(connection: &mut Connection, path: &Path, operator: &Operator, now: Time) -> Result<()> {
    let in_words = |error: rusqlite::Error| StoreError::from_sqlite(&error, path);
    if user_version(connection).map_err(in_words)? >= KNOWN_VERSION {
        return Ok(());
    }
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(in_words)?;
    // Another program may have made the steps while this one waited for its turn.
    let found = user_version(&transaction).map_err(in_words)?;
    for (version, migration) in (1..)
        .zip(MIGRATIONS)
        .filter(|(version, _)| *version > found)
    {
        transaction
            .execute_batch(migration.sql)
            .and_then(|()| (migration.fill)(&transaction))
            .map_err(in_words)?;
        transaction
            .pragma_update(None, "user_version", version)
            .map_err(in_words)?;
    }
    if found == 0 {
        transaction
            .pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(in_words)?;
        found_store(&transaction, operator, now).map_err(in_words)?;
    }
    note_head(&transaction).map_err(in_words)?;
    transaction.commit().map_err(in_words)
}

/// What a new store starts with: its own id, the built-in roles, and its first administrator.
fn found_store(
    transaction: &Transaction<'_>,
    operator: &Operator,
    now: Time,
) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO meta (key, value) VALUES ('store_id', lower(hex(randomblob(16))))",
        [],
    )?;
    roles::write_built_in(transaction)?;
    roles::grant_first(transaction, operator)?;
    append_batch(
        transaction,
        &Batch::new(BatchAction::CreateStore, now, operator),
    )?;
    Ok(())
}

fn user_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;
    use crate::store::users::rows::{USER_COLUMNS, USER_TABLES};

    #[test]
    fn a_cached_statement_is_kept_whatever_is_bound_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let operator = Operator {
            account: "ann".to_owned(),
            machine: "WS-01".to_owned(),
        };
        let store = open(
            &folder.path().join("pindesk.db"),
            &operator,
            Time::default(),
        )
        .unwrap();
        let sql = format!("SELECT {USER_COLUMNS} FROM {USER_TABLES} WHERE u.sip_key = ?1");
        for key in [
            "kenmyer@litwareinc.com",
            "packerman@litwareinc.com",
            "1",
            "0",
        ] {
            let mut statement = store.connection.prepare_cached(&sql).unwrap();
            assert!(!statement.exists([key]).unwrap());
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{key}");
        }
    }
}
