//! Logging on with a PIN, as a telephone does. Failed logons are counted, and lock the PIN.
//!
//! A PIN is compared between two transactions, so that other writers need not wait for it. The
//! first one reserves an attempt, the second one decides and writes the result. No more attempts
//! are reserved than may still fail, so that a limit holds however many programs try at once.

use std::time::Duration;

use rusqlite::Transaction;

use super::attempts;
use super::hash;
use super::policies::effective;
use super::set_pin::hash_in_force;
use super::update::{PinWrite, write_pins};
use crate::domain::Time;
use crate::domain::lockout::LogonRefusal;
use crate::domain::pin::PinState;
use crate::domain::pin_digits::Pin;
use crate::domain::policy::Limits;
use crate::domain::role::{Operator, cmdlet};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::BatchAction;
use crate::store::access::roles;
use crate::store::history::append::{Entry, append_batch, record_denied};
use crate::store::history::batch::Batch;
use crate::store::history::batch_note::BatchNote;
use crate::store::history::clock::time_of_batch;
use crate::store::history::entry::{HistoryKind, state_json};
use crate::store::users::coverage::is_covered;
use crate::store::users::find;
use crate::store::{Result, Store, StoreError, WriteError, next_version};

/// The result of a logon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logon {
    /// None: the PIN is right and in force.
    pub refusal: Option<LogonRefusal>,
    /// The PIN state after the logon.
    pub state: PinState,
    /// The time of the logon, as the history has it.
    pub at: Time,
}

/// The largest number of steps of one logon. A step is repeated if all attempts are reserved by
/// other programs, or if a new PIN was set while the old one was compared.
const STEPS: usize = 250;

/// The pause before a step is repeated because all attempts are reserved.
const PAUSE: Duration = Duration::from_millis(20);

impl Store {
    /// Tries a PIN. Wrong digits count towards the limits of the user's policy. The result goes
    /// into the history.
    ///
    /// # Errors
    /// There is no such user, the operator's roles do not permit it (which is recorded), the clock
    /// must be accepted first, or the store failed.
    pub fn authenticate(
        &mut self,
        id: UserId,
        pin: &Pin,
        operator: &Operator,
        at: Time,
    ) -> Result<Logon> {
        let user = self.user(id)?.ok_or(StoreError::NoSuchUser)?;
        let trial = Trial {
            user: &user,
            operator,
            at,
        };
        for _ in 0..STEPS {
            let reserved = self.write_or_record(
                |transaction| trial.reserve(transaction),
                |transaction| {
                    record_denied(
                        transaction,
                        &trial.batch("not permitted"),
                        &user.names.identity(),
                    )
                },
            )?;
            match reserved {
                Reserved::Refused(logon) => return Ok(logon),
                Reserved::AllTaken => std::thread::sleep(PAUSE),
                Reserved::Attempt(attempt) => {
                    let is_right = hash::is_of(pin, &attempt.hash.0);
                    let decided =
                        self.write(|transaction| trial.decide(transaction, &attempt, is_right))?;
                    if let Some(logon) = decided {
                        return Ok(logon);
                    }
                }
            }
        }
        Err(StoreError::Busy {
            path: self.path().to_owned(),
        })
    }
}

/// A logon that is being tried.
struct Trial<'a> {
    user: &'a UserRecord,
    operator: &'a Operator,
    /// The time of the clock.
    at: Time,
}

/// The result of reserving an attempt.
enum Reserved {
    /// The state of the PIN decides, whatever the digits are.
    Refused(Logon),
    /// Other attempts may still use up the limit.
    AllTaken,
    Attempt(ReservedAttempt),
}

/// A reserved attempt, and the hash that its digits are compared with.
struct ReservedAttempt {
    id: i64,
    hash: (String, u8),
}

