//! Facts that each engine keeps beside the rows of a store, asked of the engine of the connection: the
//! mark and version of the store, its definitions, counters of changes, IDs that were used.

use std::path::Path;

use super::catalog_rows::{SchemaRow, StoreMark};
use super::connection::{Connection, Transaction};
use super::error::EngineResult;
use super::value::ToSql;
use super::waiting::Waiting;
use super::{postgres, sqlite};

/// An engine, whose schema has numbered steps of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum EngineKind {
    Sqlite,
    Postgres,
}

impl Connection {
    pub(in crate::store) fn kind(&self) -> EngineKind {
        match self.server() {
            None => EngineKind::Sqlite,
            Some(_) => EngineKind::Postgres,
        }
    }

    /// Whether the store is on a server.
    pub(in crate::store) fn is_on_server(&self) -> bool {
        self.kind() == EngineKind::Postgres
    }
}

/// A second connection to the database of a store, for reading all of it once.
pub(in crate::store) fn reopened(
    connection: &Connection,
    path: &Path,
    waiting: &Waiting,
) -> EngineResult<Connection> {
    match connection.server() {
        None => sqlite::open_for_one_pass(path, waiting),
        Some(server) => postgres::connect(server.address(), waiting),
    }
}

/// Reads the mark of a store. Call it inside a transaction: another program may be making the store
/// at this moment.
pub(in crate::store) fn store_mark(connection: &Connection) -> EngineResult<StoreMark> {
    match connection.server() {
        None => sqlite::file_mark(connection),
        Some(server) => postgres::catalog::store_mark(connection, server),
    }
}

/// The version of the schema.
pub(in crate::store) fn schema_version(connection: &Connection) -> EngineResult<i64> {
    match connection.server() {
        None => sqlite::schema_version(connection),
        Some(server) => postgres::catalog::schema_version(connection, server),
    }
}

/// Marks the database as a PinDesk store whose schema has this version.
pub(in crate::store) fn set_store_mark(
    transaction: &Transaction<'_>,
    version: i64,
) -> EngineResult<()> {
    match transaction.server() {
        None => sqlite::set_file_mark(transaction, version),
        Some(_) => postgres::catalog::set_schema_version(transaction, version),
    }
}

/// The names of the places on a server, as its statements write them.
pub(in crate::store) struct ServerNames {
    pub database: String,
    pub schema: String,
}

/// Asks for the database and the schema of a connection to a server.
pub(in crate::store) fn server_names(connection: &Connection) -> EngineResult<ServerNames> {
    let sql = "SELECT quote_ident(current_database())";
    Ok(ServerNames {
        database: connection.query_row(sql, &[], |row| row.get(0))?,
        schema: connection
            .server()
            .map_or("", |server| server.schema())
            .to_owned(),
    })
}

/// A name as statements of a server write it.
pub(in crate::store) fn quoted_name(connection: &Connection, name: &str) -> EngineResult<String> {
    connection.query_row("SELECT quote_ident(?1)", &[&name], |row| row.get(0))
}

/// Makes room for the tables of a new store: on a server a schema, unless it is there already.
pub(in crate::store) fn make_room(transaction: &Transaction<'_>) -> EngineResult<()> {
    match transaction.server() {
        None => Ok(()),
        Some(server) => server.batch(&format!("CREATE SCHEMA IF NOT EXISTS {}", server.schema())),
    }
}

/// A value that every statement that changes the schema changes.
pub(in crate::store) fn schema_changes(connection: &Connection) -> EngineResult<i64> {
    match connection.server() {
        None => sqlite::schema_changes(connection),
        Some(server) => postgres::catalog::schema_changes(connection, server),
    }
}

/// All definitions. Statistics are left out: they change nothing but the speed.
pub(in crate::store) fn schema_rows(connection: &Connection) -> EngineResult<Vec<SchemaRow>> {
    match connection.server() {
        None => sqlite::schema_rows(connection),
        Some(server) => postgres::catalog::schema_rows(connection, server),
    }
}

