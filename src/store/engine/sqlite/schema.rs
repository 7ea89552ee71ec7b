//! The schema as SQLite keeps it: its version, its definitions and its tables.

use rusqlite::config::DbConfig;

use super::number;
use crate::store::engine::catalog_rows::{SchemaRow, StoreMark};
use crate::store::engine::connection::{Connection, Transaction};
use crate::store::engine::error::EngineResult;
use crate::store::engine::value::ToSql;

/// The mark of a PinDesk store in the header of the file: "PinD"
/// (pragma.html#pragma_application_id). It tells a store from the databases of other programs.
const APPLICATION_ID: i64 = 0x5069_6E44;

/// Reads the mark of a file. Call it inside a transaction: another program may be making the store
/// at this moment.
pub(in crate::store) fn file_mark(connection: &Connection) -> EngineResult<StoreMark> {
    let application = number(connection, "application_id")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", &[], |row| row.get(0))?;
    Ok(StoreMark {
        is_ours: application == APPLICATION_ID || (application == 0 && tables == 0),
        version: schema_version(connection)?,
    })
}

/// The version of the schema (pragma.html#pragma_user_version).
pub(in crate::store) fn schema_version(connection: &Connection) -> EngineResult<i64> {
    number(connection, "user_version")
}

/// A counter that every statement that changes the schema raises
/// (pragma.html#pragma_schema_version).
pub(in crate::store) fn schema_changes(connection: &Connection) -> EngineResult<i64> {
    number(connection, "schema_version")
}

/// Marks the file as a PinDesk store whose schema has this version.
pub(in crate::store) fn set_file_mark(
    transaction: &Transaction<'_>,
    version: i64,
) -> EngineResult<()> {
    let connection = transaction.sqlite()?;
    connection.pragma_update(None, "user_version", version)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    Ok(())
}

/// Removes the CHECK of a column from the definition of a table. ALTER TABLE removes only checks that
/// have a name; SQLite documents this way for changes that do not touch the rows
/// (lang_altertable.html#otheralter).
pub(in crate::store) fn remove_check(
    transaction: &Transaction<'_>,
    table: &str,
    column: &str,
) -> EngineResult<()> {
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    let definition: String = transaction.query_row(sql, &[&table], |row| row.get(0))?;
    // Without such a check there is nothing to remove.
    let Some(without) = without_check(&definition, column) else {
        return Ok(());
    };
    let sqlite = transaction.sqlite()?;
    sqlite.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
    transaction.execute_batch("PRAGMA writable_schema = ON")?;
    transaction.execute(
        "UPDATE sqlite_schema SET sql = ?2 WHERE type = 'table' AND name = ?1",
        &[&table, &without],
    )?;
    // The connection reads the schema again, and can no longer write to it.
    transaction.execute_batch("PRAGMA writable_schema = RESET")?;
    sqlite.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
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

/// Drops the indexes of a table, and returns the statements that make them again. Filling an empty
/// table is much faster when its indexes are made at the end; in SQLite they are part of the
/// transaction, so that other programs never see the table without them.
pub(in crate::store) fn drop_indexes(
    transaction: &Transaction<'_>,
    table: &str,
) -> EngineResult<Vec<String>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1 AND sql IS NOT NULL";
    let found: Vec<(String, String)> = transaction
        .prepare(sql)?
        .query_map(&[&table], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<EngineResult<_>>()?;
    for (name, _) in &found {
        transaction.execute_batch(&format!("DROP INDEX \"{name}\""))?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

/// The SQL condition that a text has a character outside printable ASCII. Standard SQL has no sets of
/// characters in patterns; GLOB has (lang_expr.html#glob).
pub(in crate::store) fn has_other_than_ascii(column: &str) -> String {
    format!("{column} GLOB '*[^ -~]*'")
}

/// All definitions. Tables of statistics are left out: SQLite makes them when somebody runs ANALYZE,
/// and they change nothing but the speed.
pub(in crate::store) fn schema_rows(connection: &Connection) -> EngineResult<Vec<SchemaRow>> {
    connection
        .prepare(
            "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema
             WHERE name NOT GLOB 'sqlite_stat*'",
        )?
        .query_map(&[], SchemaRow::of)?
        .collect()
}

/// The names of the tables of the store, those first that others refer to.
pub(in crate::store) fn table_names(connection: &Connection) -> EngineResult<Vec<String>> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'
        ORDER BY rowid";
    texts(connection, sql, &[])
}

/// The columns of a table. None if the table is missing.
pub(in crate::store) fn table_columns(
    connection: &Connection,
    table: &str,
) -> EngineResult<Vec<String>> {
    let sql = "SELECT name FROM pragma_table_info(?1, 'main')";
    texts(connection, sql, &[&table])
}

/// The columns of the primary key of a table, in its order.
pub(in crate::store) fn key_columns(
    connection: &Connection,
    table: &str,
) -> EngineResult<Vec<String>> {
    let sql = "SELECT name FROM pragma_table_info(?1, 'main') WHERE pk > 0 ORDER BY pk";
    texts(connection, sql, &[&table])
}

fn texts(
    connection: &Connection,
    sql: &str,
    parameters: &[&dyn ToSql],
) -> EngineResult<Vec<String>> {
    connection
        .prepare(sql)?
        .query_map(parameters, |row| row.get(0))?
        .collect()
}
