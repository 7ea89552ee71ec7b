//! Logging on with a PIN, as a telephone does. Failed logons are counted, and lock the PIN.
//!
//! A PIN is compared between two transactions, so that other writers need not wait for it. The
//! first one reserves an attempt, the second one decides and writes the result. No more attempts
//! are reserved than may still fail, so that a limit holds however many programs try at once.

use std::time::Duration;

use super::attempts;
use super::hash;
use super::hash_rows::{HashedPin, PinHash, hash_in_force};
use super::keys::KeysAtHand;
use super::logon_call::LogonCall;
use super::policies::effective;
use super::update::{PinWrite, write_pins};
use crate::domain::Time;
use crate::domain::lockout::LogonRefusal;
use crate::domain::origin::Origin;
use crate::domain::pin::PinState;
use crate::domain::pin_digits::Pin;
use crate::domain::policy::Limits;
use crate::domain::role::{Operator, cmdlet};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::BatchAction;
use crate::store::access::roles;
use crate::store::engine::Transaction;
use crate::store::history::append::{Entry, append_batch, record_denied};
use crate::store::history::batch::Batch;
use crate::store::history::batch_note::BatchNote;
use crate::store::history::clock::time_of_batch;
use crate::store::history::entry::{HistoryKind, hash_json, state_json};
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
    /// into the history. The right digits are hashed again if the key has changed since.
    ///
    /// # Errors
    /// There is no such user, the operator's roles do not permit it (which is recorded), the key is
    /// not here, the clock must be accepted first, or the store failed.
    pub fn authenticate(
        &mut self,
        id: UserId,
        pin: &Pin,
        operator: &Operator,
        at: Time,
    ) -> Result<Logon> {
        self.authenticate_from(id, pin, None, operator, at)
    }

    /// Tries a PIN as [`Store::authenticate`] does. The history keeps the origin.
    ///
    /// # Errors
    /// Those of [`Store::authenticate`].
    pub fn authenticate_from(
        &mut self,
        id: UserId,
        pin: &Pin,
        origin: Option<&Origin>,
        operator: &Operator,
        at: Time,
    ) -> Result<Logon> {
        let call = LogonCall {
            operator,
            at,
            origin,
            hides_reasons: false,
        };
        self.try_pin(id, pin, &call)
    }

    pub(super) fn try_pin(&mut self, id: UserId, pin: &Pin, call: &LogonCall<'_>) -> Result<Logon> {
        let user = self.user(id)?.ok_or(StoreError::NoSuchUser)?;
        for _ in 0..STEPS {
            let keys = self.keys_at_hand(&[id])?;
            let trial = Trial {
                user: &user,
                call: *call,
                keys: &keys,
            };
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
                    let compared = trial.compare(pin, attempt.row.as_ref());
                    let compared = compared.map_err(|detail| StoreError::Other {
                        detail,
                        path: self.path().to_owned(),
                    })?;
                    let decided =
                        self.write(|transaction| trial.decide(transaction, &attempt, &compared))?;
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
    call: LogonCall<'a>,
    keys: &'a KeysAtHand,
}

/// The result of comparing digits with a hash.
struct ComparedDigits {
    is_right: bool,
    /// The right digits, hashed with the key in force, if they were hashed with another one.
    renewed: Option<HashedPin>,
}

/// A PIN state before and after a logon.
struct StateChange<'a> {
    before: &'a PinState,
    after: &'a PinState,
}

/// The outcome of a logon, as its batch says it.
struct WrittenOutcome<'a> {
    words: &'a str,
    is_success: bool,
}

/// The result of reserving an attempt.
enum Reserved {
    /// The state of the PIN decides, whatever the digits are.
    Refused(Logon),
    /// Other attempts may still use up the limit.
    AllTaken,
    Attempt(ReservedAttempt),
}

/// A reserved attempt, and the hash that its digits are compared with. Without a hash it will be
/// refused.
struct ReservedAttempt {
    id: i64,
    row: Option<PinHash>,
}

