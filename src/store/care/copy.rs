//! Copying a store from a file to a server or back: all rows as they are, and then a comparison.

use std::path::{Path, PathBuf};

use crate::domain::role::{ADMINISTRATOR, Operator};
use crate::owner_only::owner_only_file;
use crate::plan::BatchAction;
use crate::progress::{Progress, Unwatched};
use crate::store::access::roles::grant_first;
use crate::store::engine::address::server_name;
use crate::store::engine::catalog::{
    largest_id_ever, note_largest_id, table_columns, without_triggers,
};
use crate::store::engine::location::cannot_open;
use crate::store::engine::row_blocks::{RowStatement, values};
use crate::store::engine::sqlite;
use crate::store::engine::transaction::{WriteError, begin_write};
use crate::store::engine::waiting::Waiting;
use crate::store::engine::{
    Connection, EngineError, EngineResult, Row, SqlValue, ToSql, Transaction,
};
use crate::store::history::append::append_batch;
use crate::store::history::batch::Batch;
use crate::store::history::head::Head;
use crate::store::history::settings::Settings;
use crate::store::open::on_server::{admit, connected_to_empty, make_tables};
use crate::store::replay::upgrade::fill;
use crate::store::{Opener, Result, Store, StoreError, schema};

/// The tables of a store, each with the column of whole numbers by which it is read in parts, if it
/// can have many rows. Attempts to log on belong to programs that run now, and are left behind.
const TABLES: [(&str, Option<&str>); 16] = [
    ("meta", None),
    ("counters", None),
    ("domains", None),
    ("batches", Some("id")),
    ("plans", Some("id")),
    ("plan_users", Some("plan_id")),
    ("pin_policies", None),
    ("users", Some("id")),
    ("pins", Some("user_id")),
    ("pin_hashes", Some("user_id")),
    ("roles", None),
    ("role_cmdlets", None),
    ("role_units", None),
    ("operator_roles", None),
    ("history", Some("seq")),
    ("kept_filters", None),
];

/// Tables that have rows as soon as they are made.
const NOT_EMPTY: [&str; 2] = ["counters", "pin_policies"];

/// The numbers of a table that are read together.
const TOGETHER: i64 = 10_000;

/// The rows that one statement writes.
const WRITTEN_TOGETHER: usize = 64;

/// A copy that has all rows of its original and agrees with its history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedStore {
    /// The rows of each table.
    pub rows: Vec<(&'static str, u64)>,
    /// The last entry of the history that was copied, and its hash.
    pub head: String,
}

impl Store {
    /// Copies a store to a place that has none: a path without a file, or a database. The copy has the
    /// ID of the original, and one batch more: `administrator` gets the role CsAdministrator there,
    /// since accounts of the operating system and logins of a server are not the same.
    ///
    /// Then the copy is compared: the rows of each table, the last hash, and all of the store with its
    /// history.
    ///
    /// # Errors
    /// There is something at the other place already, one of the stores failed, or the copy is not
    /// as the original. A copy in a file is then left there, to be looked at.
    pub fn copy(
        from: &Path,
        to: &Path,
        administrator: &str,
        opener: &Opener<'_>,
        progress: &dyn Progress,
    ) -> Result<CopiedStore> {
        let original = opener.open_to_read(from)?;
        let snapshot = original.snapshot()?;
        let source = snapshot.connection();
        let place = CopyPlace::of(to)?;
        let failed = |error: EngineError| StoreError::from_engine(&error, &place.named);
        let mut connection = place.connect()?;
        let transaction = begin_write(&mut connection).map_err(failed)?;
        let filled = place.fill(source, &transaction, administrator, opener, progress);
        let copied = filled.map_err(|error| error.in_store(&place.named))?;
        transaction.commit().map_err(failed)?;
        drop(connection);
        place.compare(to, &copied, opener)?;
        Ok(copied)
    }
}

/// The place of the copy.
struct CopyPlace {
    named: PathBuf,
    is_server: bool,
}

impl CopyPlace {
    fn of(to: &Path) -> Result<Self> {
        let address = server_name(to)?.map(PathBuf::from);
        Ok(Self {
            is_server: address.is_some(),
            named: address.unwrap_or_else(|| to.to_owned()),
        })
    }

