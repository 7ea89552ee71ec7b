//! Opening a store, and making a new one.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;

use rusqlite::Transaction;

use super::access::roles;
use super::engine::transaction::WriteError;
use super::engine::{files, named_values, sqlite};
use super::history::append::append_batch;
use super::history::batch::Batch;
use super::history::batch_note::BatchNote;
use super::history::head::note_missing_head;
use super::replay::record_upgrade::record_upgrade;
use super::users::sort_keys::fill_display_sort;
use super::{Result, Store, StoreError, schema};
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::domain::text::hex;
use crate::plan::BatchAction;

impl Store {
    /// Opens the store in this file. If there is none, a new one is made, and `operator` is its
    /// first CsAdministrator.
    ///
    /// Only the owner can read a new file and a folder that was made for it.
    ///
    /// # Errors
    /// The file is not a store, is newer than this program, is damaged, or cannot be read. Nothing
    /// in it was changed.
    pub fn open(path: &Path, operator: &Operator, now: Time) -> Result<Self> {
        let failed = |error: rusqlite::Error| StoreError::from_sqlite(&error, path);
        prepare_file(path)?;
        let mut connection = sqlite::open(path).map_err(failed)?;
        schema::check(&connection, path)?;
        if !sqlite::set_up(&connection).map_err(failed)? {
            return Err(StoreError::NoSharedMemory {
                path: path.to_owned(),
            });
        }
        schema::migrate(&mut connection, path, fill, |transaction, found| {
            if found == 0 {
                return begin(transaction, path, operator, now);
            }
            note_missing_head(transaction)?;
            Ok(record_upgrade(transaction, operator, now)?)
        })?;
        let id = named_values::text(&connection, named_values::STORE_ID)
            .and_then(|id| id.ok_or(rusqlite::Error::QueryReturnedNoRows))
            .map_err(failed)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            id,
        })
    }

    /// A second connection to the same store, for reading all of it once.
    ///
    /// # Errors
    /// The store could not be opened again.
    pub fn for_reading(&self) -> Result<Self> {
        let connection =
            sqlite::open_for_one_pass(&self.path).map_err(|error| self.error(&error))?;
        Ok(Self {
            connection,
            path: self.path.clone(),
            id: self.id.clone(),
        })
    }
}

/// Makes the folder and an empty file, or checks the first bytes of an existing file.
fn prepare_file(path: &Path) -> Result<()> {
    let failed = |error: io::Error| StoreError::CannotOpen {
        detail: error.to_string(),
        path: path.to_owned(),
    };
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty() && !folder.exists())
    {
        files::owner_only_folder(folder).map_err(failed)?;
    }
    match files::owner_only_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            if path.is_dir() {
                return Err(StoreError::CannotOpen {
                    detail: "it is a folder".to_owned(),
                    path: path.to_owned(),
                });
            }
            let mut start = Vec::new();
            fs::File::open(path)
                .and_then(|file| file.take(16).read_to_end(&mut start))
                .map_err(failed)?;
            if start.is_empty() || start == sqlite::MAGIC {
                Ok(())
            } else {
                Err(StoreError::NotADatabase {
                    path: path.to_owned(),
                })
            }
        }
        Err(error) => Err(failed(error)),
    }
}

/// Writes the columns that a step of the schema adds and SQL cannot compute.
fn fill(transaction: &Transaction<'_>, version: i64) -> rusqlite::Result<()> {
    match version {
        6 => fill_display_sort(transaction),
        7 => sqlite::remove_check(transaction, "history", "kind"),
        _ => Ok(()),
    }
}

/// Writes the first rows of a new store: its ID, the built-in roles, its first administrator, and
/// the first batch.
fn begin(
    transaction: &Transaction<'_>,
    path: &Path,
    operator: &Operator,
    now: Time,
) -> std::result::Result<(), WriteError> {
    let mut id = [0; 16];
    getrandom::fill(&mut id).map_err(|error| StoreError::CannotOpen {
        detail: format!("no ID can be drawn for it ({error})"),
        path: path.to_owned(),
    })?;
    named_values::set_text(transaction, named_values::STORE_ID, Some(&hex(&id)))?;
    roles::write_built_in(transaction)?;
    roles::grant_first(transaction, operator)?;
    let batch = Batch {
        note: BatchNote::of_store(transaction)?.json(),
        ..Batch::new(BatchAction::CreateStore, now, operator)
    };
    append_batch(transaction, &batch)?;
    Ok(())
}
