//! Saving what can be read of a damaged store, row by row, into a new file.

use std::path::Path;

use crate::domain::Time;
use crate::domain::role::Operator;
use crate::owner_only::owner_only_file;
use crate::progress::{Progress, Unwatched};
use crate::store::engine::address::refuse_address;
use crate::store::engine::catalog::schema_version;
use crate::store::engine::location::{cannot_open, look};
use crate::store::engine::row_blocks::values;
use crate::store::engine::sqlite;
use crate::store::engine::transaction::begin_write;
use crate::store::engine::waiting::Waiting;
use crate::store::engine::{Connection, EngineError, EngineResult, SqlValue, ToSql};
use crate::store::history::difference::Difference;
use crate::store::replay::upgrade::fill;
use crate::store::{Result, Store, StoreError, schema};

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
        let failed = |error: EngineError| StoreError::from_engine(&error, to);
        let from = readable(path).map_err(|e| StoreError::from_engine(&e, path))?;
        let mut new = sqlite::open(to, &Waiting::default()).map_err(failed)?;
        sqlite::set_up(&new, &Waiting::default()).map_err(failed)?;
        schema::migrate(&mut new, to, |_| Ok(()), fill, |_, _| Ok(()))?;
        sqlite::ignore_references(&new).map_err(failed)?;
        let mut tables = Vec::new();
        let all = sqlite::table_names(&new).map_err(failed)?;
        let count = all.len() as u64;
        for (done, table) in (0..).zip(all) {
            progress.advance(done, count);
            if progress.is_cancelled() {
                return Err(StoreError::Cancelled);
            }
            tables.push(recover_table(&from, &mut new, table).map_err(failed)?);
        }
        // The IDs of users who were removed are not used again.
        let sql = "SELECT coalesce(max(user_id), 0) FROM history WHERE kind = 'removed'";
        new.query_row(sql, &[], |row| row.get(0))
            .and_then(|removed| sqlite::raise_largest_id(&new, "users", removed))
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
fn readable(path: &Path) -> EngineResult<Connection> {
    let with_log = sqlite::open_for_one_pass(path, &Waiting::default());
    match with_log {
        Ok(connection) if schema_version(&connection).is_ok() => Ok(connection),
        _ => sqlite::open_immutable(path),
    }
}

fn recover_table(
    from: &Connection,
    new: &mut Connection,
    table: String,
) -> EngineResult<RecoveredTable> {
    // A table that is missing or cannot be read has no columns.
    let there = sqlite::table_columns(from, &table).unwrap_or_default();
    let known: Vec<String> = sqlite::table_columns(new, &table)?
        .into_iter()
        .filter(|column| there.contains(column))
        .collect();
    let transaction = begin_write(new)?;
    let mut writer = Writer {
        rows: 0,
        refused: 0,
        insert: format!(
            "INSERT INTO {table} ({}) {} ON CONFLICT DO NOTHING",
            known.join(", "),
            values(known.len(), 1)
        ),
        connection: &transaction,
    };
    let mut gaps = Vec::new();
    if known.is_empty() {
        gaps.push("the whole table".to_owned());
    } else {
        // The damaged store has its own of the rows that the steps of the schema write.
        if ["counters", "pin_policies"].contains(&table.as_str()) {
            transaction.execute(&format!("DELETE FROM {table}"), &[])?;
        }
        gaps = sqlite::each_readable_row(from, &table, &known, |row| writer.write(row))?;
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

/// Writes the rows that were read.
struct Writer<'a> {
    rows: u64,
    /// Rows that the tables do not take.
    refused: u64,
    insert: String,
    connection: &'a Connection,
}

impl Writer<'_> {
    fn write(&mut self, row: &[SqlValue<'_>]) -> EngineResult<()> {
        let values: Vec<&dyn ToSql> = row.iter().map(|value| value as &dyn ToSql).collect();
        let mut insert = self.connection.prepare_cached(&self.insert)?;
        match insert.execute(&values) {
            Ok(written) => self.rows += written as u64,
            Err(_impossible) => self.refused += 1,
        }
        Ok(())
    }
}
