//! The values with which each thread opens the store and acts for the operator.

use std::path::PathBuf;
use std::sync::Arc;

use super::watch::Waker;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::store::{Store, StoreError};

/// Returns the current time. It is passed in, so that tests can fix it.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// The store, its operator, the clock and the waker of the threads.
#[derive(Clone)]
pub struct Setup {
    pub store: PathBuf,
    pub operator: Operator,
    pub clock: Clock,
    pub waker: Waker,
}

impl Setup {
    pub(super) fn now(&self) -> Time {
        (self.clock)()
    }

    /// A new connection to the store.
    pub(super) fn open_store(&self) -> Result<Store, StoreError> {
        Store::open(&self.store, &self.operator, self.now())
    }
}
