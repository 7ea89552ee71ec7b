//! Saving what can be read of a damaged store, row by row, into a new file.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::domain::Time;
use crate::domain::role::Operator;
use crate::owner_only::owner_only_file;
use crate::progress::{Progress, Unwatched};
use crate::store::engine::address::refuse_address;
use crate::store::engine::location::{cannot_open, look};
use crate::store::engine::sqlite;
use crate::store::engine::waiting::Waiting;
use crate::store::history::difference::Difference;
use crate::store::replay::upgrade::fill;
use crate::store::{Result, Store, StoreError, schema};

/// Rows that are read with one statement.
const READ_TOGETHER: usize = 500;

/// One table of a damaged store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveredTable {
    pub table: String,
    pub rows: u64,
    /// The missing rows, in words. None if all rows were read.
    pub missing: Option<String>,
}

/// The result of saving a damaged store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    pub tables: Vec<RecoveredTable>,
    /// The reason why the history of the new store does not hold. None if it does.
    pub broken_history: Option<String>,
    /// The differences between the new store and its history, by area.
    pub differences: Vec<Difference>,
}

impl Store {
    /// Reads each table of a damaged store as far as possible, and writes the rows into a new store.
    /// The damaged one is not changed.
    ///
    /// # Errors
    /// The file is no database at all, the new file exists already or cannot be written, or the work
    /// was cancelled.
    pub fn recover(
        path: &Path,
        to: &Path,
        operator: &Operator,
        now: Time,
        progress: &dyn Progress,
    ) -> Result<Recovered> {
        look(path)?;
        refuse_address(to)?;
        drop(owner_only_file(to).map_err(|error| cannot_open(to, &error))?);
        let failed = |error: rusqlite::Error| StoreError::from_sqlite(&error, to);
        let from = readable(path).map_err(|e| StoreError::from_sqlite(&e, path))?;
        let mut new = sqlite::open(to, &Waiting::default()).map_err(failed)?;
        sqlite::set_up(&new, &Waiting::default()).map_err(failed)?;
        schema::migrate(&mut new, to, |_| Ok(()), fill, |_, _| Ok(()))?;
        new.execute_batch("PRAGMA foreign_keys = OFF")
            .map_err(failed)?;
        let mut tables = Vec::new();
        let all = table_names(&new).map_err(failed)?;
        let count = all.len() as u64;
        for (done, table) in (0..).zip(all) {
            progress.advance(done, count);
            if progress.is_cancelled() {
                return Err(StoreError::Cancelled);
            }
            tables.push(recover_table(&from, &mut new, table).map_err(failed)?);
        }
        // The IDs of users who were removed are not used again.
        new.execute_batch(
            "UPDATE sqlite_sequence SET seq =
                 max(seq, (SELECT coalesce(max(user_id), 0) FROM history WHERE kind = 'removed'))
             WHERE name = 'users'",
        )
        .map_err(failed)?;
        drop(new);
        let (broken_history, differences) = match Self::open_existing(to, operator, now)
            .and_then(|store| store.verify_history(&Unwatched))
        {
            Ok(verified) => {
                let broken = verified.first_break;
                (
                    broken.map(|broken| format!("entry {}: {}", broken.seq, broken.what)),
                    verified.differences,
                )
            }
            Err(error) => (Some(error.to_string()), Vec::new()),
        };
        Ok(Recovered {
            tables,
            broken_history,
            differences,
        })
    }
}

/// A connection that reads as much as possible: with the log, or without it if the log cannot be
/// read.
fn readable(path: &Path) -> rusqlite::Result<Connection> {
    let with_log = sqlite::open_for_one_pass(path, &Waiting::default());
    match with_log {
        Ok(connection) if sqlite::schema_version(&connection).is_ok() => Ok(connection),
        _ => sqlite::open_immutable(path),
    }
}

/// The names of the tables of the store, those first that others refer to.
fn table_names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
             ORDER BY rowid",
        )?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// The columns of a table; none if the table is missing or cannot be read.
fn columns(connection: &Connection, table: &str) -> Vec<String> {
    let read = || -> rusqlite::Result<Vec<String>> {
        connection
            .prepare("SELECT name FROM pragma_table_info(?1)")?
            .query_map([table], |row| row.get(0))?
            .collect()
    };
    read().unwrap_or_default()
}

fn recover_table(
    from: &Connection,
    new: &mut Connection,
    table: String,
) -> rusqlite::Result<RecoveredTable> {
    let there = columns(from, &table);
    let known: Vec<String> = columns(new, &table)
        .into_iter()
        .filter(|column| there.contains(column))
        .collect();
    let names = known.join(", ");
    let transaction = new.transaction()?;
    let mut writer = Writer {
        rows: 0,
        refused: 0,
        insert: format!(
            "INSERT OR IGNORE INTO {table} ({names}) VALUES ({})",
            vec!["?"; known.len()].join(", ")
        ),
        connection: &transaction,
        width: known.len(),
    };
    let mut gaps = Vec::new();
    if known.is_empty() {
        gaps.push("the whole table".to_owned());
    } else {
        // The damaged store has its own of the rows that the steps of the schema write.
        if ["counters", "pin_policies"].contains(&table.as_str()) {
            transaction.execute(&format!("DELETE FROM {table}"), [])?;
        }
        let has_rowid = from
            .prepare(&format!("SELECT rowid FROM {table} LIMIT 0"))
            .is_ok();
        if has_rowid {
            gaps = by_rowid(from, &table, &names, &mut writer)?;
        } else if !all_rows(from, &format!("SELECT {names} FROM {table}"), &mut writer)? {
            // The rows behind the damage are read from the other end.
            let key = primary_key(from, &table).join(" DESC, ");
            let backwards = format!("SELECT {names} FROM {table} ORDER BY {key} DESC");
            all_rows(from, &backwards, &mut writer)?;
            gaps.push("the rows of damaged pages".to_owned());
        }
    }
    if writer.refused > 0 {
        gaps.push(format!("{} rows with impossible values", writer.refused));
    }
    let rows = writer.rows;
    transaction.commit()?;
    Ok(RecoveredTable {
        table,
        rows,
        missing: (!gaps.is_empty()).then(|| gaps.join("; ")),
    })
}