impl Trial<'_> {
    fn batch<'a>(&'a self, reason: &'a str) -> Batch<'a> {
        Batch {
            reason,
            origin: self.call.origin,
            ..Batch::new(BatchAction::Authenticate, self.call.at, self.call.operator)
        }
    }

    /// Checks whether digits may be compared, and reserves an attempt if so.
    fn reserve(&self, transaction: &Transaction<'_>) -> std::result::Result<Reserved, WriteError> {
        let operator = self.call.operator;
        let permission = roles::permission(transaction, operator, cmdlet::TEST_PIN)?;
        if !is_covered(transaction, &permission, self.user.id)? {
            return Err(StoreError::not_permitted(operator, cmdlet::TEST_PIN).into());
        }
        // The digits are compared with the keys that were found before, so that a keyring is not
        // waited for here.
        if !self.keys.are_current(transaction)? {
            return Ok(Reserved::AllTaken);
        }
        self.keys.in_force()?;
        let at = time_of_batch(transaction, self.call.at)?;
        self.count_interrupted(transaction, at)?;
        let state = self.state(transaction)?;
        let row = hash_in_force(transaction, self.user.id, &state)?;
        let refusal = state.logon_refusal(at).or(match &row {
            None => Some(LogonRefusal::Unknown),
            Some(_) => None,
        });
        if refusal.is_some() && !self.call.hides_reasons {
            let logon = self.record(transaction, refusal, &state, &state, None)?;
            return Ok(Reserved::Refused(logon));
        }
        if let (None, Some(row)) = (refusal, &row) {
            self.keys.of(&row.hashed)?;
            let limits = self.limits(transaction, &row.hashed)?;
            let pending = attempts::pending(transaction, self.user.id)?;
            if !state.may_fail_again(at, limits, pending) {
                return Ok(Reserved::AllTaken);
            }
        }
        let id = attempts::reserve(transaction, self.user.id, &self.call, at)?;
        Ok(Reserved::Attempt(ReservedAttempt { id, row }))
    }

    /// Compares digits with a hash, and hashes the right ones again if that is due.
    fn compare(
        &self,
        pin: &Pin,
        row: Option<&PinHash>,
    ) -> std::result::Result<ComparedDigits, String> {
        let words = |error: StoreError| error.to_string();
        let Some(hashed) = row.map(|row| &row.hashed) else {
            hash::compare_with_nothing(pin);
            return Ok(ComparedDigits {
                is_right: false,
                renewed: None,
            });
        };
        let is_right = hash::is_of(pin, hashed, self.keys.of(hashed).map_err(words)?);
        let is_due = is_right && self.keys.is_old(hashed);
        let key = self.keys.in_force().map_err(words)?;
        let renewed = is_due.then(|| hash::hash(pin, key)).transpose()?;
        Ok(ComparedDigits { is_right, renewed })
    }

    /// Decides about the logon, and writes its state and history. None if the attempt was given up,
    /// or if another PIN was set meanwhile.
    fn decide(
        &self,
        transaction: &Transaction<'_>,
        attempt: &ReservedAttempt,
        compared: &ComparedDigits,
    ) -> std::result::Result<Option<Logon>, WriteError> {
        let is_reserved = attempts::release(transaction, attempt.id)?;
        let before = self.state(transaction)?;
        let row = hash_in_force(transaction, self.user.id, &before)?;
        if !is_reserved || row != attempt.row {
            return Ok(None);
        }
        let is_right = compared.is_right;
        let at = time_of_batch(transaction, self.call.at)?;
        let (refusal, after) = match (before.logon_refusal(at), &row) {
            (Some(refusal), _) => (Some(refusal), before.clone()),
            (None, None) => (Some(LogonRefusal::Unknown), before.clone()),
            (None, Some(_)) if is_right && before.has_expired(at) => {
                (Some(LogonRefusal::PinExpired), before.clone())
            }
            (None, Some(_)) if is_right => {
                let policy = effective(transaction, self.user.id)?.named.policy;
                (None, before.after_logon(at, policy.inactivity_days))
            }
            (None, Some(row)) => {
                let limits = self.limits(transaction, &row.hashed)?;
                (
                    Some(LogonRefusal::IncorrectPin),
                    before.after_failed_logon(at, limits),
                )
            }
        };
        // Another key may be in force by now, whose owner renews the hash at the next logon.
        let may_renew = refusal.is_none() && self.keys.are_current(transaction)?;
        let renewed = compared.renewed.as_ref().filter(|_| may_renew);
        let renewed = renewed.zip(row).map(|(hashed, row)| PinHash {
            hashed: hashed.clone(),
            ..row
        });
        self.record(transaction, refusal, &before, &after, renewed.as_ref())
            .map(Some)
    }

    /// Counts the attempts that other programs reserved long ago and never finished as failed ones.
    fn count_interrupted(
        &self,
        transaction: &Transaction<'_>,
        at: Time,
    ) -> std::result::Result<(), WriteError> {
        let begun = attempts::interrupted(transaction, self.user.id, at)?;
        if begun.is_empty() {
            return Ok(());
        }
        for (operator, origin) in begun {
            let before = self.state(transaction)?;
            let known = hash_in_force(transaction, self.user.id, &before)?;
            let after = match known {
                Some(row) if before.logon_refusal(at).is_none() => {
                    before.after_failed_logon(at, self.limits(transaction, &row.hashed)?)
                }
                _ => before.clone(),
            };
            let interrupted = Trial {
                user: self.user,
                call: LogonCall {
                    operator: &operator,
                    at,
                    origin: origin.as_ref(),
                    ..self.call
                },
                keys: self.keys,
            };
            let change = StateChange {
                before: &before,
                after: &after,
            };
            let outcome = WrittenOutcome {
                words: "interrupted",
                is_success: false,
            };
            interrupted.write(transaction, &outcome, &change, None)?;
        }
        Ok(attempts::remove_interrupted(transaction, self.user.id, at)?)
    }

    fn state(&self, transaction: &Transaction<'_>) -> std::result::Result<PinState, WriteError> {
        let user = find::user(transaction, self.user.id)?;
        Ok(user.ok_or(StoreError::NoSuchUser)?.pin)
    }

    fn limits(
        &self,
        transaction: &Transaction<'_>,
        hashed: &HashedPin,
    ) -> std::result::Result<Limits, WriteError> {
        let effective = effective(transaction, self.user.id)?;
        Ok(effective.named.policy.limits(self.keys.length(hashed)?))
    }

    /// Writes the result of a logon.
    fn record(
        &self,
        transaction: &Transaction<'_>,
        refusal: Option<LogonRefusal>,
        before: &PinState,
        after: &PinState,
        renewed: Option<&PinHash>,
    ) -> std::result::Result<Logon, WriteError> {
        let word = refusal.map_or("authenticated", LogonRefusal::word);
        let is_locked_now = before.lock != after.lock;
        let outcome = if is_locked_now && self.user.is_protected {
            format!("{word}, protected user locked")
        } else if let Some(key) = renewed.and_then(|row| row.hashed.key()) {
            format!("{word}, PIN hashed again with key {key}")
        } else {
            word.to_owned()
        };
        let change = StateChange { before, after };
        let outcome = WrittenOutcome {
            words: &outcome,
            is_success: refusal.is_none(),
        };
        let at = self.write(transaction, &outcome, &change, renewed)?;
        Ok(Logon {
            refusal,
            state: after.clone(),
            at,
        })
    }

    /// Writes a state, a renewed hash and their history. Returns the time of the batch.
    fn write(
        &self,
        transaction: &Transaction<'_>,
        outcome: &WrittenOutcome<'_>,
        change: &StateChange<'_>,
        renewed: Option<&PinHash>,
    ) -> std::result::Result<Time, WriteError> {
        let StateChange { before, after } = *change;
        let identity = self.user.names.identity();
        let reason = format!("{identity}: {}", outcome.words);
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
        if outcome.is_success {
            let entry = Entry {
                kind: HistoryKind::Logon,
                user: Some(self.user.id),
                target: &identity,
                before: None,
                after: None,
                note: None,
            };
            chain.append(transaction, &entry)?;
        }
        if let Some(row) = renewed {
            row.renew(transaction)?;
            chain.append(
                transaction,
                &Entry {
                    kind: HistoryKind::Hash,
                    user: Some(self.user.id),
                    target: &identity,
                    before: None,
                    after: hash_json(&row.kept()),
                    note: None,
                },
            )?;
        }
        Ok(chain.at)
    }
}
