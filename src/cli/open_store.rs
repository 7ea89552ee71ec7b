//! Opening the store of `--store`, or the default one.

use std::path::PathBuf;

use super::args::CommandLine;
use super::environment::CommandEnvironment;
use super::failure::Failure;
use crate::store::Store;

impl CommandLine {
    /// Opens an existing store. A misspelled path does not create a new store.
    pub(super) fn open_store(&self, environment: &CommandEnvironment) -> Result<Store, Failure> {
        let path = self.store_path(environment)?;
        // If the path cannot be checked, opening it reports why.
        if path.try_exists().is_ok_and(|exists| !exists) {
            return Err(Failure::NoStore(path));
        }
        Ok(Store::open(
            &path,
            &environment.operator,
            (environment.clock)(),
        )?)
    }

    /// Opens the store, and creates it if there is none.
    pub(super) fn open_or_make_store(
        &self,
        environment: &CommandEnvironment,
    ) -> Result<Store, Failure> {
        let path = self.store_path(environment)?;
        Ok(Store::open(
            &path,
            &environment.operator,
            (environment.clock)(),
        )?)
    }

    fn store_path(&self, environment: &CommandEnvironment) -> Result<PathBuf, Failure> {
        match &self.store {
            Some(path) => Ok(path.clone()),
            None => environment.default_store.clone().map_err(Failure::Input),
        }
    }
}
