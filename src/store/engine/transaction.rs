//! Reading and writing. A read sees the store at one moment; a write is one transaction.

use std::path::Path;

use super::connection::{Connection, Transaction};
use super::error::{EngineError, EngineResult, ErrorKind};
use super::file_ids::OpenFiles;
use super::locks::Locks;
use crate::store::{Result, Store, StoreError};

/// The reason why a transaction ended without a result.
#[derive(Debug)]
pub(in crate::store) enum WriteError {
    Engine(EngineError),
    Store(StoreError),
}

impl From<EngineError> for WriteError {
    fn from(error: EngineError) -> Self {
        Self::Engine(error)
    }
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl WriteError {
    /// The error of the store that is at this path.
    pub(in crate::store) fn in_store(self, path: &Path) -> StoreError {
        match self {
            Self::Store(error) => error,
            Self::Engine(error) => StoreError::from_engine(&error, path),
        }
    }
}

/// One moment of a store: while this value is alive, all reads of that store see the same state.
pub struct Snapshot<'a> {
    store: &'a Store,
    /// None inside another snapshot, whose moment then holds.
    _transaction: Option<Transaction<'a>>,
}

impl Snapshot<'_> {
    pub(in crate::store) fn connection(&self) -> &Connection {
        &self.store.connection
    }
}

impl Store {
    /// Keeps all reads at one moment, whatever other connections write, until the returned value is
    /// dropped. The moment is that of the first read.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn snapshot(&self) -> Result<Snapshot<'_>> {
        Ok(Snapshot {
            store: self,
            _transaction: begin_read(&self.connection).map_err(|error| self.error(&error))?,
        })
    }

    /// Runs a closure that reads. All its statements see one moment.
    pub(in crate::store) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> EngineResult<T>,
    ) -> Result<T> {
        self.try_read(|connection| Ok(work(connection)?))
    }

    /// Runs a closure that reads and has errors of its own. All its statements see one moment.
    pub(in crate::store) fn try_read<T>(
        &self,
        work: impl FnOnce(&Connection) -> std::result::Result<T, WriteError>,
    ) -> Result<T> {
        let snapshot = self.snapshot()?;
        work(snapshot.connection()).map_err(|error| self.ended(error))
    }

    /// Runs a closure that writes, in one transaction. The changes are on disk when this returns
    /// `Ok`, and undone otherwise. Nothing is written to a history that is not the one that the
    /// witness has seen.
    pub(in crate::store) fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, WriteError>,
    ) -> Result<T> {
        self.write_checked(work, true)
    }

    /// Writes as [`Store::write`] does, also to a history that the witness has not seen. The
    /// witness remembers it from now on.
    pub(in crate::store) fn write_accepting<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, WriteError>,
    ) -> Result<T> {
        self.write_checked(work, false)
    }

    fn write_checked<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, WriteError>,
        compares_heads: bool,
    ) -> Result<T> {
        self.check_place()?;
        if let Some(damage) = self.damage.get() {
            return Err(damage.clone());
        }
        self.heads.before_write(&self.path);
        let done = self.write_once(work, compares_heads);
        self.note_damage(done.as_ref().err());
        let done = done?;
        // The file may have gone while the change was brought to disk.
        self.check_place()?;
        self.heads.after_write();
        Ok(done)
    }

    fn write_once<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, WriteError>,
        compares_heads: bool,
    ) -> Result<T> {
        let path = &self.path;
        let failed = |error: EngineError| StoreError::from_engine(&error, path);
        let ended = |error: WriteError| match error {
            WriteError::Store(error) => error,
            WriteError::Engine(error) => failed(error),
        };
        let transaction = begin_write(&mut self.connection).map_err(failed)?;
        if let Some(what) = self.schema.look(&transaction).map_err(failed)? {
            return Err(StoreError::foreign_schema(what, path));
        }
        if compares_heads {
            let checked = self.heads.check(&transaction, &self.id, path);
            checked.map_err(ended)?;
        }
        self.heads.note_first(&transaction).map_err(failed)?;
        let outcome = work(&transaction).map_err(ended)?;
        let noted = self.heads.note_last(&transaction, &self.id, path);
        noted.map_err(failed)?;
        if self.files.as_ref().is_some_and(OpenFiles::have_moved) {
            return Err(StoreError::Moved { path: path.clone() });
        }
        match transaction.commit() {
            Err(error) if error.kind() == ErrorKind::OutcomeUnknown => {
                let found = self.heads.find_again(&self.connection, path, &self.waiting);
                self.connection = found?;
            }
            committed => committed.map_err(failed)?,
        }
        Ok(outcome)
    }

    /// Remembers damage, after which nothing more is written.
    fn note_damage(&self, error: Option<&StoreError>) {
        if let Some(damage @ StoreError::Damaged { .. }) = error {
            self.damage.get_or_init(|| damage.clone());
        }
    }

    /// Writes as [`Store::write`] does. A refused attempt is recorded in a second transaction.
    pub(in crate::store) fn write_or_record<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, WriteError>,
        record: impl FnOnce(&Transaction<'_>) -> EngineResult<()>,
    ) -> Result<T> {
        let done = self.write(work);
        if done.as_ref().is_err_and(StoreError::is_refusal) {
            // The attempt is refused, even if that cannot be recorded.
            if let Err(error) = self.write(|transaction| Ok(record(transaction)?)) {
                log::warn!("a refused attempt could not be recorded: {error}");
            }
        }
        done
    }

    /// An error of the engine as one of the store.
    pub(in crate::store) fn error(&self, error: &EngineError) -> StoreError {
        let error = StoreError::from_engine(error, &self.path);
        self.note_damage(Some(&error));
        error
    }

    pub(in crate::store) fn ended(&self, error: WriteError) -> StoreError {
        match error {
            WriteError::Store(error) => error,
            WriteError::Engine(error) => self.error(&error),
        }
    }
}

/// Begins a transaction that reads. None if there is one already, since the engine does not nest
/// them.
pub(in crate::store) fn begin_read(
    connection: &Connection,
) -> EngineResult<Option<Transaction<'_>>> {
    (!connection.is_in_transaction())
        .then(|| connection.begin(Locks::Later))
        .transpose()
}

/// Begins a transaction that reads the store and writes temporary tables. It fails inside another
/// transaction.
pub(in crate::store) fn begin_trial(connection: &Connection) -> EngineResult<Transaction<'_>> {
    connection.begin(Locks::Trial)
}

/// Begins a transaction that writes. It takes the write lock at the beginning, so that it waits for
/// other writers there and not between its statements.
pub(in crate::store) fn begin_write(connection: &mut Connection) -> EngineResult<Transaction<'_>> {
    connection.begin(Locks::Write)
}
