//! Values between the engine and SQLite.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};

use crate::store::engine::error::{EngineError, EngineResult, ErrorKind};
use crate::store::engine::value::{SqlValue, ToSql};

/// A parameter in the form in which SQLite takes it. It has no lists: a list is a JSON array, which
/// `json_each` turns into a table
/// (<https://www.sqlite.org/json1.html#the_json_each_and_json_tree_table_valued_functions>).
pub(in crate::store::engine) struct Bound<'a>(pub SqlValue<'a>);

/// The parameters of a statement.
pub(in crate::store::engine) fn bound(parameters: &[&dyn ToSql]) -> impl rusqlite::Params {
    rusqlite::params_from_iter(parameters.iter().map(|value| Bound(value.to_sql())))
}

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            SqlValue::Null => ValueRef::Null,
            SqlValue::Integer(value) => ValueRef::Integer(value),
            SqlValue::Real(value) => ValueRef::Real(value),
            SqlValue::Text(value) => ValueRef::Text(value.as_bytes()),
            SqlValue::Bytes(value) => ValueRef::Blob(value),
            SqlValue::Integers(values) => return Ok(json(values)),
            SqlValue::Texts(values) => return Ok(json(values)),
        }))
    }
}

/// A list as a JSON array. Writing numbers and texts to memory cannot fail.
fn json(values: &[impl serde::Serialize]) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Text(
        serde_json::to_string(values).unwrap_or_default(),
    ))
}

/// The value of a column of the row that SQLite is at.
#[inline]
pub(in crate::store::engine) fn value_of<'a>(
    row: &'a rusqlite::Row<'_>,
    column: usize,
) -> EngineResult<SqlValue<'a>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => SqlValue::Null,
        ValueRef::Integer(value) => SqlValue::Integer(value),
        ValueRef::Real(value) => SqlValue::Real(value),
        ValueRef::Text(value) => match std::str::from_utf8(value) {
            Ok(value) => SqlValue::Text(value),
            Err(error) => return Err(EngineError::new(ErrorKind::Unreadable, error)),
        },
        ValueRef::Blob(value) => SqlValue::Bytes(value),
    })
}
