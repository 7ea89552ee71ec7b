//! Opening the store of `--store`, or the default one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::args::CommandLine;
use super::console::Console;
use super::environment::{CommandEnvironment, Notify};
use super::failure::Failure;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::store::{HeadNews, Store, StoreError, Waiter};

/// A command that waits for another program says so after this time.
const QUIET_FOR: Duration = Duration::from_secs(2);

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
        let opened = Store::open(&path, &environment.operator, (environment.clock)());
        self.accepting(self.prepared(opened?, environment), environment, console)
    }

    /// Opens an existing store without a word about it, and without accepting anything.
    pub(super) fn open_again(&self, environment: &CommandEnvironment) -> Result<Store, Failure> {
        let path = self.store_path(environment)?;
        let open = if self.task.only_reads() {
            Store::open_to_read
        } else {
            Store::open_existing
        };
        self.open_as(open, &path, environment)
    }

    fn open_as(
        &self,
        open: OpenStore,
        path: &Path,
        environment: &CommandEnvironment,
    ) -> Result<Store, Failure> {
        let opened = open(path, &environment.operator, (environment.clock)());
        let store = opened.map_err(|error| match error {
            StoreError::NoStore { path } => Failure::NoStore(path),
            error => error.into(),
        })?;
        Ok(self.prepared(store, environment))
    }

    fn prepared(&self, store: Store, environment: &CommandEnvironment) -> Store {
        let mut store = self.with_keys(store, environment);
        store.set_witness(environment.witness.clone());
        store.set_waiter(Some(waiter(&environment.notify)));
        store
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
                let path = self.store_path(environment)?;
                store = self.open_as(Store::open_existing, &path, environment)?;
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

    pub(super) fn store_path(&self, environment: &CommandEnvironment) -> Result<PathBuf, Failure> {
        match &self.store {
            Some(path) => Ok(path.clone()),
            None => environment.default_store.clone().map_err(Failure::Input),
        }
    }
}

/// A waiter that says once that the command waits, and goes on waiting.
fn waiter(notify: &Notify) -> Waiter {
    let (notify, is_said) = (Arc::clone(notify), AtomicBool::new(false));
    Arc::new(move |waited| {
        if waited >= QUIET_FOR && !is_said.swap(true, Ordering::Relaxed) {
            notify("pindesk: Waiting for another program that writes to the store…");
        }
        true
    })
}

/// One of the functions that open a store.
type OpenStore = fn(&Path, &Operator, Time) -> Result<Store, StoreError>;

/// The ways on from a history that this computer has not seen.
pub(super) const WAY_ON: &str = "Find out what happened with: pindesk history, and pindesk history verify. To go back to a backup: pindesk restore BACKUP. To go on with the history as it is, add --accept-history to a command; that is recorded.";
