//! All that only SQLite has, each with the reason why it is needed. The rest of the store is plain
//! SQL.
//!
//! The references are pages of <https://www.sqlite.org>.

mod errors;
mod file_uri;
mod ids;
mod salvage;
mod schema;
mod trial;
mod upkeep;
pub(super) mod values;

pub(in crate::store) use ids::{is_largest_id_ever, largest_id_ever, raise_largest_id};
pub(in crate::store) use salvage::each_readable_row;
pub(in crate::store) use schema::{
    drop_indexes, file_mark, has_other_than_ascii, remove_check, schema_changes, schema_rows,
    schema_version, set_file_mark, table_columns, table_names,
};
pub(in crate::store) use trial::{copy_rows, copy_table};
#[cfg(test)]
pub(in crate::store) use upkeep::count_statements;
pub(in crate::store) use upkeep::{
    MOST_FOR_ROWS, ask_meanwhile, copy_into, count_rows, data_version, end_log, give_pages_back,
    ignore_references, integrity_check, missing_references, quick_check, size,
};

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;

use file_uri::file_uri;

use crate::store::engine::connection::Connection;
use crate::store::engine::error::{EngineError, EngineResult, ErrorKind};
use crate::store::engine::files::share_log;
use crate::store::engine::waiting::Waiting;

/// The first bytes of every SQLite database (fileformat2.html, "The Database Header").
pub(in crate::store) const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The ends of the names of the files that SQLite keeps beside a database in use: write-ahead log
/// and rollback journal (tempfiles.html).
pub(in crate::store) const FILES_IN_USE: [&str; 2] = ["-wal", "-journal"];

/// The position of the two bytes of the header that say how changes are written, and their value in
/// a database without a write-ahead log (fileformat2.html, "File format version numbers").
const WRITE_VERSION: usize = 18;
const WITHOUT_LOG: [u8; 2] = [1, 1];

/// Whether the header of a database says that it has no write-ahead log. Stores in use have one;
/// backups have none.
pub(in crate::store) fn is_without_log(path: &Path) -> bool {
    let mut start = [0; WRITE_VERSION + WITHOUT_LOG.len()];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok()
        && start.starts_with(MAGIC)
        && start.ends_with(&WITHOUT_LOG)
}

/// The pause between two tries to turn the write-ahead log on.
const BUSY_PAUSE: Duration = Duration::from_millis(20);

/// Prepared statements that a connection keeps.
const CACHED_STATEMENTS: usize = 64;

/// The settings of a connection that reads and writes (pragma.html).
/// - `synchronous = FULL`: a committed change is on disk, also after a power cut.
/// - `foreign_keys`, `recursive_triggers`: constraints and append-only triggers hold for every
///   statement.
/// - `trusted_schema = OFF`: a schema from elsewhere cannot run functions with side effects.
/// - `temp_store = MEMORY`: names of users never get into temporary files.
/// - `secure_delete`: what is deleted, such as the hash of an old PIN, is overwritten in the file.
/// - `cache_size`: 64 MiB.
/// - `journal_size_limit`: a log that has grown is cut to 64 MiB when it is used again from its
///   start.
const SETTINGS: &str =
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON;
    PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;
    PRAGMA cache_size = -65536; PRAGMA journal_size_limit = 67108864;";

/// The settings of a connection that reads every page once, so that a cache of 2 MiB is enough.
const SETTINGS_FOR_ONE_PASS: &str = "PRAGMA cache_size = -2048; PRAGMA trusted_schema = OFF;";

/// Opens a file that exists, to read and write. Nothing is read yet.
pub(in crate::store) fn open(path: &Path, waiting: &Waiting) -> EngineResult<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = rusqlite::Connection::open_with_flags(path, flags)?;
    wait(&mut connection, waiting)?;
    Ok(Connection::of_sqlite(connection))
}

/// Opens a store for reading every page about once.
pub(in crate::store) fn open_for_one_pass(
    path: &Path,
    waiting: &Waiting,
) -> EngineResult<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = rusqlite::Connection::open_with_flags(path, flags)?;
    wait(&mut connection, waiting)?;
    connection.execute_batch(SETTINGS_FOR_ONE_PASS)?;
    Ok(Connection::of_sqlite(connection))
}

