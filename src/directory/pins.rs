//! The PIN states of all users, small enough to keep a million of them.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::DateTime;

use super::generation::Generation;
use super::part::PART;
use crate::domain::Time;
use crate::domain::pin::{Failures, Inactivity, Lock, LockCause, PinState, PinStatus};
use crate::store::PinRead;

/// The PIN states of all users, in the order of their IDs. Unchanged parts are shared with earlier
/// values.
#[derive(Clone, Debug, Default)]
pub(super) struct Pins {
    parts: Vec<Arc<PinPart>>,
    generation: Generation,
}

/// The PIN states of the users of one part.
#[derive(Clone, Debug, Default)]
pub(super) struct PinPart {
    is_set: Vec<bool>,
    last_change: Vec<i64>,
    expires: Vec<i64>,
    /// Locks with the indexes of their users. Few PINs are locked.
    locks: Vec<(u32, LockRow)>,
    /// The moments at which PINs are locked if nobody uses them. Empty as long as no PIN has one.
    locks_at: Vec<i64>,
}

/// The part of a PIN state that the grid shows. Times are milliseconds since 1970 in UTC; `NO_TIME`
/// stands for none.
#[derive(Clone, Debug)]
pub struct PinRow {
    is_set: bool,
    last_change: i64,
    expires: i64,
    lock: Option<LockRow>,
    locks_at: i64,
}

#[derive(Clone, Debug)]
struct LockRow {
    cause: LockCause,
    since: i64,
    until: i64,
    by: Option<Arc<str>>,
}

/// Names of operators, each kept once, since few operators lock many PINs.
#[derive(Debug, Default)]
pub(super) struct OperatorNames(HashSet<Arc<str>>);

const NO_TIME: i64 = i64::MIN;

impl Pins {
    pub fn of(parts: Vec<Arc<PinPart>>) -> Self {
        Self {
            parts,
            generation: Generation::next(),
        }
    }

    pub fn get(&self, position: usize) -> Option<PinRow> {
        self.parts.get(position / PART)?.get(position % PART)
    }

    pub fn parts(&self) -> &[Arc<PinPart>] {
        &self.parts
    }

    /// The indexes of the users with a lock, whether or not it is still in force.
    pub fn locked(&self) -> impl Iterator<Item = usize> {
        let parts = self.parts.iter().enumerate();
        parts.flat_map(|(number, part)| {
            let locks = part.locks.iter();
            locks.map(move |(index, _)| number * PART + *index as usize)
        })
    }

    /// Tells these PIN states from earlier and later ones.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Sets the state of a user. A part that others still use is copied first.
    pub fn set(&mut self, position: usize, row: PinRow) {
        self.generation = Generation::next();
        while self.parts.len() <= position / PART {
            self.parts.push(Arc::default());
        }
        if let Some(part) = self.parts.get_mut(position / PART) {
            Arc::make_mut(part).set(position % PART, row);
        }
    }
}

impl PinPart {
    pub fn len(&self) -> usize {
        self.is_set.len()
    }

    pub fn get(&self, index: usize) -> Option<PinRow> {
        Some(PinRow {
            is_set: *self.is_set.get(index)?,
            last_change: *self.last_change.get(index)?,
            expires: *self.expires.get(index)?,
            lock: self
                .lock_index(index)
                .ok()
                .and_then(|at| self.locks.get(at))
                .map(|(_, lock)| lock.clone()),
            locks_at: self.locks_at(index),
        })
    }

    fn locks_at(&self, index: usize) -> i64 {
        self.locks_at.get(index).copied().unwrap_or(NO_TIME)
    }

    /// All states, without the texts of locks.
    pub fn states(&self) -> impl Iterator<Item = PinState> {
        let mut locks = self.locks.iter().peekable();
        let facts = self.is_set.iter().zip(&self.expires).enumerate();
        facts.map(move |(index, (&is_set, &expires))| {
            let lock = locks
                .next_if(|(at, _)| *at as usize == index)
                .map(|(_, lock)| lock);
            state(is_set, expires, lock, self.locks_at(index))
        })
    }

    /// The last change of a PIN, in milliseconds since 1970.
    pub fn last_change(&self, index: usize) -> Option<i64> {
        self.last_change
            .get(index)
            .copied()
            .filter(|&time| time != NO_TIME)
    }

