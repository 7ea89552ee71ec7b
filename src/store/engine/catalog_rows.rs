//! Facts about the tables of a store, as every engine says them.

use super::error::EngineResult;
use super::statement::Row;

/// A definition of the schema.
pub(in crate::store) struct SchemaRow {
    /// "table", "index", "trigger" or "view"; on a server also "column", "constraint" and
    /// "function".
    pub kind: String,
    pub name: String,
    /// The table that it is about.
    pub table: String,
    /// Its statement. Empty for an index that a constraint makes.
    pub sql: String,
}

impl SchemaRow {
    /// Reads a row with these columns in this order.
    pub(in crate::store::engine) fn of(row: Row<'_>) -> EngineResult<Self> {
        Ok(Self {
            kind: row.get(0)?,
            name: row.get(1)?,
            table: row.get(2)?,
            sql: row.get(3)?,
        })
    }
}

/// The mark of a database: the program that made it, and the version of its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct StoreMark {
    /// The mark is PinDesk's, or there is neither a mark nor a table.
    pub is_ours: bool,
    /// The version of the schema; 0 in an empty database.
    pub version: i64,
}
