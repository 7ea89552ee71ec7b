//! The slot between the window and the search thread: the latest search, and calls to look at the store.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::watch::{Waker, Watch};
use crate::directory::Query;

/// The latest search, and the calls of other threads.
pub(super) struct SearchSlot {
    latest: Mutex<LatestSearch>,
    changed: Condvar,
}

pub(super) struct LatestSearch {
    /// Grows with every search, so that work on an older one can be cancelled.
    pub generation: u64,
    pub query: Query,
    refresh: bool,
    /// The server has said that the store was written, or work beside the thread has ended.
    is_called: bool,
    pub end: bool,
    /// Opening the store, which may wait for another program.
    pub opening: Arc<Watch>,
}

/// Why a wait has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Woken {
    /// For another search, the end, a call, or because the time was up.
    Otherwise,
    /// The operator wants the store to be looked at now.
    Refresh,
}

impl SearchSlot {
    pub fn new(waker: Waker) -> Self {
        Self {
            latest: Mutex::new(LatestSearch {
                generation: 0,
                query: Query::default(),
                refresh: false,
                is_called: false,
                end: false,
                opening: Arc::new(Watch::new(waker)),
            }),
            changed: Condvar::new(),
        }
    }

    pub fn ask(&self, query: Query) {
        let mut latest = self.lock();
        latest.query = query;
        latest.generation += 1;
        self.changed.notify_one();
    }

    pub fn refresh(&self) {
        self.lock().refresh = true;
        self.changed.notify_one();
    }

    /// Ends the thread, also while it waits for another program.
    pub fn end(&self) {
        let mut latest = self.lock();
        latest.end = true;
        latest.generation += 1;
        latest.opening.cancel();
        drop(latest);
        self.changed.notify_one();
    }

    /// Uses a poisoned lock nevertheless, because no code fails halfway while it holds the lock.
    pub fn lock(&self) -> MutexGuard<'_, LatestSearch> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_outdated(&self, generation: u64) -> bool {
        self.lock().generation != generation
    }

    pub fn has_ended(&self) -> bool {
        self.lock().end
    }

    /// Ends the wait of the thread, which then looks at the store.
    pub fn call(&self) {
        self.lock().is_called = true;
        self.changed.notify_one();
    }

    /// Waits for a search other than the answered one, a call, a refresh or the end, but not longer
    /// than this time.
    pub fn wait(&self, answered: Option<u64>, longest: Duration) -> Woken {
        let nothing_new = |latest: &mut LatestSearch| {
            answered == Some(latest.generation)
                && !latest.refresh
                && !latest.is_called
                && !latest.end
        };
        let waited = self
            .changed
            .wait_timeout_while(self.lock(), longest, nothing_new);
        let (mut latest, _) = waited.unwrap_or_else(PoisonError::into_inner);
        latest.is_called = false;
        if std::mem::take(&mut latest.refresh) {
            Woken::Refresh
        } else {
            Woken::Otherwise
        }
    }

    /// Waits this long, unless the program ends.
    pub fn pause(&self, time: Duration) {
        let paused = self
            .changed
            .wait_timeout_while(self.lock(), time, |latest| !latest.end);
        drop(paused.unwrap_or_else(PoisonError::into_inner));
    }

    /// Waits until the operator wants the store to be looked at, or the end.
    pub fn wait_for_refresh(&self) {
        let wanted = self
            .changed
            .wait_while(self.lock(), |latest| !latest.refresh && !latest.end);
        wanted.unwrap_or_else(PoisonError::into_inner).refresh = false;
    }
}