impl Trial<'_> {
    fn batch<'a>(&'a self, reason: &'a str) -> Batch<'a> {
        Batch {
            reason,
            ..Batch::new(BatchAction::Authenticate, self.at, self.operator)
        }
    }

    /// Checks whether digits may be compared, and reserves an attempt if so.
    fn reserve(&self, transaction: &Transaction<'_>) -> std::result::Result<Reserved, WriteError> {
        let permission = roles::permission(transaction, self.operator, cmdlet::TEST_PIN)?;
        if !is_covered(transaction, &permission, self.user.id)? {
            return Err(StoreError::not_permitted(self.operator, cmdlet::TEST_PIN).into());
        }
        let at = time_of_batch(transaction, self.at)?;
        self.count_interrupted(transaction, at)?;
        let state = self.state(transaction)?;
        let hash = hash_in_force(transaction, self.user.id, &state)?;
        let refusal = state.logon_refusal(at).or(match &hash {
            None => Some(LogonRefusal::Unknown),
            Some(_) => None,
        });
        let (None, Some(hash)) = (refusal, hash) else {
            let logon = self.record(transaction, refusal, &state, &state)?;
            return Ok(Reserved::Refused(logon));
        };
        let limits = self.limits(transaction, hash.1)?;
        let pending = attempts::pending(transaction, self.user.id)?;
        if !state.may_fail_again(at, limits, pending) {
            return Ok(Reserved::AllTaken);
        }
        let id = attempts::reserve(transaction, self.user.id, self.operator, at)?;
        Ok(Reserved::Attempt(ReservedAttempt { id, hash }))
    }

    /// Decides about the logon, and writes its state and history. None if the attempt was given up,
    /// or if another PIN was set meanwhile.
    fn decide(
        &self,
        transaction: &Transaction<'_>,
        attempt: &ReservedAttempt,
        is_right: bool,
    ) -> std::result::Result<Option<Logon>, WriteError> {
        let is_reserved = attempts::release(transaction, attempt.id)?;
        let before = self.state(transaction)?;
        let hash = hash_in_force(transaction, self.user.id, &before)?;
        if !is_reserved || hash.as_ref() != Some(&attempt.hash) {
            return Ok(None);
        }
        let at = time_of_batch(transaction, self.at)?;
        let (refusal, after) = match before.logon_refusal(at) {
            Some(refusal) => (Some(refusal), before.clone()),
            None if is_right && before.has_expired(at) => {
                (Some(LogonRefusal::PinExpired), before.clone())
            }
            None if is_right => (None, before.after_logon()),
            None => {
                let limits = self.limits(transaction, attempt.hash.1)?;
                (
                    Some(LogonRefusal::IncorrectPin),
                    before.after_failed_logon(at, limits),
                )
            }
        };
        self.record(transaction, refusal, &before, &after).map(Some)
    }

    /// Counts the attempts that other programs reserved long ago and never finished as failed ones.
    fn count_interrupted(
        &self,
        transaction: &Transaction<'_>,
        at: Time,
    ) -> std::result::Result<(), WriteError> {
        for operator in attempts::take_interrupted(transaction, self.user.id, at)? {
            let before = self.state(transaction)?;
            let known = hash_in_force(transaction, self.user.id, &before)?;
            let after = match known {
                Some((_, digits)) if before.logon_refusal(at).is_none() => {
                    before.after_failed_logon(at, self.limits(transaction, digits)?)
                }
                _ => before.clone(),
            };
            let interrupted = Trial {
                user: self.user,
                operator: &operator,
                at,
            };
            interrupted.write(transaction, "interrupted", &before, &after)?;
        }
        Ok(())
    }

    fn state(&self, transaction: &Transaction<'_>) -> std::result::Result<PinState, WriteError> {
        let user = find::user(transaction, self.user.id)?;
        Ok(user.ok_or(StoreError::NoSuchUser)?.pin)
    }

    fn limits(&self, transaction: &Transaction<'_>, digits: u8) -> rusqlite::Result<Limits> {
        let effective = effective(transaction, self.user.id)?;
        Ok(effective.named.policy.limits(digits))
    }

    /// Writes the result of a logon.
    fn record(
        &self,
        transaction: &Transaction<'_>,
        refusal: Option<LogonRefusal>,
        before: &PinState,
        after: &PinState,
    ) -> std::result::Result<Logon, WriteError> {
        let word = refusal.map_or("authenticated", LogonRefusal::word);
        let is_locked_now = before.lock != after.lock;
        let outcome = if is_locked_now && self.user.is_protected {
            format!("{word}, protected user locked")
        } else {
            word.to_owned()
        };
        let at = self.write(transaction, &outcome, before, after)?;
        Ok(Logon {
            refusal,
            state: after.clone(),
            at,
        })
    }

    /// Writes a state and its history. Returns the time of the batch.
    fn write(
        &self,
        transaction: &Transaction<'_>,
        outcome: &str,
        before: &PinState,
        after: &PinState,
    ) -> std::result::Result<Time, WriteError> {
        let identity = self.user.names.identity();
        let reason = format!("{identity}: {outcome}");
        let version = (after != before)
            .then(|| next_version(transaction))
            .transpose()?;
        let note = version.and_then(|version| BatchNote::of_version(version).json());
        let batch = Batch {
            note,
            ..self.batch(&reason)
        };
        let mut chain = append_batch(transaction, &batch)?;
        if let Some(version) = version {
            let write = PinWrite {
                id: self.user.id,
                before,
                after,
            };
            write_pins(transaction, &[write], version)?;
            chain.append(
                transaction,
                &Entry {
                    kind: HistoryKind::Pin,
                    user: Some(self.user.id),
                    target: &identity,
                    before: state_json(before),
                    after: state_json(after),
                    note: None,
                },
            )?;
        }
        Ok(chain.at)
    }
}
