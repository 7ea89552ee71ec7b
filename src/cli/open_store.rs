//! Opening the store of `--store`, or the default one.

use std::path::PathBuf;

use super::args::CommandLine;
use super::console::Console;
use super::environment::CommandEnvironment;
use super::failure::{Failure, WAY_ON};
use super::password::with_password;
use crate::store::{HeadNews, Opener, Store, StoreError, server_login};

impl CommandLine {
    /// Opens an existing store. A misspelled path makes no new store, and looking into a backup does
    /// not change it.
    pub(super) fn open_store(
        &self,
        environment: &CommandEnvironment,
        console: &mut Console<'_>,
    ) -> Result<Store, Failure> {
        let store = self.open_again(environment)?;
        self.accepting(store, environment, console)
    }

    /// Opens the store, and creates it if there is none.
    pub(super) fn open_or_make_store(
        &self,
        environment: &CommandEnvironment,
        console: &mut Console<'_>,
    ) -> Result<Store, Failure> {
        let path = self.store_path(environment)?;
        environment.forget_missing(&path);
        let opener = self.opener(environment);
        let opened = with_password(&path, environment, || opener.open(&path))?;
        self.accepting(self.equipped(opened, environment), environment, console)
    }

    /// Opens an existing store without a word about it, and without accepting anything.
    pub(super) fn open_again(&self, environment: &CommandEnvironment) -> Result<Store, Failure> {
        let path = self.store_path(environment)?;
        let opener = self.opener(environment);
        let opened = with_password(&path, environment, || {
            if self.task.only_reads() {
                opener.open_to_read(&path)
            } else {
                opener.open_existing(&path)
            }
        });
        self.prepared(opened, environment)
    }

    fn opener<'a>(&self, environment: &'a CommandEnvironment) -> Opener<'a> {
        Opener {
            accepts_history: self.accepts_history,
            ..environment.opener()
        }
    }

    fn prepared(
        &self,
        opened: Result<Store, StoreError>,
        environment: &CommandEnvironment,
    ) -> Result<Store, Failure> {
        let store = opened.map_err(|error| match error {
            StoreError::NoStore { path } => Failure::NoStore(path),
            error => error.into(),
        })?;
        Ok(self.equipped(store, environment))
    }

    /// Says what differs from what this computer has seen of the store. With `--accept-history`,
    /// accepts that; with `--accept-clock`, a clock that is far ahead of the store.
    fn accepting(
        &self,
        mut store: Store,
        environment: &CommandEnvironment,
        console: &mut Console<'_>,
    ) -> Result<Store, Failure> {
        let operator = &environment.operator;
        match store.head_news()? {
            Some(HeadNews::Changed(_)) if self.accepts_history => {
                // A backup that was put in the place of the store must be written now.
                if store.is_copy() {
                    let path = self.store_path(environment)?;
                    let opened = self.opener(environment).open_existing(&path);
                    store = self.prepared(opened, environment)?;
                }
                store.accept_history(operator, (environment.clock)())?;
            }
            Some(news @ HeadNews::Changed(_)) => {
                console.say(&format!("pindesk: {news} {WAY_ON}"));
            }
            Some(news) => console.say(&format!("pindesk: {news}")),
            None => {}
        }
        if self.accepts_clock && !self.task.only_reads() {
            store.accept_clock(operator, (environment.clock)())?;
        }
        Ok(store)
    }

    /// The path of the store, for commands that work on its file.
    pub(super) fn file_path(&self, environment: &CommandEnvironment) -> Result<PathBuf, Failure> {
        let path = self.store_path(environment)?;
        match server_login(&path)? {
            Some(_login) => Err(StoreError::OnlyInFile { path }.into()),
            None => Ok(path),
        }
    }

    pub(super) fn store_path(&self, environment: &CommandEnvironment) -> Result<PathBuf, Failure> {
        match &self.store {
            Some(path) => Ok(path.clone()),
            None => environment.default_store.clone().map_err(Failure::Input),
        }
    }
}
