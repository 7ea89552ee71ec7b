//! Locks and unlocks in the history since a moment, entry by entry.

use serde::Deserialize;

use crate::domain::Time;
use crate::domain::pin::{Lock, LockCause};
use crate::domain::user::UserId;
use crate::store::engine::times::{millis, time};
use crate::store::{Result, Store};

/// A PIN that was locked or unlocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockChange<'a> {
    pub at: Time,
    pub operator: &'a str,
    pub user: UserId,
    /// The cause of the new lock. None: it was unlocked.
    pub locked: Option<LockCause>,
}

/// The part of a state that says whether it is locked. The rest need not be read.
#[derive(Deserialize)]
struct LockedState {
    lock: Option<LockTimes>,
}

#[derive(Deserialize)]
struct LockTimes {
    cause: LockCause,
    since: Option<Time>,
    until: Option<Time>,
}

impl LockedState {
    /// The cause of the lock that is in force at a moment.
    fn cause(self, at: Time) -> Option<LockCause> {
        let LockTimes {
            cause,
            since,
            until,
        } = self.lock?;
        let lock = Lock {
            cause,
            since,
            until,
            by: None,
            reason: String::new(),
            ticket: String::new(),
        };
        lock.is_in_force(at).then_some(cause)
    }
}

/// The word that begins a lock in the JSON of a state. Entries without any, such as those of logons
/// and new PINs, need not be read.
const LOCK: &str = "\"lock\":{";

impl Store {
    /// Hands each lock and unlock since a moment to a closure, the oldest first, until the closure
    /// returns false. An entry that changes the cause of a lock counts as a lock.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn each_lock_change(
        &self,
        since: Time,
        mut each: impl FnMut(LockChange<'_>) -> bool,
    ) -> Result<()> {
        let sql = "SELECT b.at, b.operator, h.user_id, h.before, h.after FROM batches b
            JOIN history h ON h.batch_id = b.id
            WHERE b.at >= ?1 AND h.kind = 'pin' AND h.user_id IS NOT NULL ORDER BY h.seq";
        self.read(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(&[&millis(since)])?;
            while let Some(row) = rows.next()? {
                let (before, after): (Option<&str>, Option<&str>) = (row.get(3)?, row.get(4)?);
                let has_lock = |json: Option<&str>| json.is_some_and(|json| json.contains(LOCK));
                let Some(at) = time(row.get(0)?) else {
                    continue;
                };
                if !has_lock(before) && !has_lock(after) {
                    continue;
                }
                let cause = |json: Option<&str>| {
                    let state =
                        json.and_then(|json| serde_json::from_str::<LockedState>(json).ok());
                    state.and_then(|state| state.cause(at))
                };
                let (was, locked) = (cause(before), cause(after));
                let change = LockChange {
                    at,
                    operator: row.get(1)?,
                    user: UserId(row.get(2)?),
                    locked,
                };
                if was != locked && !each(change) {
                    break;
                }
            }
            Ok(())
        })
    }
}