    /// The expiry of a PIN in milliseconds since 1970, whether or not the PIN is set.
    pub fn expires(&self, index: usize) -> Option<i64> {
        self.expires
            .get(index)
            .copied()
            .filter(|&time| time != NO_TIME)
    }

    /// The beginning of the lock in force at `now`, if it is known, in milliseconds since 1970.
    pub fn locked_since(&self, index: usize, now: Time) -> Option<i64> {
        let lock = self.get(index)?.state().effective_lock(now)?.into_owned();
        lock.since.map(|since| since.timestamp_millis())
    }

    /// Sets the state of a user. Missing users before it are added without a PIN.
    pub fn set(&mut self, index: usize, row: PinRow) {
        while self.len() <= index {
            self.is_set.push(false);
            self.last_change.push(NO_TIME);
            self.expires.push(NO_TIME);
        }
        if row.locks_at != NO_TIME || !self.locks_at.is_empty() {
            self.locks_at.resize(self.len(), NO_TIME);
            self.locks_at[index] = row.locks_at;
        }
        self.is_set[index] = row.is_set;
        self.last_change[index] = row.last_change;
        self.expires[index] = row.expires;
        match (self.lock_index(index), row.lock) {
            (Ok(at), Some(lock)) => self.locks[at].1 = lock,
            (Ok(at), None) => drop(self.locks.remove(at)),
            (Err(at), Some(lock)) => self.locks.insert(at, (index as u32, lock)),
            (Err(_), None) => {}
        }
    }

    /// Removes all states and keeps the memory.
    pub fn clear(&mut self) {
        self.is_set.clear();
        self.last_change.clear();
        self.expires.clear();
        self.locks.clear();
        self.locks_at.clear();
    }

    /// A copy without unused memory.
    pub fn compact(&self) -> Self {
        self.clone()
    }

    fn lock_index(&self, index: usize) -> Result<usize, usize> {
        self.locks
            .binary_search_by_key(&(index as u32), |(index, _)| *index)
    }
}

impl PinRow {
    pub(super) fn new(read: &PinRead<'_>, operators: &mut OperatorNames) -> Self {
        let or_none = |time: Option<i64>| time.unwrap_or(NO_TIME);
        Self {
            is_set: read.is_set,
            last_change: or_none(read.last_change),
            expires: or_none(read.expires),
            lock: read.lock.map(|lock| LockRow {
                cause: lock.cause,
                since: or_none(lock.since),
                until: or_none(lock.until),
                by: lock.by.map(|by| operators.get(by)),
            }),
            locks_at: or_none(read.locks_at),
        }
    }

    /// The status at `now`, computed by `PinState::status`.
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

    /// The beginning of the lock in force at `now`, if it is known.
    pub fn locked_since(&self, now: Time) -> Option<Time> {
        self.state().effective_lock(now)?.since
    }

    /// The operator who locked it, if that lock is in force at `now`.
    pub fn locked_by(&self, now: Time) -> Option<&str> {
        self.state().lock_in_force(now)?;
        self.recorded_by()
    }

    fn recorded_by(&self) -> Option<&str> {
        self.lock.as_ref().and_then(|lock| lock.by.as_deref())
    }

    /// The state that conditions see: with the time of the last change and who locked it, without the
    /// reason and the ticket.
    pub(super) fn known_state(&self) -> PinState {
        let mut state = self.state();
        state.last_change = self.last_change();
        if let Some(lock) = &mut state.lock {
            lock.by = self.recorded_by().map(str::to_owned);
        }
        state
    }

    fn state(&self) -> PinState {
        state(self.is_set, self.expires, self.lock.as_ref(), self.locks_at)
    }
}

/// A state without texts and without the time of the last change. No rule depends on them.
fn state(is_set: bool, expires: i64, lock: Option<&LockRow>, locks_at: i64) -> PinState {
    PinState {
        is_set,
        last_change: None,
        expires: time(expires),
        lock: lock.map(|lock| Lock {
            cause: lock.cause,
            since: time(lock.since),
            until: time(lock.until),
            by: None,
            reason: String::new(),
            ticket: String::new(),
        }),
        failures: Failures::default(),
        // The moment counts, and not the days that led to it.
        inactivity: time(locks_at).map(|at| Inactivity {
            days: 0,
            last_use: at,
        }),
    }
}

impl OperatorNames {
    fn get(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        name
    }
}

fn time(millis: i64) -> Option<Time> {
    if millis == NO_TIME {
        None
    } else {
        DateTime::from_timestamp_millis(millis)
    }
}
