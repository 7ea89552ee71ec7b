//! Opening the store of `--store`, or the default one.

use std::path::PathBuf;

use super::args::CommandLine;
use super::environment::CommandEnvironment;
use super::failure::Failure;
use crate::store::{Store, StoreError};

impl CommandLine {
    /// Opens an existing store. A misspelled path makes no new store, and looking into a backup does
    /// not change it.
    pub(super) fn open_store(&self, environment: &CommandEnvironment) -> Result<Store, Failure> {
        let path = self.store_path(environment)?;
        let open = if self.task.only_reads() {
            Store::open_to_read
        } else {
            Store::open_existing
        };
        self.accepting(
            open(&path, &environment.operator, (environment.clock)()),
            environment,
        )
    }

    /// Opens the store, and creates it if there is none.
    pub(super) fn open_or_make_store(
        &self,
        environment: &CommandEnvironment,
    ) -> Result<Store, Failure> {
        let path = self.store_path(environment)?;
        let opened = Store::open(&path, &environment.operator, (environment.clock)());
        self.accepting(opened, environment)
    }

    /// With `--accept-clock`, accepts a clock that is far ahead of the store.
    fn accepting(
        &self,
        store: Result<Store, StoreError>,
        environment: &CommandEnvironment,
    ) -> Result<Store, Failure> {
        let mut store = self.with_keys(opened(store)?, environment);
        if self.accepts_clock && !self.task.only_reads() {
            store.accept_clock(&environment.operator, (environment.clock)())?;
        }
        Ok(store)
    }

    pub(super) fn store_path(&self, environment: &CommandEnvironment) -> Result<PathBuf, Failure> {
        match &self.store {
            Some(path) => Ok(path.clone()),
            None => environment.default_store.clone().map_err(Failure::Input),
        }
    }
}

fn opened(store: Result<Store, StoreError>) -> Result<Store, Failure> {
    store.map_err(|error| match error {
        StoreError::NoStore { path } => Failure::NoStore(path),
        error => error.into(),
    })
}
