//! Temporary copies of tables, which have the names of the tables and so take their place for every
//! statement of the transaction (<https://www.sqlite.org/lang_naming.html>).

use super::schema::key_columns;
use crate::store::engine::connection::{Connection, Transaction};
use crate::store::engine::error::EngineResult;
use crate::store::engine::value::ToSql;

/// Puts a copy of a table in its place, until the transaction ends.
pub(in crate::store) fn copy_table(transaction: &Transaction<'_>, table: &str) -> EngineResult<()> {
    copy(transaction, table, "")
}

/// Puts a copy of the rows of a table for which a condition holds in its place, until the
/// transaction ends.
pub(in crate::store) fn copy_rows(
    transaction: &Transaction<'_>,
    table: &str,
    condition: &str,
    parameters: &[&dyn ToSql],
) -> EngineResult<()> {
    // A statement that makes a table takes no parameters.
    copy(transaction, table, "WHERE 0")?;
    let sql = format!("INSERT INTO temp.{table} SELECT * FROM main.{table} WHERE {condition}");
    transaction.execute(&sql, parameters).map(drop)
}

fn copy(connection: &Connection, table: &str, rows: &str) -> EngineResult<()> {
    let sql = format!("CREATE TEMP TABLE {table} AS SELECT * FROM main.{table} {rows}");
    connection.execute_batch(&sql)?;
    // The copy has the key of the table, since rows are replaced by it.
    let key = key_columns(connection, table)?.join(", ");
    let sql = format!("CREATE UNIQUE INDEX temp.key_of_{table} ON {table} ({key})");
    connection.execute_batch(&sql)
}
