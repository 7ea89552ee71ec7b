//! Accepting a clock that is far ahead of the last entry.

use chrono::Duration;

use super::roles;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::plan::BatchAction;
use crate::store::engine::Transaction;
use crate::store::history::append::append_accepted_time;
use crate::store::history::batch::Batch;
use crate::store::history::clock::{last_time, time_of_batch};
use crate::store::{Result, Store, StoreError, WriteError};
use crate::time_format::span;

/// Clocks of several accounts on one computer are the same, but entries may wait for each other.
const LEAST_LAG_TO_SAY: Duration = Duration::minutes(2);

impl Store {
    /// Accepts the time of the clock, if it is so far ahead of the last entry that nothing could be
    /// written. The acceptance is an entry of its own, so that the next one is near to it. Returns
    /// whether it was recorded: it was needed, and a role of the operator permits something.
    ///
    /// # Errors
    /// The store failed.
    pub fn accept_clock(&mut self, operator: &Operator, now: Time) -> Result<bool> {
        self.write(|transaction| accept(transaction, operator, now))
    }

    /// The time of the last entry, if the clock is so far ahead of it that it must be accepted.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn clock_jump(&self, now: Time) -> Result<Option<Time>> {
        match self.try_read(|connection| time_of_batch(connection, now)) {
            Ok(_) => Ok(None),
            Err(StoreError::ClockJump { last, .. }) => Ok(Some(last)),
            Err(error) => Err(error),
        }
    }

    /// How far the clock is behind the last entry, if that is worth saying.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn clock_lag(&self, now: Time) -> Result<Option<Duration>> {
        let last = self.read(last_time)?;
        Ok(last
            .map(|last| last - now)
            .filter(|lag| *lag > LEAST_LAG_TO_SAY))
    }
}

fn accept(
    transaction: &Transaction<'_>,
    operator: &Operator,
    now: Time,
) -> std::result::Result<bool, WriteError> {
    let (last, now) = match time_of_batch(transaction, now) {
        Err(WriteError::Store(StoreError::ClockJump { last, now })) => (last, now),
        Err(error) => return Err(error),
        Ok(_) => return Ok(false),
    };
    // An account that may do nothing must not move the time of the store. Its own attempts are
    // refused for lack of permission before the time matters.
    let roles = roles::roles(transaction, operator)?;
    if roles.iter().all(|role| role.cmdlets.is_empty()) {
        return Ok(false);
    }
    let reason = format!("{} after the last entry", span(now - last));
    append_accepted_time(
        transaction,
        &Batch {
            reason: &reason,
            ..Batch::new(BatchAction::AcceptClock, now, operator)
        },
    )?;
    Ok(true)
}
