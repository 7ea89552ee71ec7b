//! Opening a store, and making a new one.

mod copy;
pub(in crate::store) mod file;
mod first_rows;
mod foreign_log;
mod new_store;
mod soundness;

use std::cell::OnceCell;
use std::path::Path;

use super::engine::location::{Found, look};
use super::engine::sqlite;
use super::engine::waiting::Waiting;
use super::{Result, Store, StoreError};
use crate::domain::Time;
use crate::domain::role::Operator;
use file::Empty;

impl Store {
    /// Opens the store in this file. If there is no file, a new store is made, and `operator` is its
    /// first CsAdministrator. An empty file is refused, since it may have been a store.
    ///
    /// Only the owner can read a new file and a folder that was made for it.
    ///
    /// # Errors
    /// The file is not a store, is newer than this program, is damaged, or cannot be read; or it is
    /// older and has tables or triggers of others. Nothing in it was changed.
    pub fn open(path: &Path, operator: &Operator, now: Time) -> Result<Self> {
        match look(path)? {
            Found::Nothing => new_store::make(path, operator, now)?,
            Found::Empty | Found::Database => {}
        }
        Self::open_file(path, path, Empty::Refused, operator, now)
    }

    /// Opens the store in this file, and makes none.
    ///
    /// # Errors
    /// There is no file, or as [`Store::open`].
    pub fn open_existing(path: &Path, operator: &Operator, now: Time) -> Result<Self> {
        if look(path)? == Found::Nothing {
            let path = path.to_owned();
            return Err(StoreError::NoStore { path });
        }
        Self::open_file(path, path, Empty::Refused, operator, now)
    }

    /// Opens the store in this file. If there is no file, or an empty one, a new store is made.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_or_make(path: &Path, operator: &Operator, now: Time) -> Result<Self> {
        match look(path)? {
            Found::Nothing => new_store::make(path, operator, now)?,
            Found::Empty | Found::Database => {}
        }
        Self::open_file(path, path, Empty::Filled, operator, now)
    }

    /// Opens the store in this file for a command that only reads. A backup is not changed by that.
    ///
    /// # Errors
    /// As [`Store::open_existing`].
    pub fn open_to_read(path: &Path, operator: &Operator, now: Time) -> Result<Self> {
        match look(path)? {
            Found::Database if copy::is_copy(path) => copy::open(path, operator, now),
            _ => Self::open_existing(path, operator, now),
        }
    }

    /// A second connection to the same store, for reading all of it once.
    ///
    /// # Errors
    /// The store could not be opened again.
    pub fn for_reading(&self) -> Result<Self> {
        self.check_place()?;
        let waiting = Waiting::default();
        let connection =
            sqlite::open_for_one_pass(&self.path, &waiting).map_err(|error| self.error(&error))?;
        Ok(Self {
            connection,
            path: self.path.clone(),
            id: self.id.clone(),
            files: self.files.clone(),
            waiting,
            damage: OnceCell::new(),
            temporary: self.temporary.clone(),
            schema: self.schema.clone(),
            keys: self.keys.clone(),
            heads: self.heads.clone(),
        })
    }
}
