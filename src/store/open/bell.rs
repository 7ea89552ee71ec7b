//! Hearing from the server of a store that the store was written.

use std::path::PathBuf;
use std::time::Duration;

use crate::store::engine::catalog::reopened;
use crate::store::engine::postgres::Bell;
use crate::store::{Result, Store, StoreError};

/// A connection that listens, see [`Store::write_bell`].
pub struct WriteBell {
    bell: Bell,
    path: PathBuf,
}

impl Store {
    /// A connection of its own that hears when any connection has written to this store. None for a
    /// store in a file.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub fn write_bell(&self) -> Result<Option<WriteBell>> {
        if !self.connection.is_on_server() {
            return Ok(None);
        }
        let connection = reopened(&self.connection, &self.path, &self.waiting.as_set());
        let bell = connection.and_then(Bell::new);
        Ok(Some(WriteBell {
            bell: bell.map_err(|error| self.error(&error))?,
            path: self.path.clone(),
        }))
    }
}

impl WriteBell {
    /// Waits until the store was written, but not longer than this time. Returns whether it was.
    ///
    /// # Errors
    /// The connection was lost.
    pub fn wait(&mut self, longest: Duration) -> Result<bool> {
        let heard = self.bell.wait(longest);
        heard.map_err(|error| StoreError::from_engine(&error, &self.path))
    }
}
