//! All that only SQLite has, each with the reason why it is needed. The rest of the store is plain
//! SQL.
//!
//! The references are pages of <https://www.sqlite.org>.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction};

use super::file_uri::file_uri;
use super::files::share_log;
use super::waiting::Waiting;

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

/// The SQL condition that a text has a character outside printable ASCII. Standard SQL has no sets of
/// characters in patterns; GLOB has (lang_expr.html#glob).
pub(in crate::store) fn has_other_than_ascii(column: &str) -> String {
    format!("{column} GLOB '*[^ -~]*'")
}

/// The mark of a PinDesk store in the header of the file: "PinD"
/// (pragma.html#pragma_application_id). It tells a store from the databases of other programs.
const APPLICATION_ID: i64 = 0x5069_6E44;

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

/// The largest store of which every row and index is compared without being asked for, in bytes.
/// Comparing takes 3 µs of a processor for each user of 250, and 10 µs for each of 100,000.
pub(in crate::store) const MOST_FOR_ROWS: u64 = 16 << 20;

/// The mark in the header of a database file: the program that made it, and the version of its
/// schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct FileMark {
    /// The mark is PinDesk's, or the file has neither a mark nor tables.
    pub is_ours: bool,
    /// The version of the schema; 0 in an empty file.
    pub version: i64,
}

/// Opens a file that exists, to read and write. Nothing is read yet.
pub(in crate::store) fn open(path: &Path, waiting: &Waiting) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    waiting.attach(&mut connection)?;
    Ok(connection)
}

/// Opens a store for reading every page about once.
pub(in crate::store) fn open_for_one_pass(
    path: &Path,
    waiting: &Waiting,
) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    waiting.attach(&mut connection)?;
    connection.execute_batch(SETTINGS_FOR_ONE_PASS)?;
    Ok(connection)
}

/// Opens a file that no program writes to, without leaving other files beside it (uri.html,
/// "immutable").
pub(in crate::store) fn open_immutable(path: &Path) -> rusqlite::Result<Connection> {
    let name = file_uri(&path.to_string_lossy(), "immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(name, flags)
}

/// Sets a connection up. False if the file lies where programs cannot share memory, such as a
/// network drive: the write-ahead log needs that (wal.html).
pub(in crate::store) fn set_up(
    connection: &Connection,
    waiting: &Waiting,
) -> rusqlite::Result<bool> {
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

/// Turns the write-ahead log on. SQLite itself does not wait for other programs here, so this
/// function does.
fn write_ahead(connection: &Connection, waiting: &Waiting) -> rusqlite::Result<String> {
    let started = Instant::now();
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0)) {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && waiting.goes_on(started.elapsed()) =>
            {
                std::thread::sleep(BUSY_PAUSE);
            }
            mode => return mode,
        }
    }
}

/// Reads the mark of a file. Call it inside a transaction: another program may be making the store
/// at this moment.
pub(in crate::store) fn file_mark(connection: &Connection) -> rusqlite::Result<FileMark> {
    let application: i64 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(FileMark {
        is_ours: application == APPLICATION_ID || (application == 0 && tables == 0),
        version: schema_version(connection)?,
    })
}

/// The version of the schema (pragma.html#pragma_user_version).
pub(in crate::store) fn schema_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Marks the file as a PinDesk store whose schema has this version.
pub(in crate::store) fn set_file_mark(
    transaction: &Transaction<'_>,
    version: i64,
) -> rusqlite::Result<()> {
    transaction.pragma_update(None, "user_version", version)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)
}

