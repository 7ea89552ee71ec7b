//! The copies that PinDesk makes by itself before large changes.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::back_up::put_in_place;
use super::list::{BackupFile, folder, outdated, path};
use crate::domain::Time;
use crate::io_words::cause;
use crate::store::engine::catalog::schema_version;
use crate::store::engine::files::{make_like, share_like};
use crate::store::engine::sqlite;
use crate::store::{Result, Store, StoreError, schema};

impl Store {
    /// Makes a checked copy of the store in the folder `backups` beside it, and removes older ones
    /// that are not kept. Only accounts that may use the store can read it. If the newest copy has
    /// all batches already, it is returned.
    ///
    /// # Errors
    /// The copy could not be made. The text says how to go on without one.
    pub fn back_up_before_change(&self, now: Time) -> Result<PathBuf> {
        self.keep_copy(now).map_err(|error| match error {
            StoreError::Damaged { .. } | StoreError::Moved { .. } => error,
            error => StoreError::NoCopyBefore {
                detail: error.to_string(),
            },
        })
    }

    /// As [`Store::back_up_before_change`]. None for a store on a server, whose database is backed up
    /// with the tools of the server.
    ///
    /// # Errors
    /// As [`Store::back_up_before_change`].
    pub fn copy_before_change(&self, now: Time) -> Result<Option<PathBuf>> {
        if self.connection.is_on_server() {
            return Ok(None);
        }
        self.back_up_before_change(now).map(Some)
    }

    /// As [`Store::copy_before_change`], unless the store has no users yet.
    ///
    /// # Errors
    /// As [`Store::back_up_before_change`].
    pub fn back_up_before_import(&self, now: Time) -> Result<Option<PathBuf>> {
        if self.is_empty()? {
            return Ok(None);
        }
        self.copy_before_change(now)
    }

    fn keep_copy(&self, now: Time) -> Result<PathBuf> {
        if self.connection.is_on_server() {
            let path = self.path.clone();
            return Err(StoreError::OnlyInFile { path });
        }
        let batch = self.last_batch()?;
        let copies = BackupFile::list(&self.path);
        if let Some(newest) = copies.first().filter(|copy| copy.batch.0 == batch) {
            return Ok(newest.path.clone());
        }
        let folder = folder(&self.path);
        let cannot = |error: std::io::Error, path: &Path| StoreError::CannotBackUp {
            detail: cause(&error),
            path: path.to_owned(),
        };
        make_like(&folder, &self.path).map_err(|error| cannot(error, &folder))?;
        let target = path(&self.path, now, batch);
        let part = self.copy_to_keep(&target)?;
        share_like(&part, &self.path)
            .and_then(|()| put_in_place(part, &target))
            .map_err(|error| cannot(error, &target))?;
        for copy in outdated(&BackupFile::list(&self.path), now) {
            if let Err(error) = fs::remove_file(&copy.path) {
                log::warn!("cannot remove {}: {error}", copy.path.display());
            }
        }
        Ok(target)
    }

    /// Makes the copy. All of a small store is checked as for a backup; of a large one only the pages
    /// of the copy, so that a change need not wait long. An older store is replayed only after it
    /// has been brought up to date. A store that is not as its history says is copied nevertheless,
    /// since the copy is made before a change and replaces nothing.
    fn copy_to_keep(&self, target: &Path) -> Result<TempPath> {
        let (bytes, version) =
            self.read(|connection| Ok((sqlite::size(connection)?, schema_version(connection)?)))?;
        if bytes <= sqlite::MOST_FOR_ROWS && schema::is_current(version) {
            return self.checked_copy_beside(target).map(|(copy, _)| copy);
        }
        self.copy_beside(target)
    }
}
