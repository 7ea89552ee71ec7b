//! Checking, measuring and copying the file of a store.

use super::number;
use crate::store::engine::connection::Connection;
use crate::store::engine::error::EngineResult;

/// Steps of SQLite between two looks whether a check was cancelled: some milliseconds.
const STEPS_BETWEEN_LOOKS: i32 = 10_000;

/// The largest store of which every row and index is compared without being asked for, in bytes.
/// Comparing takes 3 µs of a processor for each user of 250, and 10 µs for each of 100,000.
pub(in crate::store) const MOST_FOR_ROWS: u64 = 16 << 20;

/// A value that changes whenever another connection has written (pragma.html#pragma_data_version).
pub(in crate::store) fn data_version(connection: &Connection) -> EngineResult<i64> {
    number(connection, "data_version")
}

/// Gives back the pages that the connection keeps in memory (pragma.html#pragma_shrink_memory).
pub(in crate::store) fn give_pages_back(connection: &Connection) -> EngineResult<()> {
    connection.execute_batch("PRAGMA shrink_memory")
}

/// Copies the store into an empty file (lang_vacuum.html#vacuuminto). It reads one moment, whereas
/// SQLite's backup interface begins again whenever another program writes.
pub(in crate::store) fn copy_into(connection: &Connection, file: &str) -> EngineResult<()> {
    connection.execute("VACUUM INTO ?1", &[&file]).map(drop)
}

/// The size of the database with its log, in bytes (pragma.html#pragma_page_count).
pub(in crate::store) fn size(connection: &Connection) -> EngineResult<u64> {
    let pages = number(connection, "page_count")?;
    let page_size = number(connection, "page_size")?;
    Ok(pages.unsigned_abs() * page_size.unsigned_abs())
}

/// Reads every page of the file. The answer is "ok", or the first thing that is wrong
/// (pragma.html#pragma_quick_check).
pub(in crate::store) fn quick_check(connection: &Connection) -> EngineResult<String> {
    connection.query_row("PRAGMA quick_check(1)", &[], |row| row.get(0))
}

/// Reads every page, row and index. The answer is what is wrong, at most `most` findings
/// (pragma.html#pragma_integrity_check).
pub(in crate::store) fn integrity_check(
    connection: &Connection,
    most: usize,
) -> EngineResult<Vec<String>> {
    let mut found: Vec<String> = connection
        .prepare(&format!("PRAGMA integrity_check({most})"))?
        .query_map(&[], |row| row.get(0))?
        .collect::<EngineResult<_>>()?;
    found.retain(|line| line != "ok");
    Ok(found)
}

/// The tables with rows that refer to rows that are missing (pragma.html#pragma_foreign_key_check).
pub(in crate::store) fn missing_references(
    connection: &Connection,
) -> EngineResult<Vec<(String, String, i64)>> {
    let sql = "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check
        GROUP BY \"table\", parent ORDER BY 1, 2";
    connection
        .prepare(sql)?
        .query_map(&[], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect()
}

/// Brings the log into the file and removes it, which fails while another connection is open. The
/// file is then complete by itself.
pub(in crate::store) fn end_log(connection: &Connection) -> EngineResult<()> {
    connection.query_row("PRAGMA journal_mode = DELETE", &[], |_mode| Ok(()))
}

/// Asks a function from time to time, while statements run, whether to give up.
pub(in crate::store) fn ask_meanwhile(
    connection: &mut Connection,
    gives_up: impl FnMut() -> bool + Send + 'static,
) -> EngineResult<()> {
    connection
        .sqlite_mut()?
        .progress_handler(STEPS_BETWEEN_LOOKS, Some(gives_up))?;
    Ok(())
}

/// The number of rows of a table, or of one of its indexes. SQLite counts them without reading the
/// rows (lang_indexedby.html).
pub(in crate::store) fn count_rows(
    connection: &Connection,
    table: &str,
    index: Option<&str>,
) -> EngineResult<i64> {
    let by = index.map_or("NOT INDEXED".to_owned(), |index| {
        format!("INDEXED BY {index}")
    });
    let sql = format!("SELECT count(*) FROM {table} {by}");
    connection.query_row(&sql, &[], |row| row.get(0))
}

/// Lets rows refer to rows that are missing (pragma.html#pragma_foreign_keys).
pub(in crate::store) fn ignore_references(connection: &Connection) -> EngineResult<()> {
    connection.execute_batch("PRAGMA foreign_keys = OFF")
}

/// Counts the statements that a connection runs from now on, without those of triggers.
#[cfg(test)]
pub(in crate::store) fn count_statements(
    connection: &mut Connection,
    statements: std::sync::Arc<std::sync::atomic::AtomicUsize>,
) {
    use rusqlite::trace::{TraceEvent, TraceEventCodes};
    use std::sync::atomic::Ordering;

    let count = move |event: TraceEvent<'_>| {
        // The statements of triggers are announced as comments.
        if let TraceEvent::Stmt(_, sql) = event
            && !sql.starts_with("--")
        {
            statements.fetch_add(1, Ordering::Relaxed);
        }
    };
    connection
        .sqlite_mut()
        .unwrap()
        .trace_v2(TraceEventCodes::SQLITE_TRACE_STMT, Some(count))
        .unwrap();
}
