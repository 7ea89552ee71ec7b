//! Connections and transactions of both engines.

use super::error::{EngineError, EngineResult, ErrorKind};
use super::locks::Locks;
use super::postgres::connection::{ServerConnection, ServerTransaction};
use super::statement::{PreparedStatement, Row};
use super::value::ToSql;

/// A connection to the database of a store.
#[derive(Debug)]
pub(in crate::store) struct Connection(Engine);

#[derive(Debug)]
enum Engine {
    Sqlite(rusqlite::Connection),
    Server(Box<ServerConnection>),
}

/// A transaction. It is undone when it is dropped without [`Transaction::commit`].
pub(in crate::store) struct Transaction<'a> {
    connection: &'a Connection,
    begun: Begun<'a>,
}

enum Begun<'a> {
    Sqlite(rusqlite::Transaction<'a>),
    Server(ServerTransaction<'a>),
}

impl Connection {
    pub(super) fn of_sqlite(connection: rusqlite::Connection) -> Self {
        Self(Engine::Sqlite(connection))
    }

    pub(super) fn of_server(connection: ServerConnection) -> Self {
        Self(Engine::Server(Box::new(connection)))
    }

    /// The connection to a server. None for a file.
    pub(super) fn server(&self) -> Option<&ServerConnection> {
        match &self.0 {
            Engine::Sqlite(_) => None,
            Engine::Server(connection) => Some(connection),
        }
    }

    /// Whether the connection to a server is known to be lost.
    pub fn is_lost(&self) -> bool {
        self.server().is_some_and(ServerConnection::is_closed)
    }

    /// Whether the database can be asked: a file always, a server if it answers now.
    pub fn answers(&self) -> bool {
        self.server().is_none_or(ServerConnection::answers)
    }

    /// The connection as SQLite's, for what only SQLite has.
    ///
    /// # Errors
    /// The store is on a server.
    pub(super) fn sqlite(&self) -> EngineResult<&rusqlite::Connection> {
        match &self.0 {
            Engine::Sqlite(connection) => Ok(connection),
            Engine::Server(_) => Err(only_in_file()),
        }
    }

    pub(super) fn sqlite_mut(&mut self) -> EngineResult<&mut rusqlite::Connection> {
        match &mut self.0 {
            Engine::Sqlite(connection) => Ok(connection),
            Engine::Server(_) => Err(only_in_file()),
        }
    }

    /// A statement that is used once.
    pub fn prepare(&self, sql: &str) -> EngineResult<PreparedStatement<'_>> {
        match &self.0 {
            Engine::Sqlite(connection) => Ok(PreparedStatement::once(connection.prepare(sql)?)),
            Engine::Server(connection) => Ok(PreparedStatement::of_server(connection, sql)),
        }
    }

    /// A statement that the connection keeps for the next time.
    pub fn prepare_cached(&self, sql: &str) -> EngineResult<PreparedStatement<'_>> {
        match &self.0 {
            Engine::Sqlite(connection) => {
                Ok(PreparedStatement::kept(connection.prepare_cached(sql)?))
            }
            Engine::Server(connection) => Ok(PreparedStatement::of_server(connection, sql)),
        }
    }

    /// Runs a statement once. Returns the number of rows that it changed.
    pub fn execute(&self, sql: &str, parameters: &[&dyn ToSql]) -> EngineResult<usize> {
        self.prepare(sql)?.execute(parameters)
    }

    /// The first row of a statement that is used once. It is an error if there is none.
    pub fn query_row<T>(
        &self,
        sql: &str,
        parameters: &[&dyn ToSql],
        read: impl FnOnce(Row<'_>) -> EngineResult<T>,
    ) -> EngineResult<T> {
        self.prepare(sql)?.query_row(parameters, read)
    }

    /// The first row of a statement that is used once, or None if there is none.
    pub fn query_optional<T>(
        &self,
        sql: &str,
        parameters: &[&dyn ToSql],
        read: impl FnOnce(Row<'_>) -> EngineResult<T>,
    ) -> EngineResult<Option<T>> {
        self.prepare(sql)?.query_optional(parameters, read)
    }

    /// Runs statements without parameters and results, with semicolons between them.
    pub fn execute_batch(&self, sql: &str) -> EngineResult<()> {
        match &self.0 {
            Engine::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Engine::Server(connection) => connection.batch(sql),
        }
    }

    pub(super) fn is_in_transaction(&self) -> bool {
        match &self.0 {
            Engine::Sqlite(connection) => !connection.is_autocommit(),
            Engine::Server(connection) => connection.is_in_transaction(),
        }
    }

    /// Begins a transaction. It fails inside another one.
    pub(super) fn begin(&self, locks: Locks) -> EngineResult<Transaction<'_>> {
        let begun = match &self.0 {
            Engine::Sqlite(connection) => {
                let behavior = match locks {
                    Locks::Later | Locks::Trial => rusqlite::TransactionBehavior::Deferred,
                    Locks::Write => rusqlite::TransactionBehavior::Immediate,
                };
                let begun = rusqlite::Transaction::new_unchecked(connection, behavior)?;
                Begun::Sqlite(begun)
            }
            Engine::Server(connection) => Begun::Server(connection.begin(locks)?),
        };
        Ok(Transaction {
            connection: self,
            begun,
        })
    }
}

