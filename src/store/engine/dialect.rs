//! Expressions of SQL that each engine writes in its own way.

use super::catalog::EngineKind;
use super::connection::Connection;

/// The part of a text after its first backslash, or all of it if it has none.
pub(in crate::store) fn after_backslash(connection: &Connection, column: &str) -> String {
    let position = match connection.kind() {
        EngineKind::Sqlite => format!(r"instr({column}, '\')"),
        EngineKind::Postgres => format!(r"strpos({column}, '\')"),
    };
    format!("substr({column}, {position} + 1)")
}

/// The value of a name in a column of JSON, as a text that equal values share.
pub(in crate::store) fn json_value(connection: &Connection, column: &str, name: &str) -> String {
    match connection.kind() {
        EngineKind::Sqlite => format!("{column} ->> '{name}'"),
        EngineKind::Postgres => format!("CAST({column} AS jsonb) ->> '{name}'"),
    }
}

/// Whether the value of a name in a column of JSON is `true`.
pub(in crate::store) fn is_json_true(connection: &Connection, column: &str, name: &str) -> String {
    let value = json_value(connection, column, name);
    match connection.kind() {
        EngineKind::Sqlite => value,
        EngineKind::Postgres => format!("{value} = 'true'"),
    }
}
