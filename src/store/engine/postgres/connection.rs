//! A connection to a server, and its transactions.
//!
//! The client wants to be borrowed for each message, while statements and rows of the store are used
//! side by side. So it lies in a cell that is borrowed for one message at a time, and the rows of a
//! statement are complete when the next one is sent.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use postgres::Client;
use postgres::types::Type;

use super::address::Address;
use super::kept_texts::KeptTexts;
use super::translate::Translated;
use crate::store::engine::error::{EngineError, EngineResult, ErrorKind};
use crate::store::engine::locks::Locks;
use crate::store::engine::waiting::Waiting;

/// Prepared statements that a connection keeps, of each text and each list of types.
const CACHED_STATEMENTS: usize = 256;

/// The time that the server lets a transaction wait for the one before, until the client asks
/// whether to go on waiting, in milliseconds.
const WAIT: u32 = 200;

/// The channel on which listeners hear that a store was written. Each word names the schema of the
/// store.
pub(super) const CHANNEL: &str = "pindesk_written";

/// A connection to a server.
pub(in crate::store::engine) struct ServerConnection {
    client: RefCell<Client>,
    address: Address,
    schema: OnceCell<String>,
    waiting: Waiting,
    is_in_transaction: Cell<bool>,
    /// Whether the schema is known to have the tables of a store.
    is_store: Cell<bool>,
    texts: KeptTexts,
    statements: RefCell<HashMap<String, Vec<Variant>>>,
    translated: RefCell<HashMap<String, Arc<Translated>>>,
}

/// A statement that was prepared for parameters of these types.
type Variant = (Vec<Type>, postgres::Statement);

/// A transaction of a server. It is undone when it is dropped without a commit.
pub(in crate::store::engine) struct ServerTransaction<'a> {
    connection: &'a ServerConnection,
    writes: bool,
}

impl fmt::Debug for ServerConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServerConnection")
            .field(&self.address)
            .finish()
    }
}

impl ServerConnection {
    pub(super) fn new(client: Client, address: Address, waiting: Waiting) -> Self {
        Self {
            client: RefCell::new(client),
            address,
            schema: OnceCell::new(),
            waiting,
            is_in_transaction: Cell::new(false),
            is_store: Cell::new(false),
            texts: KeptTexts::default(),
            statements: RefCell::default(),
            translated: RefCell::default(),
        }
    }

    pub fn address(&self) -> &Address {
        &self.address
    }

    /// The schema with the tables of the store. Its name means itself without quotes.
    pub fn schema(&self) -> &str {
        self.schema.get().map_or("", String::as_str)
    }

    /// Looks tables up in this schema, and in no other one. Temporary tables come last, so that none
    /// of them takes the place of a table.
    pub(super) fn use_schema(&self, schema: String) -> EngineResult<()> {
        self.batch(&format!("SET search_path = {schema}, pg_temp"))?;
        self.schema.get_or_init(|| schema);
        Ok(())
    }

    /// Runs statements without parameters and results.
    pub fn batch(&self, sql: &str) -> EngineResult<()> {
        self.texts.forget();
        Ok(self.client.borrow_mut().batch_execute(sql)?)
    }

    /// The one text that a statement returns.
    pub(super) fn text(&self, sql: &str) -> EngineResult<String> {
        let row = self.client.borrow_mut().query_one(sql, &[])?;
        Ok(row.try_get(0)?)
    }

    /// Whether the schema has the tables of a store. The table of tables is asked: functions that look
    /// up names may not see yet what another program has just made.
    pub(super) fn has_store(&self) -> EngineResult<bool> {
        let sql = format!(
            "SELECT (EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname = '{}' AND c.relname = 'store_head'))::text",
            self.schema()
        );
        Ok(self.text(&sql)? == "true")
    }

    /// A statement as the server takes it, translated once for the connection.
    pub(super) fn translated(&self, sql: &str) -> Arc<Translated> {
        let mut known = self.translated.borrow_mut();
        if let Some(translated) = known.get(sql) {
            return Arc::clone(translated);
        }
        if known.len() >= CACHED_STATEMENTS {
            known.clear();
        }
        let translated = Arc::new(Translated::of(sql));
        known.insert(sql.to_owned(), Arc::clone(&translated));
        translated
    }

