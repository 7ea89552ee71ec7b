//! The server's word that a store was written (`sql-notify.html`, `sql-listen.html`). It wakes
//! listeners early. They read the changes from the tables, since a word can be lost.

use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator as _;

use super::connection::{CHANNEL, ServerConnection};
use crate::store::engine::connection::Connection;
use crate::store::engine::error::{EngineError, EngineResult, ErrorKind};

/// A connection that listens.
pub(in crate::store) struct Bell {
    connection: Connection,
}

impl Bell {
    /// Listens over this connection, which must be one to a server.
    ///
    /// # Errors
    /// The store is in a file, or the connection was lost.
    pub fn new(connection: Connection) -> EngineResult<Self> {
        server(&connection)?.batch(&format!("LISTEN {CHANNEL}"))?;
        Ok(Self { connection })
    }

    /// Waits until the store was written, but not longer than this time. Returns whether it was.
    ///
    /// # Errors
    /// The connection was lost.
    pub fn wait(&mut self, longest: Duration) -> EngineResult<bool> {
        let server = server(&self.connection)?;
        let mut client = server.client();
        let heard = client.notifications().timeout_iter(longest).next()?;
        if heard.is_none() && client.is_closed() {
            let what = "the connection was closed";
            return Err(EngineError::new(ErrorKind::ConnectionLost, what));
        }
        Ok(heard.is_some_and(|word| word.payload() == server.schema()))
    }
}

fn server(connection: &Connection) -> EngineResult<&ServerConnection> {
    connection
        .server()
        .ok_or_else(|| EngineError::new(ErrorKind::OnlyInFile, "a file says nothing by itself"))
}
