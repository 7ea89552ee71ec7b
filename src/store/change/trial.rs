//! Trying changes of settings out without writing: they are carried out in temporary copies of the
//! tables of settings, which have the names of the tables and so take their place for every
//! statement (<https://www.sqlite.org/lang_naming.html>). The code is the one that applies the
//! changes. Nothing of the store is locked or written, so a store that can only be read will do.

use rusqlite::{Connection, Transaction, params};

use crate::plan::SettingsWish;
use crate::store::engine::id_set::{IN_LIST, IdSet};
use crate::store::engine::transaction::begin_trial;
use crate::store::{Result, Store, WriteError};

/// The tables of settings that are copied whole. Those of users are copied in part.
const TABLES: [&str; 6] = [
    "meta",
    "roles",
    "role_cmdlets",
    "role_units",
    "operator_roles",
    "pin_policies",
];

impl Store {
    /// Runs a closure that changes settings, in copies of their tables. `wishes` name the users that
    /// it may change.
    pub(in crate::store) fn try_out<T>(
        &self,
        wishes: &[SettingsWish],
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, WriteError>,
    ) -> Result<T> {
        self.check_place()?;
        let tried = begin_trial(&self.connection)
            .map_err(WriteError::from)
            .and_then(|transaction| {
                copy_tables(&transaction, wishes)?;
                let outcome = work(&transaction);
                // The copies go with the transaction.
                transaction.rollback()?;
                outcome
            });
        tried.map_err(|error| self.ended(error))
    }
}

fn copy_tables(connection: &Connection, wishes: &[SettingsWish]) -> rusqlite::Result<()> {
    for table in TABLES {
        let sql = format!("CREATE TEMP TABLE {table} AS SELECT * FROM main.{table}");
        connection.execute_batch(&sql)?;
        copy_key(connection, table)?;
    }
    // A statement that makes a table takes no parameters.
    connection.execute_batch("CREATE TEMP TABLE users AS SELECT * FROM main.users WHERE 0")?;
    copy_key(connection, "users")?;
    // A user is changed only if a wish names them, and read if they have a setting.
    let sql = format!(
        "INSERT INTO temp.users SELECT * FROM main.users
         WHERE is_protected = 1 OR pin_policy IS NOT NULL OR id IN {IN_LIST}"
    );
    let named = wishes.iter().filter_map(SettingsWish::user);
    connection.execute(&sql, params![IdSet::of(named.map(|id| id.0))])?;
    Ok(())
}

/// Gives the copy of a table the key of the table, since rows are replaced by it.
fn copy_key(connection: &Connection, table: &str) -> rusqlite::Result<()> {
    let columns: Vec<String> = connection
        .prepare("SELECT name FROM pragma_table_info(?1, 'main') WHERE pk > 0 ORDER BY pk")?
        .query_map([table], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let columns = columns.join(", ");
    connection.execute_batch(&format!(
        "CREATE UNIQUE INDEX temp.key_of_{table} ON {table} ({columns})"
    ))
}
