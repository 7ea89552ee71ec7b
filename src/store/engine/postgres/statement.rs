//! Statements of a server and their rows.

use std::sync::Arc;

use postgres::types::{ToSql as ServerToSql, Type};

use super::connection::ServerConnection;
use super::translate::Translated;
use super::values::{ServerValue, type_of};
use crate::store::engine::error::EngineResult;
use crate::store::engine::value::{SqlValue, ToSql};

/// A statement that is prepared when the types of its parameters are known.
pub(in crate::store::engine) struct ServerStatement<'a> {
    connection: &'a ServerConnection,
    text: Arc<Translated>,
    bound: Vec<Owned>,
}

/// The rows that a statement has found.
pub(in crate::store::engine) struct ServerRows {
    rows: Vec<postgres::Row>,
    next: usize,
}

/// A value that was bound before its statement runs.
enum Owned {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Integers(Vec<i64>),
    Texts(Vec<String>),
}

impl<'a> ServerStatement<'a> {
    pub fn new(connection: &'a ServerConnection, sql: &str) -> Self {
        Self {
            connection,
            text: connection.translated(sql),
            bound: Vec::new(),
        }
    }

    pub fn execute(&self, parameters: &[&dyn ToSql]) -> EngineResult<usize> {
        let values: Vec<SqlValue<'_>> = parameters.iter().map(|value| value.to_sql()).collect();
        self.execute_values(&values)
    }

    pub fn query(&self, parameters: &[&dyn ToSql]) -> EngineResult<ServerRows> {
        let values: Vec<SqlValue<'_>> = parameters.iter().map(|value| value.to_sql()).collect();
        let statement = self.prepared(&values)?;
        let bound: Vec<ServerValue<'_>> = values.into_iter().map(ServerValue).collect();
        let rows = self
            .connection
            .client()
            .query(&statement, &borrowed(&bound))?;
        Ok(ServerRows { rows, next: 0 })
    }

    /// Binds a parameter, counted from 1, before [`ServerStatement::execute_bound`].
    pub fn bind(&mut self, number: usize, value: SqlValue<'_>) {
        while self.bound.len() < number {
            self.bound.push(Owned::Null);
        }
        self.bound[number - 1] = Owned::of(value);
    }

    /// Runs the statement with the parameters that were bound one by one.
    pub fn execute_bound(&mut self) -> EngineResult<usize> {
        let bound = std::mem::take(&mut self.bound);
        let values: Vec<SqlValue<'_>> = bound.iter().map(Owned::value).collect();
        self.execute_values(&values)
    }

    fn execute_values(&self, values: &[SqlValue<'_>]) -> EngineResult<usize> {
        self.connection.forget_texts();
        let statement = self.prepared(values)?;
        let bound: Vec<ServerValue<'_>> = values.iter().copied().map(ServerValue).collect();
        let changed = self
            .connection
            .client()
            .execute(&statement, &borrowed(&bound))?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    fn prepared(&self, values: &[SqlValue<'_>]) -> EngineResult<postgres::Statement> {
        let mut types: Vec<Type> = values.iter().map(|value| type_of(*value)).collect();
        if let Some(width) = self.text.width {
            share_in_columns(&mut types, width);
        }
        self.connection.prepared(&self.text.sql, &types)
    }
}

/// Gives every row the types of its columns, so that rows with and without values take one
/// statement.
fn share_in_columns(types: &mut [Type], width: usize) {
    for column in 0..width.min(types.len()) {
        let mut rows = types.iter().skip(column).step_by(width);
        let Some(known) = rows.find(|ty| **ty != Type::UNKNOWN).cloned() else {
            continue;
        };
        for ty in types.iter_mut().skip(column).step_by(width) {
            *ty = known.clone();
        }
    }
}

impl ServerRows {
    /// The next row, or None after the last one.
    pub fn next(&mut self) -> Option<&postgres::Row> {
        let row = self.rows.get(self.next)?;
        self.next += 1;
        Some(row)
    }
}

impl Owned {
    fn of(value: SqlValue<'_>) -> Self {
        match value {
            SqlValue::Null => Self::Null,
            SqlValue::Integer(value) => Self::Integer(value),
            SqlValue::Real(value) => Self::Real(value),
            SqlValue::Text(value) => Self::Text(value.to_owned()),
            SqlValue::Bytes(value) => Self::Bytes(value.to_owned()),
            SqlValue::Integers(values) => Self::Integers(values.to_owned()),
            SqlValue::Texts(values) => Self::Texts(values.to_owned()),
        }
    }

    fn value(&self) -> SqlValue<'_> {
        match self {
            Self::Null => SqlValue::Null,
            Self::Integer(value) => SqlValue::Integer(*value),
            Self::Real(value) => SqlValue::Real(*value),
            Self::Text(value) => SqlValue::Text(value),
            Self::Bytes(value) => SqlValue::Bytes(value),
            Self::Integers(values) => SqlValue::Integers(values),
            Self::Texts(values) => SqlValue::Texts(values),
        }
    }
}

fn borrowed<'a>(bound: &'a [ServerValue<'a>]) -> Vec<&'a (dyn ServerToSql + Sync)> {
    bound.iter().map(|value| value as _).collect()
}