#[cold]
fn only_in_file() -> EngineError {
    EngineError::new(ErrorKind::OnlyInFile, "the store is on a server")
}

impl Transaction<'_> {
    /// Brings the changes to disk.
    pub fn commit(self) -> EngineResult<()> {
        match self.begun {
            Begun::Sqlite(transaction) => Ok(transaction.commit()?),
            Begun::Server(transaction) => transaction.commit(),
        }
    }

    /// Undoes the changes.
    pub fn rollback(self) -> EngineResult<()> {
        match self.begun {
            Begun::Sqlite(transaction) => Ok(transaction.rollback()?),
            Begun::Server(transaction) => transaction.rollback(),
        }
    }
}

impl std::ops::Deref for Transaction<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::engine::id_set::{IN_LIST, IdSet, LIST};
    use crate::store::engine::sqlite::open_in_memory;
    use crate::store::engine::{EngineError, ErrorKind, SqlValue};

    #[test]
    fn parameters_come_back_as_they_were_given() {
        let connection = open_in_memory().unwrap();
        let sql = "SELECT ?1, ?2, ?3, ?4, ?5";
        let (text, bytes) = ("Åsa \u{0} O'Neil", [0_u8, 255]);
        let parameters: [&dyn ToSql; 5] = [&i64::MIN, &text, &bytes, &None::<i64>, &true];
        let read = connection.query_row(sql, &parameters, |row| {
            assert_eq!(row.get::<SqlValue<'_>>(3)?, SqlValue::Null);
            Ok((
                row.get::<i64>(0)?,
                row.get::<String>(1)?,
                row.get::<[u8; 2]>(2)?,
                row.get::<Option<&str>>(3)?.is_none(),
                row.get::<bool>(4)?,
            ))
        });
        assert_eq!(
            read.unwrap(),
            (i64::MIN, text.to_owned(), bytes, true, true)
        );
    }

    #[test]
    fn parameters_are_bound_by_their_numbers() {
        let connection = open_in_memory().unwrap();
        let sql = "SELECT ?2 || ?1 || ?2";
        let read = connection.query_row(sql, &[&"a", &"b"], |row| row.get::<String>(0));
        assert_eq!(read.unwrap(), "bab");
        let too_few = connection.query_row(sql, &[&"a"], |_row| Ok(()));
        assert!(too_few.is_err());
    }

    #[test]
    fn a_value_of_another_kind_is_an_error_that_names_its_column() {
        fn kind<T>(read: EngineResult<T>) -> (ErrorKind, String) {
            let error: EngineError = read.err().unwrap();
            (error.kind(), error.detail().to_owned())
        }
        let connection = open_in_memory().unwrap();
        let sql = "SELECT 'soon' AS expires, 300 AS count, NULL AS name, x'00' AS hash";
        let mut statement = connection.prepare(sql).unwrap();
        let mut rows = statement.query(&[]).unwrap();
        let row = rows.next().unwrap().unwrap();
        for (found, expected) in [
            (kind(row.get::<i64>(0)), "expires has a text"),
            (kind(row.get::<u8>(1)), "count has a whole number"),
            (kind(row.get::<&str>(2)), "name has no value"),
            (kind(row.get::<[u8; 32]>(3)), "hash has bytes"),
        ] {
            assert_eq!(found, (ErrorKind::Unreadable, expected.to_owned()));
        }
    }

    #[test]
    fn a_list_is_one_parameter_and_keeps_its_order() {
        let connection = open_in_memory().unwrap();
        let sql = format!("SELECT list.key, list.value FROM {LIST} ORDER BY list.key");
        let texts = ["b", "", "\"quoted\", with ] and \u{1}", "b"];
        let mut statement = connection.prepare(&sql).unwrap();
        let read: Vec<(i64, String)> = statement
            .query_map(&[&IdSet::of_texts(texts)], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap()
            .collect::<EngineResult<_>>()
            .unwrap();
        let expected: Vec<(i64, String)> = (0..).zip(texts.map(str::to_owned)).collect();
        assert_eq!(read, expected);
        for (ids, contains) in [(vec![i64::MAX, -7], 1), (Vec::new(), 0)] {
            let sql = format!("SELECT -7 IN {IN_LIST}");
            let found = connection.query_row(&sql, &[&IdSet::of(ids)], |row| row.get::<i64>(0));
            assert_eq!(found.unwrap(), contains);
        }
    }

    #[test]
    fn a_transaction_without_commit_is_undone() {
        let connection = open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE t (x)").unwrap();
        for commits in [false, true] {
            let transaction = connection.begin(Locks::Write).unwrap();
            assert!(connection.begin(Locks::Later).is_err());
            transaction
                .execute("INSERT INTO t VALUES (?1)", &[&commits])
                .unwrap();
            if commits {
                transaction.commit().unwrap();
            }
        }
        let rows = connection.query_row("SELECT min(x), count(*) FROM t", &[], |row| {
            Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
        });
        assert_eq!(rows.unwrap(), (1, 1));
    }
}
