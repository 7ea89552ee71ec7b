//! The values with which each thread opens the store and acts for the operator.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::watch::Waker;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::store::{HookRunner, KeySource, Opener, Store, StoreError, Waiter, Witness};

/// Returns the current time. It is passed in, so that tests can fix it.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// The store, its operator, the clock and the waker of the threads.
#[derive(Clone)]
pub struct Setup {
    pub store: PathBuf,
    pub operator: Operator,
    /// Finds the keys of PINs.
    pub keys: Arc<dyn KeySource>,
    /// Runs the hooks that this computer allows.
    pub hooks: Arc<dyn HookRunner>,
    /// The folder with what this account has seen of stores. None: nothing is remembered.
    pub witness: Option<Witness>,
    pub clock: Clock,
    pub waker: Waker,
    pub opening: Opening,
}

/// The treatment of a path without a store.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// An empty file becomes a store, since the operator asked for that.
    fills_empty: bool,
    /// Whether an older store is brought up to date, and its history accepted, although it is not
    /// the one that this account has seen.
    accepts_history: Arc<AtomicBool>,
    /// Whether a thread has opened the store. After that a missing file is an error: it was moved
    /// or deleted, and a new store in its place would hide that.
    was_open: Arc<AtomicBool>,
    /// The damage that was found in the background. Nothing more is written then.
    damage: Arc<OnceLock<StoreError>>,
}

impl Opening {
    /// An empty file becomes a store.
    pub fn filling_empty() -> Self {
        Self {
            fills_empty: true,
            ..Self::default()
        }
    }

    /// The history that is there is accepted, once.
    pub fn accepting_history() -> Self {
        Self {
            accepts_history: Arc::new(AtomicBool::new(true)),
            ..Self::default()
        }
    }
}

impl Setup {
    pub(super) fn now(&self) -> Time {
        (self.clock)()
    }

    /// The damage that was found since the store was opened.
    pub(super) fn damage(&self) -> Option<StoreError> {
        self.opening.damage.get().cloned()
    }

    /// Notes damage, after which nothing more is written.
    pub(super) fn note_damage(&self, error: &StoreError) {
        self.opening.damage.get_or_init(|| error.clone());
    }

    /// A new connection to the store.
    pub(super) fn open_store(&self, waiter: Waiter) -> Result<Store, StoreError> {
        let Opening {
            fills_empty,
            accepts_history,
            was_open,
            ..
        } = &self.opening;
        if let Some(witness) = self
            .witness
            .as_ref()
            .filter(|_| !was_open.load(Ordering::Relaxed))
        {
            witness.forget_missing(&self.store);
        }
        // The operator has accepted what was there, and nothing that comes later.
        let accepts_history = accepts_history.swap(false, Ordering::Relaxed);
        let now = self.now();
        let opener = Opener {
            witness: self.witness.clone(),
            waiter: Some(waiter),
            accepts_history,
            ..Opener::new(&self.operator, now)
        };
        let mut store = if was_open.load(Ordering::Relaxed) {
            opener.open_existing(&self.store)
        } else if *fills_empty {
            opener.open_or_make(&self.store)
        } else {
            opener.open(&self.store)
        }?;
        store.set_keys(Arc::clone(&self.keys));
        store.set_hooks(Arc::clone(&self.hooks));
        if accepts_history {
            store.accept_history(&self.operator, now)?;
        }
        was_open.store(true, Ordering::Relaxed);
        Ok(store)
    }
}