    /// A connection to a database without tables, or with empty ones.
    fn connect(&self) -> Result<Connection> {
        if self.is_server {
            return connected_to_empty(&self.named);
        }
        let failed = |error: EngineError| StoreError::from_engine(&error, &self.named);
        drop(owner_only_file(&self.named).map_err(|error| cannot_open(&self.named, &error))?);
        let mut connection = sqlite::open(&self.named, &Waiting::default()).map_err(failed)?;
        sqlite::set_up(&connection, &Waiting::default()).map_err(failed)?;
        schema::migrate(
            &mut connection,
            &self.named,
            |_| Ok(()),
            fill,
            |_, _| Ok(()),
        )?;
        sqlite::ignore_references(&connection).map_err(failed)?;
        Ok(connection)
    }

    /// Makes the tables of a server, and copies all rows.
    fn fill(
        &self,
        source: &Connection,
        transaction: &Transaction<'_>,
        administrator: &str,
        opener: &Opener<'_>,
        progress: &dyn Progress,
    ) -> std::result::Result<CopiedStore, WriteError> {
        if self.is_server {
            make_tables(transaction)?;
        }
        let (rows, head) = copy_all(source, transaction, progress)?;
        grant_administrator(transaction, administrator, opener)?;
        if self.is_server {
            admit(transaction, administrator)?;
        }
        Ok(CopiedStore { rows, head })
    }

    /// Compares the copy with what was copied, and with its history.
    fn compare(&self, to: &Path, copied: &CopiedStore, opener: &Opener<'_>) -> Result<()> {
        let (copy, _is_current) = Store::open_to_check(to, opener.waiter.clone())?;
        for (table, rows) in &copied.rows {
            let there = copy.read(|connection| count(connection, table))?;
            // The batch that admits the administrator is one more, with its entries.
            let is_longer = ["batches", "history", "operator_roles"].contains(table);
            if there != *rows && !(is_longer && there > *rows) {
                return Err(self.differs(&format!("{table} has {there} rows, and not {rows}")));
            }
        }
        let verified = copy.verify_history(&Unwatched)?;
        if let Some(broken) = verified.first_break {
            return Err(self.differs(&format!("entry {}: {}", broken.seq, broken.what)));
        }
        match verified.differences.first() {
            Some(difference) => Err(self.differs(&difference.sentence())),
            None => Ok(()),
        }
    }

    fn differs(&self, detail: &str) -> StoreError {
        StoreError::BadCopy {
            detail: detail.trim_end_matches('.').to_owned(),
            path: self.named.clone(),
        }
    }
}

