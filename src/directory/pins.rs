//! The PIN states of all users, small enough to keep a million of them.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::DateTime;

use crate::domain::Time;
use crate::domain::pin::{Failures, Lock, LockCause, PinState, PinStatus};

/// What the grid shows of a PIN state. Times are milliseconds; `NO_TIME` stands for none.
#[derive(Clone, Debug)]
pub struct PinRow {
    is_set: bool,
    cause: Option<LockCause>,
    last_change: i64,
    expires: i64,
    since: i64,
    until: i64,
    by: Option<Arc<str>>,
}

/// The same operators come again and again: each name is kept once.
#[derive(Debug, Default)]
pub(super) struct Operators(HashSet<Arc<str>>);

const NO_TIME: i64 = i64::MIN;

impl PinRow {
    pub(super) fn new(state: &PinState, operators: &mut Operators) -> Self {
        let lock = state.lock.as_ref();
        Self {
            is_set: state.is_set,
            cause: lock.map(|lock| lock.cause),
            last_change: millis(state.last_change),
            expires: millis(state.expires),
            since: millis(lock.and_then(|lock| lock.since)),
            until: millis(lock.and_then(|lock| lock.until)),
            by: lock.and_then(|lock| lock.by.as_deref()).map(|by| operators.get(by)),
        }
    }

    /// What is in force at `now`, by the one function that decides it.
    pub fn status(&self, now: Time) -> PinStatus {
        self.state().status(now)
    }

    /// The next moment at which the status changes by itself.
    pub fn next_change(&self, now: Time) -> Option<Time> {
        self.state().next_change(now)
    }

    pub fn last_change(&self) -> Option<Time> {
        time(self.last_change)
    }

    pub fn expires(&self) -> Option<Time> {
        time(self.expires).filter(|_| self.is_set)
    }

    /// Since when it is locked, if that is known.
    pub fn locked_since(&self) -> Option<Time> {
        time(self.since)
    }

    /// Who locked it, if an administrator did.
    pub fn locked_by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// The state without its texts, which no rule depends on.
    fn state(&self) -> PinState {
        PinState {
            is_set: self.is_set,
            last_change: time(self.last_change),
            expires: time(self.expires),
            lock: self.cause.map(|cause| Lock {
                cause,
                since: time(self.since),
                until: time(self.until),
                by: None,
                reason: String::new(),
                ticket: String::new(),
            }),
            failures: Failures::default(),
        }
    }
}

impl Operators {
    fn get(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        name
    }
}

fn millis(time: Option<Time>) -> i64 {
    time.map_or(NO_TIME, |time| time.timestamp_millis())
}

fn time(millis: i64) -> Option<Time> {
    if millis == NO_TIME { None } else { DateTime::from_timestamp_millis(millis) }
}
