//! Single values of the store that have a name: texts in the table `meta`, numbers in the table
//! `counters`.

use super::connection::{Connection, Transaction};
use super::error::EngineResult;

/// The ID of the store, which no other store has.
pub(in crate::store) const STORE_ID: &str = "store_id";

/// The text with this name, or None if there is none.
pub(in crate::store) fn text(connection: &Connection, name: &str) -> EngineResult<Option<String>> {
    let server = connection.server();
    if let Some(server) = server.filter(|server| server.is_in_transaction()) {
        return server.named_text(name);
    }
    connection
        .prepare_cached("SELECT value FROM meta WHERE key = ?1")?
        .query_optional(&[&name], |row| row.get(0))
}

/// Sets the text with this name, or removes it.
pub(in crate::store) fn set_text(
    transaction: &Transaction<'_>,
    name: &str,
    value: Option<&str>,
) -> EngineResult<()> {
    match value {
        Some(value) => transaction
            .prepare_cached(
                "INSERT INTO meta (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute(&[&name, &value])?,
        None => transaction.execute("DELETE FROM meta WHERE key = ?1", &[&name])?,
    };
    Ok(())
}

/// The number with this name.
pub(in crate::store) fn counter(connection: &Connection, name: &str) -> EngineResult<i64> {
    connection
        .prepare_cached("SELECT value FROM counters WHERE name = ?1")?
        .query_row(&[&name], |row| row.get(0))
}

/// Raises the counter `version`, and returns the version for the users that the transaction is
/// about to change.
pub(in crate::store) fn next_version(transaction: &Transaction<'_>) -> EngineResult<i64> {
    transaction
        .prepare_cached(
            "UPDATE counters SET value = value + 1 WHERE name = 'version' RETURNING value",
        )?
        .query_row(&[], |row| row.get(0))
}