/// Removes the CHECK of a column from the definition of a table. ALTER TABLE removes only checks that
/// have a name; SQLite documents this way for changes that do not touch the rows
/// (lang_altertable.html#otheralter).
pub(in crate::store) fn remove_check(
    transaction: &Transaction<'_>,
    table: &str,
    column: &str,
) -> rusqlite::Result<()> {
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    let definition: String = transaction.query_row(sql, [table], |row| row.get(0))?;
    // Without such a check there is nothing to remove.
    let Some(without) = without_check(&definition, column) else {
        return Ok(());
    };
    transaction.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    transaction.execute_batch("PRAGMA writable_schema = ON")?;
    transaction.execute(
        "UPDATE sqlite_schema SET sql = ?2 WHERE type = 'table' AND name = ?1",
        [table, &without],
    )?;
    // The connection reads the schema again, and can no longer write to it.
    transaction.execute_batch("PRAGMA writable_schema = RESET")?;
    transaction.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(())
}

/// The definition of a table without `CHECK (column …)`. None if there is no such check.
fn without_check(definition: &str, column: &str) -> Option<String> {
    let start = definition.find(&format!(" CHECK ({column} "))?;
    let mut depth = 0;
    for (index, character) in definition[start..].char_indices() {
        match character {
            '(' => depth += 1,
            ')' if depth == 1 => {
                let end = start + index + character.len_utf8();
                return Some([&definition[..start], &definition[end..]].concat());
            }
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// A value that changes whenever another connection has written (pragma.html#pragma_data_version).
pub(in crate::store) fn data_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "data_version", |row| row.get(0))
}

/// Copies the store into an empty file (lang_vacuum.html#vacuuminto). It reads one moment, whereas
/// SQLite's backup interface begins again whenever another program writes.
pub(in crate::store) fn copy_into(connection: &Connection, file: &str) -> rusqlite::Result<()> {
    connection.execute("VACUUM INTO ?1", [file]).map(drop)
}

/// The size of the database with its log, in bytes (pragma.html#pragma_page_count).
pub(in crate::store) fn size(connection: &Connection) -> rusqlite::Result<u64> {
    let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page_size: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
    Ok(pages.unsigned_abs() * page_size.unsigned_abs())
}

/// Reads every page of the file. The answer is "ok", or the first thing that is wrong
/// (pragma.html#pragma_quick_check).
pub(in crate::store) fn quick_check(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
}

/// Reads every page, row and index. The answer is what is wrong, at most `most` findings
/// (pragma.html#pragma_integrity_check).
pub(in crate::store) fn integrity_check(
    connection: &Connection,
    most: usize,
) -> rusqlite::Result<Vec<String>> {
    let mut found: Vec<String> = connection
        .prepare(&format!("PRAGMA integrity_check({most})"))?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    found.retain(|line| line != "ok");
    Ok(found)
}

/// The tables with rows that refer to rows that are missing (pragma.html#pragma_foreign_key_check).
pub(in crate::store) fn missing_references(
    connection: &Connection,
) -> rusqlite::Result<Vec<(String, String, i64)>> {
    let sql = "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check
        GROUP BY \"table\", parent ORDER BY 1, 2";
    connection
        .prepare(sql)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect()
}

/// Brings the log into the file and removes it, which fails while another connection is open. The
/// file is then complete by itself.
pub(in crate::store) fn end_log(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .pragma_update_and_check(None, "journal_mode", "DELETE", |row| {
            row.get::<_, String>(0)
        })
        .map(drop)
}

/// Drops the indexes of a table, and returns the statements that make them again. Filling an empty
/// table is much faster when its indexes are made at the end; in SQLite they are part of the
/// transaction, so that other programs never see the table without them.
pub(in crate::store) fn drop_indexes(
    transaction: &Transaction<'_>,
    table: &str,
) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL";
    let found: Vec<(String, String)> = transaction
        .prepare(sql)?
        .query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (name, _) in &found {
        transaction.execute_batch(&format!("DROP INDEX \"{name}\""))?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use crate::store::empty_store::empty_store;
    use crate::store::users::rows::{USER_COLUMNS, USER_TABLES};

    #[test]
    fn the_log_of_a_store_is_cut_to_a_limit() {
        let (_folder, store) = empty_store();
        let limit = store
            .connection
            .pragma_query_value(None, "journal_size_limit", |row| row.get::<_, i64>(0));
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
            assert!(!statement.exists([key]).unwrap());
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0, "{key}");
        }
    }
}
