//! SQL to the database of a store behind the back of PinDesk, as another program sends it. Tests write
//! SQL that both engines take, apart from `zeroblob(32)` and `x'00'`, which are translated here.

use std::cell::RefCell;

use super::TempStore;

/// A row as texts. Bytes are `\x` and hexadecimal digits.
pub type TextRow = Vec<Option<String>>;

/// A connection that knows nothing of PinDesk.
pub enum PlainSql {
    File(rusqlite::Connection),
    Server(RefCell<postgres::Client>),
}

impl TempStore {
    /// Another connection to the database of this store, on either engine.
    pub fn sql(&self) -> PlainSql {
        match self.server() {
            None => PlainSql::File(self.plain()),
            Some(client) => PlainSql::Server(RefCell::new(client)),
        }
    }
}

impl PlainSql {
    /// Runs statements. An error is the message of the engine.
    pub fn batch(&self, sql: &str) -> Result<(), String> {
        match self {
            Self::File(file) => file.execute_batch(sql).map_err(|error| error.to_string()),
            Self::Server(server) => server
                .borrow_mut()
                .batch_execute(&bytes_of_server(sql))
                .map_err(|error| said(&error)),
        }
    }

    /// Runs statements that succeed.
    pub fn run(&self, sql: &str) {
        self.batch(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Begins a transaction that keeps others from writing until it ends.
    pub fn begin_write(&self) {
        self.run(match self {
            Self::File(_) => "BEGIN IMMEDIATE",
            Self::Server(_) => "BEGIN; UPDATE store_head SET writes = writes + 1",
        });
    }

    /// Runs statements without triggers, foreign keys and checks, as anyone could do who can write
    /// the file, or who administers the server. They come back afterwards, since PinDesk does not
    /// write to a store without them.
    pub fn without_guards(&self, sql: &str) -> Result<(), String> {
        match self {
            Self::File(file) => {
                let triggers = drop_triggers(file);
                self.run("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
                let done = self.batch(sql);
                self.run("PRAGMA ignore_check_constraints = OFF");
                for trigger in &triggers {
                    self.run(trigger);
                }
                done
            }
            Self::Server(_) => {
                let checks = self.rows(
                    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
                     WHERE contype = 'c' AND connamespace = current_schema()::regnamespace",
                );
                let text = |cell: &Option<String>| cell.clone().unwrap();
                for check in &checks {
                    let (table, name) = (text(&check[0]), text(&check[1]));
                    self.run(&format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
                }
                self.run("SET session_replication_role = replica");
                let done = self.batch(sql);
                self.run("SET session_replication_role = origin");
                for check in &checks {
                    let (table, name, check) = (text(&check[0]), text(&check[1]), text(&check[2]));
                    self.run(&format!(
                        "ALTER TABLE {table} ADD CONSTRAINT {name} {check} NOT VALID;
                         UPDATE pg_constraint SET convalidated = true WHERE NOT convalidated"
                    ));
                }
                done
            }
        }
    }

    /// The rows that a query finds.
    pub fn rows(&self, sql: &str) -> Vec<TextRow> {
        match self {
            Self::File(file) => {
                let mut statement = file.prepare(sql).unwrap();
                let columns = statement.column_count();
                let rows = statement.query_map([], |row| {
                    (0..columns)
                        .map(|column| row.get_ref(column).map(text_of))
                        .collect()
                });
                rows.unwrap().map(Result::unwrap).collect()
            }
            Self::Server(server) => server
                .borrow_mut()
                .simple_query(sql)
                .unwrap_or_else(|error| panic!("{sql}: {}", said(&error)))
                .iter()
                .filter_map(|message| match message {
                    postgres::SimpleQueryMessage::Row(row) => Some(
                        (0..row.len())
                            .map(|column| row.get(column).map(str::to_owned))
                            .collect(),
                    ),
                    _ => None,
                })
                .collect(),
        }
    }

    /// The first column of the rows that a query finds.
    pub fn texts(&self, sql: &str) -> Vec<Option<String>> {
        let rows = self.rows(sql).into_iter();
        rows.map(|mut row| row.swap_remove(0)).collect()
    }

    /// The one number that a query finds.
    pub fn number(&self, sql: &str) -> i64 {
        let mut found = self.texts(sql);
        assert_eq!(found.len(), 1, "{sql}");
        found.remove(0).unwrap().parse().unwrap()
    }
}

fn text_of(value: rusqlite::types::ValueRef<'_>) -> Option<String> {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) => Some(String::from_utf8(text.to_owned()).unwrap()),
        ValueRef::Blob(bytes) => Some(format!("\\x{}", pindesk::domain::text::hex(bytes))),
    }
}

fn said(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(answer) => answer.message().to_owned(),
        None => error.to_string(),
    }
}

/// The statements with bytes as PostgreSQL writes them.
fn bytes_of_server(sql: &str) -> String {
    let mut sql = sql.to_owned();
    for length in [32, 33] {
        let zeros = format!("'\\x{}'::bytea", "00".repeat(length));
        sql = sql.replace(&format!("zeroblob({length})"), &zeros);
    }
    sql.replace("x'00'", "'\\x00'::bytea")
}

/// Removes all triggers of a file. Returns the statements that make them again.
pub fn drop_triggers(file: &rusqlite::Connection) -> Vec<String> {
    let triggers: Vec<(String, String)> = file
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for (name, _) in &triggers {
        file.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
    }
    triggers.into_iter().map(|(_, sql)| sql).collect()
}
