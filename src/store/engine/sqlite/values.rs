//! Values between the engine and SQLite.

use std::fmt::Write as _;

use rusqlite::types::{ToSqlOutput, Value, ValueRef};

use crate::store::engine::error::{EngineError, EngineResult, ErrorKind};
use crate::store::engine::value::SqlValue;

/// A parameter in the form in which SQLite takes it. It has no lists: a list is a JSON array, which
/// `json_each` turns into a table
/// (<https://www.sqlite.org/json1.html#the_json_each_and_json_tree_table_valued_functions>).
pub(in crate::store::engine) struct Bound<'a>(pub SqlValue<'a>);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            SqlValue::Null => ValueRef::Null,
            SqlValue::Integer(value) => ValueRef::Integer(value),
            SqlValue::Real(value) => ValueRef::Real(value),
            SqlValue::Text(value) => ValueRef::Text(value.as_bytes()),
            SqlValue::Bytes(value) => ValueRef::Blob(value),
            SqlValue::Integers(values) => return Ok(owned(integers(values))),
            SqlValue::Texts(values) => return Ok(owned(texts(values))),
        }))
    }
}

fn owned(json: String) -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(Value::Text(json))
}

fn integers(values: &[i64]) -> String {
    let mut json = "[".to_owned();
    for value in values {
        if json.len() > 1 {
            json.push(',');
        }
        // Writing to a String cannot fail.
        let _always_ok = write!(json, "{value}");
    }
    json.push(']');
    json
}

fn texts(values: &[String]) -> String {
    // Writing texts to memory cannot fail.
    serde_json::to_string(values).unwrap_or_default()
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
