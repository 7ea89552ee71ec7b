//! The largest ID that a column of a table ever had. SQLite keeps it in a table of its own for
//! columns that are AUTOINCREMENT (<https://www.sqlite.org/autoinc.html>).

use crate::store::engine::connection::Connection;
use crate::store::engine::error::EngineResult;

/// The largest ID that rows of this table ever had. None if it never had any.
pub(in crate::store) fn largest_id_ever(
    connection: &Connection,
    table: &str,
) -> EngineResult<Option<i64>> {
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = ?1";
    let found = connection.query_optional(sql, &[&table], |row| row.get(0))?;
    Ok(found.flatten())
}

/// Raises the largest ID of a table, so that no lower one is used again.
pub(in crate::store) fn raise_largest_id(
    connection: &Connection,
    table: &str,
    least: i64,
) -> EngineResult<()> {
    let sql = "UPDATE sqlite_sequence SET seq = ?2 WHERE name = ?1 AND seq < ?2";
    connection.execute(sql, &[&table, &least]).map(drop)
}

/// Whether the largest ID ever is the largest among the rows of this table and `other`, and there is
/// no such note of another table. Attempts to log on are rows for a moment only, so that their
/// largest ID cannot be compared.
pub(in crate::store) fn is_largest_id_ever(
    connection: &Connection,
    table: &str,
    other: Option<i64>,
) -> EngineResult<bool> {
    let sql = format!(
        "WITH ids AS (SELECT max(id) AS largest
             FROM (SELECT max(id) AS id FROM {table} UNION ALL SELECT ?2))
         SELECT count(*) = (SELECT largest IS NOT NULL FROM ids)
             AND coalesce(min(name IS ?1 AND seq IS (SELECT largest FROM ids)), 1)
         FROM sqlite_sequence WHERE name IS NOT 'logon_attempts'"
    );
    connection.query_row(&sql, &[&table, &other], |row| row.get(0))
}