type CopiedRows = (Vec<(&'static str, u64)>, String);

fn copy_all(
    source: &Connection,
    transaction: &Transaction<'_>,
    progress: &dyn Progress,
) -> std::result::Result<CopiedRows, WriteError> {
    let mut rows = Vec::new();
    without_triggers(transaction, true)?;
    for (done, (table, key)) in (0..).zip(TABLES) {
        progress.advance(done, TABLES.len() as u64);
        if progress.is_cancelled() {
            return Err(StoreError::Cancelled.into());
        }
        if NOT_EMPTY.contains(&table) {
            transaction.execute(&format!("DELETE FROM {table}"), &[])?;
        }
        copy_table(source, transaction, table, key)?;
        rows.push((table, count(source, table)?));
    }
    if let Some(largest) = largest_id_ever(source, "users")? {
        note_largest_id(transaction, "users", largest)?;
    }
    without_triggers(transaction, false)?;
    let head = Head::of(source)?;
    Ok((rows, head.line()))
}

fn copy_table(
    source: &Connection,
    transaction: &Transaction<'_>,
    table: &str,
    key: Option<&str>,
) -> EngineResult<()> {
    let columns = table_columns(source, table)?;
    let names = columns.join(", ");
    let insert = |rows: usize| {
        format!(
            "INSERT INTO {table} ({names}) {}",
            values(columns.len(), rows)
        )
    };
    let mut writer = CopyWriter {
        transaction,
        insert: &insert,
        width: columns.len(),
        values: Vec::new(),
    };
    let Some(key) = key else {
        let mut statement = source.prepare(&format!("SELECT {names} FROM {table}"))?;
        let mut rows = statement.query(&[])?;
        while let Some(row) = rows.next()? {
            writer.add(row)?;
        }
        return writer.finish();
    };
    let largest: Option<i64> =
        source.query_row(&format!("SELECT max({key}) FROM {table}"), &[], |row| {
            row.get(0)
        })?;
    let sql =
        format!("SELECT {names} FROM {table} WHERE {key} >= ?1 AND {key} < ?2 ORDER BY {key}");
    let mut first = 0;
    while largest.is_some_and(|largest| first <= largest) {
        let mut statement = source.prepare_cached(&sql)?;
        let mut rows = statement.query(&[&first, &(first + TOGETHER)])?;
        while let Some(row) = rows.next()? {
            writer.add(row)?;
        }
        first += TOGETHER;
    }
    writer.finish()
}

/// A value of a row that is written later.
enum CopiedValue {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl ToSql for CopiedValue {
    fn to_sql(&self) -> SqlValue<'_> {
        match self {
            Self::Null => SqlValue::Null,
            Self::Integer(value) => SqlValue::Integer(*value),
            Self::Text(value) => SqlValue::Text(value),
            Self::Bytes(value) => SqlValue::Bytes(value),
        }
    }
}

/// Writes rows, many with one statement.
struct CopyWriter<'a> {
    transaction: &'a Transaction<'a>,
    insert: &'a dyn Fn(usize) -> String,
    width: usize,
    values: Vec<CopiedValue>,
}

impl CopyWriter<'_> {
    fn add(&mut self, row: Row<'_>) -> EngineResult<()> {
        for column in 0..self.width {
            self.values.push(match row.get::<SqlValue<'_>>(column)? {
                SqlValue::Integer(value) => CopiedValue::Integer(value),
                SqlValue::Text(value) => CopiedValue::Text(value.to_owned()),
                SqlValue::Bytes(value) => CopiedValue::Bytes(value.to_owned()),
                // No column of a store has other values.
                _ => CopiedValue::Null,
            });
        }
        if self.values.len() == self.width * WRITTEN_TOGETHER {
            self.write()?;
        }
        Ok(())
    }

    fn finish(mut self) -> EngineResult<()> {
        self.write()
    }

    fn write(&mut self) -> EngineResult<()> {
        if self.values.is_empty() {
            return Ok(());
        }
        let sql = (self.insert)(self.values.len() / self.width);
        let mut insert = RowStatement::prepare(self.transaction, &sql)?;
        for value in &self.values {
            insert.bind_row(&[value])?;
        }
        self.values.clear();
        insert.execute().map(drop)
    }
}

fn count(connection: &Connection, table: &str) -> EngineResult<u64> {
    let sql = format!("SELECT count(*) FROM {table}");
    let rows: i64 = connection.query_row(&sql, &[], |row| row.get(0))?;
    Ok(rows.unsigned_abs())
}

/// Gives an account of the other place the role CsAdministrator, as a batch.
fn grant_administrator(
    transaction: &Transaction<'_>,
    administrator: &str,
    opener: &Opener<'_>,
) -> std::result::Result<(), WriteError> {
    let sql = "SELECT count(*) FROM operator_roles WHERE account = ?1 AND role = ?2";
    let held: i64 =
        transaction.query_row(sql, &[&administrator, &ADMINISTRATOR], |row| row.get(0))?;
    if held > 0 {
        return Ok(());
    }
    let before = Settings::read(transaction)?;
    let account = Operator {
        account: administrator.to_owned(),
        machine: String::new(),
        id: None,
    };
    grant_first(transaction, &account)?;
    let batch = Batch {
        reason: "the store was copied, and accounts have other names here",
        ..Batch::new(BatchAction::GrantRole, opener.now, opener.operator)
    };
    let mut chain = append_batch(transaction, &batch)?;
    let after = Settings::read(transaction)?;
    before.append_changes(&after, transaction, &mut chain)?;
    Ok(())
}