    /// A statement with these types of parameters, prepared once for the connection.
    pub(super) fn prepared(&self, sql: &str, types: &[Type]) -> EngineResult<postgres::Statement> {
        let mut statements = self.statements.borrow_mut();
        let known = statements.get(sql).into_iter().flatten();
        if let Some((_, statement)) = known.clone().find(|(known, _)| known == types) {
            return Ok(statement.clone());
        }
        let statement = self.client.borrow_mut().prepare_typed(sql, types)?;
        if statements.values().map(Vec::len).sum::<usize>() >= CACHED_STATEMENTS {
            statements.clear();
        }
        let same_text = statements.entry(sql.to_owned()).or_default();
        same_text.push((types.to_vec(), statement.clone()));
        Ok(statement)
    }

    /// The named text of the store, or None if there is none. To be asked inside a transaction.
    pub fn named_text(&self, name: &str) -> EngineResult<Option<String>> {
        self.texts.get(name, || {
            let statement = self.prepared("SELECT key, value FROM meta", &[])?;
            let rows = self.client().query(&statement, &[])?;
            rows.iter()
                .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
                .collect()
        })
    }

    /// Says that a statement may change named texts.
    pub(super) fn forget_texts(&self) {
        self.texts.forget();
    }

    /// Borrows the client for one message.
    pub(super) fn client(&self) -> std::cell::RefMut<'_, Client> {
        self.client.borrow_mut()
    }

    /// Whether the client knows that the server is gone.
    pub fn is_closed(&self) -> bool {
        self.client.borrow().is_closed()
    }

    /// Whether the server answers. It takes one round trip.
    pub fn answers(&self) -> bool {
        !self.is_closed() && self.batch("SELECT 1").is_ok()
    }

    pub fn is_in_transaction(&self) -> bool {
        self.is_in_transaction.get()
    }

    /// Begins a transaction. One that writes takes the one row of the head first, so that writers
    /// follow each other and numbers have neither gaps nor late arrivals.
    pub fn begin(&self, locks: Locks) -> EngineResult<ServerTransaction<'_>> {
        if self.is_in_transaction.get() {
            let what = "a transaction was begun inside another one";
            return Err(EngineError::new(ErrorKind::Other, what));
        }
        match locks {
            Locks::Later => self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")?,
            Locks::Trial => self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ")?,
            Locks::Write => self.begin_write()?,
        }
        self.is_in_transaction.set(true);
        Ok(ServerTransaction {
            connection: self,
            writes: locks == Locks::Write,
        })
    }

    /// Waits for other writers, and asks the waiter meanwhile.
    fn begin_write(&self) -> EngineResult<()> {
        let started = Instant::now();
        if !self.is_store.get() {
            self.is_store.set(self.has_store()?);
        }
        let first = if self.is_store.get() {
            "UPDATE store_head SET writes = writes + 1"
        } else {
            // Two programs that make a store at the same time follow each other.
            "SELECT pg_advisory_xact_lock(hashtextextended('pindesk', 0))"
        };
        let sql = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = {WAIT}; {first}; SET LOCAL lock_timeout = 0"
        );
        loop {
            match self.batch(&sql) {
                Ok(()) => return Ok(()),
                Err(error) => {
                    self.batch("ROLLBACK")?;
                    if error.kind() != ErrorKind::Busy || !self.waiting.goes_on(started.elapsed()) {
                        return Err(error);
                    }
                }
            }
        }
    }

    fn end(&self, sql: &str) -> EngineResult<()> {
        self.is_in_transaction.set(false);
        self.batch(sql)
    }
}

impl ServerTransaction<'_> {
    /// Brings the changes to disk. In a transaction in which a statement has failed, COMMIT undoes
    /// everything without an error, so that another statement comes before it.
    pub fn commit(self) -> EngineResult<()> {
        let (connection, writes) = (self.connection, self.writes);
        std::mem::forget(self);
        let before = if writes {
            format!("SELECT pg_notify('{CHANNEL}', '{}')", connection.schema())
        } else {
            "SELECT 1".to_owned()
        };
        let done = connection.end(&format!("{before}; COMMIT"));
        match done {
            Err(error) if error.kind() == ErrorKind::ConnectionLost => {
                Err(EngineError::new(ErrorKind::OutcomeUnknown, error))
            }
            Err(error) => {
                connection.batch("ROLLBACK")?;
                Err(error)
            }
            Ok(()) => Ok(()),
        }
    }

    /// Undoes the changes.
    pub fn rollback(self) -> EngineResult<()> {
        let connection = self.connection;
        std::mem::forget(self);
        connection.end("ROLLBACK")
    }
}

impl Drop for ServerTransaction<'_> {
    fn drop(&mut self) {
        // The server undoes the transaction of a connection that was lost.
        if let Err(error) = self.connection.end("ROLLBACK") {
            log::warn!("a transaction could not be undone: {error}");
        }
    }
}
