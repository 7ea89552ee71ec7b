//! Opening a store, and making a new one.

pub(in crate::store) mod bell;
mod copy;
pub(in crate::store) mod file;
mod first_rows;
mod foreign_log;
mod new_store;
pub(in crate::store) mod on_server;
pub(in crate::store) mod opener;
mod server_findings;
mod soundness;

use std::cell::OnceCell;
use std::path::Path;

use super::engine::address::server;
use super::engine::catalog::reopened;
use super::engine::location::{Found, look};
use super::{Result, Store, StoreError};
use crate::domain::Time;
use crate::domain::role::Operator;
use file::Empty;
use opener::Opener;

impl Opener<'_> {
    /// Opens the store in this file. If there is no file, a new store is made, and the operator is
    /// its first CsAdministrator. An empty file is refused, since it may have been a store.
    ///
    /// Only the owner can read a new file and a folder that was made for it. On a server a store is
    /// made by [`Opener::open_or_make`] only, since a misspelled address is still one.
    ///
    /// # Errors
    /// The file is not a store, is newer than this program, is damaged, or cannot be read; or it is
    /// older and has tables or triggers of others, or a history that the witness has not seen.
    /// Nothing in it was changed.
    pub fn open(&self, path: &Path) -> Result<Store> {
        if let Some(address) = server(path)? {
            return Store::open_on_server(&address, false, self);
        }
        self.make_if_missing(path)?;
        Store::open_file(path, path, Empty::Refused, self)
    }

    /// Opens the store in this file, and makes none.
    ///
    /// # Errors
    /// There is no file, or as [`Opener::open`].
    pub fn open_existing(&self, path: &Path) -> Result<Store> {
        if let Some(address) = server(path)? {
            return Store::open_on_server(&address, false, self);
        }
        if look(path)? == Found::Nothing {
            let path = path.to_owned();
            return Err(StoreError::NoStore { path });
        }
        Store::open_file(path, path, Empty::Refused, self)
    }

    /// Opens the store in this file. If there is no file, or an empty one, a new store is made.
    ///
    /// # Errors
    /// As [`Opener::open`].
    pub fn open_or_make(&self, path: &Path) -> Result<Store> {
        if let Some(address) = server(path)? {
            return Store::open_on_server(&address, true, self);
        }
        self.make_if_missing(path)?;
        Store::open_file(path, path, Empty::Filled, self)
    }

    /// Opens the store in this file for a command that only reads. A backup is not changed by that,
    /// and neither is an older store with a history that the witness has not seen.
    ///
    /// # Errors
    /// As [`Opener::open_existing`].
    pub fn open_to_read(&self, path: &Path) -> Result<Store> {
        if server(path)?.is_some() {
            return self.open_existing(path);
        }
        match look(path)? {
            Found::Database if copy::is_copy(path) => copy::open(path, self),
            _ => match self.open_existing(path) {
                Err(StoreError::NotUpgraded { .. }) => copy::open_older_store(path, self),
                opened => opened,
            },
        }
    }

    /// Opens the store in this file without bringing an older one up to date.
    ///
    /// # Errors
    /// As [`Opener::open_existing`].
    pub(in crate::store) fn open_as_it_is(&self, path: &Path) -> Result<Store> {
        if server(path)?.is_some() {
            return self.open_existing(path);
        }
        if look(path)? == Found::Database && copy::is_older_store(path, self)? {
            return copy::open_older_store(path, self);
        }
        self.open_existing(path)
    }

    fn make_if_missing(&self, path: &Path) -> Result<()> {
        match look(path)? {
            Found::Nothing => new_store::make(path, self),
            Found::Empty | Found::Database => Ok(()),
        }
    }
}

impl Store {
    /// Opens the store in this file, or makes a new one, as [`Opener::open`] does.
    ///
    /// # Errors
    /// As [`Opener::open`].
    pub fn open(path: &Path, operator: &Operator, now: Time) -> Result<Self> {
        Opener::new(operator, now).open(path)
    }

    /// Opens the store in this file, and makes none.
    ///
    /// # Errors
    /// There is no file, or as [`Opener::open`].
    pub fn open_existing(path: &Path, operator: &Operator, now: Time) -> Result<Self> {
        Opener::new(operator, now).open_existing(path)
    }

    /// Opens the store in this file, or makes one there, as [`Opener::open_or_make`] does.
    ///
    /// # Errors
    /// As [`Opener::open`].
    pub fn open_or_make(path: &Path, operator: &Operator, now: Time) -> Result<Self> {
        Opener::new(operator, now).open_or_make(path)
    }

    /// Opens the store in this file for reading, as [`Opener::open_to_read`] does.
    ///
    /// # Errors
    /// As [`Opener::open_to_read`].
    pub fn open_to_read(path: &Path, operator: &Operator, now: Time) -> Result<Self> {
        Opener::new(operator, now).open_to_read(path)
    }

    /// A second connection to the same store, for reading all of it once. It waits as this one
    /// does.
    ///
    /// # Errors
    /// The store could not be opened again.
    pub fn for_reading(&self) -> Result<Self> {
        self.check_place()?;
        let waiting = self.waiting.as_set();
        let connection =
            reopened(&self.connection, &self.path, &waiting).map_err(|error| self.error(&error))?;
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
            hooks: self.hooks.clone(),
            heads: self.heads.clone(),
        })
    }
}