/// Lets a connection wait for other writers, and ask the waiter meanwhile.
fn wait(connection: &mut rusqlite::Connection, waiting: &Waiting) -> EngineResult<()> {
    let waiting = waiting.clone();
    let mut started = Instant::now();
    connection.busy_handler(Some(move |tries: i32| {
        if tries == 0 {
            started = Instant::now();
        }
        let Some(pause) = waiting.pause(started.elapsed()) else {
            return false;
        };
        std::thread::sleep(pause);
        true
    }))?;
    Ok(())
}

/// Opens a file that no program writes to, without leaving other files beside it (uri.html,
/// "immutable").
pub(in crate::store) fn open_immutable(path: &Path) -> EngineResult<Connection> {
    let name = file_uri(&path.to_string_lossy(), "immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection = rusqlite::Connection::open_with_flags(name, flags)?;
    Ok(Connection::of_sqlite(connection))
}

/// Makes an empty database in memory.
pub(in crate::store) fn open_in_memory() -> EngineResult<Connection> {
    let connection = rusqlite::Connection::open_in_memory()?;
    Ok(Connection::of_sqlite(connection))
}

/// Sets a connection up. False if the file lies where programs cannot share memory, such as a
/// network drive: the write-ahead log needs that (wal.html).
pub(in crate::store) fn set_up(connection: &Connection, waiting: &Waiting) -> EngineResult<bool> {
    let connection = connection.sqlite()?;
    let is_read_only = connection.is_readonly("main")?;
    if !is_read_only && write_ahead(connection, waiting)? != "wal" {
        return Ok(false);
    }
    if let Some(path) = connection.path() {
        share_log(Path::new(path));
    }
    connection.execute_batch(SETTINGS)?;
    // A statement cannot damage the file on purpose, for example by writing to the schema table.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    // Without it SQLite prepares a cached statement again for each new value, which costs more than
    // running it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    Ok(true)
}

/// The number that a setting or a counter of SQLite has.
fn number(connection: &Connection, name: &str) -> EngineResult<i64> {
    connection.query_row(&format!("PRAGMA {name}"), &[], |row| row.get(0))
}

/// Turns the write-ahead log on. SQLite itself does not wait for other programs here, so this
/// function does.
fn write_ahead(connection: &rusqlite::Connection, waiting: &Waiting) -> EngineResult<String> {
    let started = Instant::now();
    loop {
        let mode =
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0));
        match mode.map_err(EngineError::from) {
            Err(error) if error.kind() == ErrorKind::Busy && waiting.goes_on(started.elapsed()) => {
                std::thread::sleep(BUSY_PAUSE);
            }
            mode => return mode,
        }
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use crate::store::empty_store::empty_store;
    use crate::store::users::rows::{USER_COLUMNS, USER_TABLES};

    #[test]
    fn the_log_of_a_store_is_cut_to_a_limit() {
        let (_folder, store) = empty_store();
        let limit = store.connection.sqlite().unwrap().pragma_query_value(
            None,
            "journal_size_limit",
            |row| row.get::<_, i64>(0),
        );
        assert_eq!(limit, Ok(64 << 20));
    }

    #[test]
    fn a_cached_statement_is_kept_whatever_is_bound_to_it() {
        let (_folder, store) = empty_store();
        let sql = format!("SELECT {USER_COLUMNS} FROM {USER_TABLES} WHERE u.sip_key = ?1");
        for key in [
            "kenmyer@litwareinc.com",
            "packerman@litwareinc.com",
            "1",
            "0",
        ] {
            let mut statement = store.connection.prepare_cached(&sql).unwrap();
            let found = statement.query_optional(&[&key], |_| Ok(())).unwrap();
            assert_eq!(found, None);
            let prepared_again = statement
                .sqlite()
                .unwrap()
                .get_status(StatementStatus::RePrepare);
            assert_eq!(prepared_again, 0, "{key}");
        }
    }
}
