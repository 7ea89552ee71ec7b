//! Statements and their rows.
//!
//! All texts of SQL number their parameters as `?1`, `?2` …, the form that SQLite takes. PostgreSQL
//! writes them `$1`; SQLite would take that as a parameter with a name of its own, numbered by
//! where it is seen first, so that `$2 … $1` would be bound the wrong way round. A text for
//! PostgreSQL is therefore translated where a statement is prepared (`postgres/translate.rs`).

use super::error::{EngineError, EngineResult, ErrorKind};
use super::postgres::connection::ServerConnection;
use super::postgres::statement::{ServerRows, ServerStatement};
use super::postgres::values as server_values;
use super::sqlite::values::{Bound, bound, value_of};
use super::value::{FromSql, ToSql};

/// A statement that is ready to run.
pub(in crate::store) struct PreparedStatement<'a>(Prepared<'a>);

enum Prepared<'a> {
    SqliteKept(rusqlite::CachedStatement<'a>),
    SqliteOnce(rusqlite::Statement<'a>),
    Server(ServerStatement<'a>),
}

/// The rows that a statement finds, one after the other.
pub(in crate::store) struct Rows<'a>(FoundRows<'a>);

enum FoundRows<'a> {
    Sqlite(rusqlite::Rows<'a>),
    Server(ServerRows),
}

/// The row at which [`Rows`] are. Its texts and bytes can be borrowed until the next one.
#[derive(Clone, Copy)]
pub(in crate::store) struct Row<'a>(Current<'a>);

#[derive(Clone, Copy)]
enum Current<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Server(&'a postgres::Row),
}

/// The values that a function makes of rows.
pub(in crate::store) struct MappedRows<'a, F> {
    rows: Rows<'a>,
    read: F,
}

impl<'a> PreparedStatement<'a> {
    pub(super) fn kept(statement: rusqlite::CachedStatement<'a>) -> Self {
        Self(Prepared::SqliteKept(statement))
    }

    pub(super) fn once(statement: rusqlite::Statement<'a>) -> Self {
        Self(Prepared::SqliteOnce(statement))
    }

    pub(super) fn of_server(connection: &'a ServerConnection, sql: &str) -> Self {
        Self(Prepared::Server(ServerStatement::new(connection, sql)))
    }

    /// The statement as SQLite's. The statement of a server is handed over to `of_server`.
    fn on<'s, T>(
        &'s mut self,
        of_sqlite: impl FnOnce(&'s mut rusqlite::Statement<'a>) -> EngineResult<T>,
        of_server: impl FnOnce(&'s mut ServerStatement<'a>) -> EngineResult<T>,
    ) -> EngineResult<T> {
        match &mut self.0 {
            Prepared::SqliteKept(statement) => of_sqlite(statement),
            Prepared::SqliteOnce(statement) => of_sqlite(statement),
            Prepared::Server(statement) => of_server(statement),
        }
    }

    /// The statement as SQLite's, for tests.
    #[cfg(test)]
    pub(super) fn sqlite(&mut self) -> EngineResult<&mut rusqlite::Statement<'a>> {
        self.on(Ok, |_statement| Err(EngineError::no_row()))
    }

    /// Runs the statement. Returns the number of rows that it changed.
    pub fn execute(&mut self, parameters: &[&dyn ToSql]) -> EngineResult<usize> {
        self.on(
            |statement| Ok(statement.execute(bound(parameters))?),
            |statement| statement.execute(parameters),
        )
    }

    /// The rows that the statement finds.
    pub fn query(&mut self, parameters: &[&dyn ToSql]) -> EngineResult<Rows<'_>> {
        self.on(
            |statement| Ok(Rows(FoundRows::Sqlite(statement.query(bound(parameters))?))),
            |statement| Ok(Rows(FoundRows::Server(statement.query(parameters)?))),
        )
    }

    /// The values that a function makes of the rows.
    pub fn query_map<T, F: FnMut(Row<'_>) -> EngineResult<T>>(
        &mut self,
        parameters: &[&dyn ToSql],
        read: F,
    ) -> EngineResult<MappedRows<'_, F>> {
        let rows = self.query(parameters)?;
        Ok(MappedRows { rows, read })
    }

    /// The first row. It is an error if there is none.
    pub fn query_row<T>(
        &mut self,
        parameters: &[&dyn ToSql],
        read: impl FnOnce(Row<'_>) -> EngineResult<T>,
    ) -> EngineResult<T> {
        self.query_optional(parameters, read)?
            .ok_or_else(EngineError::no_row)
    }

    /// The first row, or None if there is none.
    pub fn query_optional<T>(
        &mut self,
        parameters: &[&dyn ToSql],
        read: impl FnOnce(Row<'_>) -> EngineResult<T>,
    ) -> EngineResult<Option<T>> {
        let mut rows = self.query(parameters)?;
        rows.next()?.map(read).transpose()
    }

    /// Binds one parameter, counted from 1, before [`PreparedStatement::execute_bound`].
    pub fn bind(&mut self, number: usize, value: &dyn ToSql) -> EngineResult<()> {
        let value = value.to_sql();
        self.on(
            |statement| Ok(statement.raw_bind_parameter(number, Bound(value))?),
            |statement| {
                statement.bind(number, value);
                Ok(())
            },
        )
    }

    /// Runs the statement with the parameters that were bound one by one.
    pub fn execute_bound(&mut self) -> EngineResult<usize> {
        self.on(
            |statement| Ok(statement.raw_execute()?),
            ServerStatement::execute_bound,
        )
    }
}

impl Rows<'_> {
    /// The next row, or None after the last one.
    #[inline]
    pub fn next(&mut self) -> EngineResult<Option<Row<'_>>> {
        match &mut self.0 {
            FoundRows::Sqlite(rows) => Ok(rows.next()?.map(|row| Row(Current::Sqlite(row)))),
            FoundRows::Server(rows) => Ok(rows.next().map(|row| Row(Current::Server(row)))),
        }
    }
}

impl<'a> Row<'a> {
    /// The value of a column, counted from 0.
    ///
    /// # Errors
    /// There is no such column, or the value is of another kind.
    #[inline]
    pub fn get<T: FromSql<'a>>(self, column: usize) -> EngineResult<T> {
        let value = match self.0 {
            Current::Sqlite(row) => value_of(row, column)?,
            Current::Server(row) => server_values::value_of(row, column)?,
        };
        T::from_sql(value).ok_or_else(|| self.unreadable(column, value.kind()))
    }

    #[cold]
    fn unreadable(self, column: usize, kind: &str) -> EngineError {
        let name = match self.0 {
            Current::Sqlite(row) => row.as_ref().column_name(column).unwrap_or_default(),
            Current::Server(row) => row.columns().get(column).map_or("", postgres::Column::name),
        };
        EngineError::new(ErrorKind::Unreadable, format!("{name} has {kind}"))
    }
}

impl<T, F: FnMut(Row<'_>) -> EngineResult<T>> Iterator for MappedRows<'_, F> {
    type Item = EngineResult<T>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next().transpose()?;
        Some(row.and_then(|row| (self.read)(row)))
    }
}