fn primary_key(connection: &Connection, table: &str) -> Vec<String> {
    let read = || -> rusqlite::Result<Vec<String>> {
        connection
            .prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?
            .query_map([table], |row| row.get(0))?
            .collect()
    };
    read().unwrap_or_default()
}

/// Writes the rows that were read.
struct Writer<'a> {
    rows: u64,
    /// Rows that the tables do not take.
    refused: u64,
    insert: String,
    connection: &'a Connection,
    width: usize,
}

impl Writer<'_> {
    /// Writes a row whose columns begin at `at`. The error is that of reading it.
    fn write(&mut self, row: &Row<'_>, at: usize) -> rusqlite::Result<()> {
        let values = (at..at + self.width)
            .map(|column| row.get::<_, Value>(column))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut insert = self.connection.prepare_cached(&self.insert)?;
        match insert.execute(params_from_iter(values)) {
            Ok(written) => self.rows += written as u64,
            Err(_impossible) => self.refused += 1,
        }
        Ok(())
    }
}

/// Reads all rows of a query. False if it ended early.
fn all_rows(from: &Connection, sql: &str, writer: &mut Writer<'_>) -> rusqlite::Result<bool> {
    let Ok(mut statement) = from.prepare(sql) else {
        return Ok(false);
    };
    let mut rows = statement.query([])?;
    loop {
        match rows.next() {
            Ok(Some(row)) => writer.write(row, 0)?,
            Ok(None) => return Ok(true),
            Err(_damaged) => return Ok(false),
        }
    }
}

/// Reads a table in the order of its row IDs, and goes on behind pages that cannot be read. Returns
/// the ranges of IDs that are missing.
fn by_rowid(
    from: &Connection,
    table: &str,
    names: &str,
    writer: &mut Writer<'_>,
) -> rusqlite::Result<Vec<String>> {
    let sql = format!(
        "SELECT rowid, {names} FROM {table} WHERE rowid >= ?1 ORDER BY rowid LIMIT {READ_TOGETHER}"
    );
    let mut gaps = Vec::new();
    let mut next = i64::MIN;
    loop {
        let (last, outcome) = one_stretch(from, &sql, next, writer);
        let behind = last.map_or(next, |last| last.saturating_add(1));
        match outcome {
            StretchEnd::Full => next = behind,
            StretchEnd::End => return Ok(gaps),
            StretchEnd::Damaged => {
                let first = behind.max(0);
                let Some(readable) = first_readable(from, table, first) else {
                    gaps.push(format!("all rows from {first} on"));
                    return Ok(gaps);
                };
                gaps.push(format!("rows {first} to {}", readable - 1));
                next = readable;
            }
        }
    }
}

/// How a stretch of rows ended.
enum StretchEnd {
    Full,
    End,
    Damaged,
}

fn one_stretch(
    from: &Connection,
    sql: &str,
    next: i64,
    writer: &mut Writer<'_>,
) -> (Option<i64>, StretchEnd) {
    let mut last = None;
    let mut count = 0;
    let mut read = || -> rusqlite::Result<()> {
        let mut statement = from.prepare_cached(sql)?;
        let mut rows = statement.query([next])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            writer.write(row, 1)?;
            last = Some(id);
            count += 1;
        }
        Ok(())
    };
    let outcome = match read() {
        Err(_damaged) => StretchEnd::Damaged,
        Ok(()) if count == READ_TOGETHER => StretchEnd::Full,
        Ok(()) => StretchEnd::End,
    };
    (last, outcome)
}

/// The first row ID from `damaged` on whose row can be read. Pages hold ranges of IDs, so the end of
/// the damage is looked for in growing steps, and then more closely.
fn first_readable(from: &Connection, table: &str, damaged: i64) -> Option<i64> {
    let sql = format!("SELECT * FROM {table} WHERE rowid >= ?1 ORDER BY rowid LIMIT 1");
    let is_readable = |id: i64| {
        let mut statement = from.prepare_cached(&sql)?;
        let mut rows = statement.query([id])?;
        Ok::<bool, rusqlite::Error>(rows.next()?.is_some())
    };
    let mut step: i64 = 1;
    let (mut bad, mut good) = (
        damaged,
        loop {
            let id = damaged.checked_add(step)?;
            match is_readable(id) {
                Ok(true) => break id,
                // There are no rows behind the damage.
                Ok(false) => return None,
                Err(_damaged) => step = step.checked_mul(2)?,
            }
        },
    );
    while good - bad > 1 {
        let middle = bad + (good - bad) / 2;
        if is_readable(middle).unwrap_or(false) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    Some(good)
}