/// A value that changes whenever another connection has written.
pub(in crate::store) fn data_version(connection: &Connection) -> EngineResult<i64> {
    match connection.server() {
        None => sqlite::data_version(connection),
        Some(_) => postgres::catalog::writes(connection),
    }
}

/// Whether this connection sees the hashes of PINs. All of a file can be read.
pub(in crate::store) fn sees_hashes(connection: &Connection) -> EngineResult<bool> {
    match connection.server() {
        None => Ok(true),
        Some(_) => postgres::catalog::sees_hashes(connection),
    }
}

/// Gives back the pages of the store that the connection keeps in memory. A server keeps them itself.
pub(in crate::store) fn give_pages_back(connection: &Connection) -> EngineResult<()> {
    match connection.server() {
        None => sqlite::give_pages_back(connection),
        Some(_) => Ok(()),
    }
}

/// The largest ID that rows of this table ever had. None if it never had any.
pub(in crate::store) fn largest_id_ever(
    connection: &Connection,
    table: &str,
) -> EngineResult<Option<i64>> {
    match connection.server() {
        None => sqlite::largest_id_ever(connection, table),
        Some(_) => postgres::catalog::largest_id_ever(connection, table),
    }
}

/// Notes the largest ID ever of a table whose rows were copied.
pub(in crate::store) fn note_largest_id(
    transaction: &Transaction<'_>,
    table: &str,
    largest: i64,
) -> EngineResult<()> {
    match transaction.server() {
        None => sqlite::raise_largest_id(transaction, table, largest),
        Some(_) => postgres::catalog::note_largest_id(transaction, table, largest),
    }
}

/// The columns of a table, in its order.
pub(in crate::store) fn table_columns(
    connection: &Connection,
    table: &str,
) -> EngineResult<Vec<String>> {
    match connection.server() {
        None => sqlite::table_columns(connection, table),
        Some(server) => postgres::catalog::table_columns(connection, server, table),
    }
}

/// Switches triggers and references of a server off for rows that are copied, or on again. Those of
/// a file do not stand in the way of new rows.
pub(in crate::store) fn without_triggers(
    transaction: &Transaction<'_>,
    is_off: bool,
) -> EngineResult<()> {
    match transaction.server() {
        None => Ok(()),
        Some(server) => {
            let role = if is_off { "replica" } else { "origin" };
            server.batch(&format!("SET LOCAL session_replication_role = {role}"))
        }
    }
}

/// Whether the largest ID ever is the largest among the rows of this table and `other`, and there is
/// no such note of another table.
pub(in crate::store) fn is_largest_id_ever(
    connection: &Connection,
    table: &str,
    other: Option<i64>,
) -> EngineResult<bool> {
    match connection.server() {
        None => sqlite::is_largest_id_ever(connection, table, other),
        Some(_) => postgres::catalog::is_largest_id_ever(connection, table, other),
    }
}

/// Drops the indexes of a table that is about to be filled, and returns the statements that make
/// them again. On a server they stay: dropping them would lock out all who read.
pub(in crate::store) fn drop_indexes(
    transaction: &Transaction<'_>,
    table: &str,
) -> EngineResult<Vec<String>> {
    match transaction.server() {
        None => sqlite::drop_indexes(transaction, table),
        Some(_) => Ok(Vec::new()),
    }
}

/// Puts a copy of a table in its place, until the transaction ends.
pub(in crate::store) fn copy_table(transaction: &Transaction<'_>, table: &str) -> EngineResult<()> {
    match transaction.server() {
        None => sqlite::copy_table(transaction, table),
        Some(server) => postgres::catalog::copy_rows(transaction, server, table, "true", &[]),
    }
}

/// Puts a copy of the rows of a table for which a condition holds in its place, until the
/// transaction ends.
pub(in crate::store) fn copy_rows(
    transaction: &Transaction<'_>,
    table: &str,
    condition: &str,
    parameters: &[&dyn ToSql],
) -> EngineResult<()> {
    match transaction.server() {
        None => sqlite::copy_rows(transaction, table, condition, parameters),
        Some(server) => {
            postgres::catalog::copy_rows(transaction, server, table, condition, parameters)
        }
    }
}
