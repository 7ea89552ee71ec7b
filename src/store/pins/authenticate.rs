//! Logging on with a PIN, as a telephone does. Failed logons are counted, and lock the PIN.

use chrono::SubsecRound as _;
use rusqlite::Transaction;

use super::hash;
use super::policies::effective;
use super::set_pin::hash_in_force;
use super::update::{PinWrite, write_pins};
use crate::domain::Time;
use crate::domain::lockout::LogonRefusal;
use crate::domain::pin::PinState;
use crate::domain::pin_digits::Pin;
use crate::domain::role::{Operator, cmdlet};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::BatchAction;
use crate::store::access::roles;
use crate::store::history::append::{Entry, append_batch, record_denied};
use crate::store::history::batch::Batch;
use crate::store::history::batch_note::BatchNote;
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
}

/// The largest number of comparisons with the hash. Comparing takes a while, and if a new PIN was
/// set meanwhile, the digits are compared again.
const TRIES: usize = 5;

impl Store {
    /// Tries a PIN. Wrong digits count towards the limits of the user's policy. The result goes
    /// into the history.
    ///
    /// # Errors
    /// There is no such user, the operator's roles do not permit it (which is recorded), or the
    /// store failed.
    pub fn authenticate(
        &mut self,
        id: UserId,
        pin: &Pin,
        operator: &Operator,
        at: Time,
    ) -> Result<Logon> {
        let at = at.trunc_subsecs(3);
        let user = self.user(id)?.ok_or(StoreError::NoSuchUser)?;
        for _ in 0..TRIES {
            // The hash is compared outside of the transaction, so that other writers need not wait.
            let known = self.read(|connection| {
                let user = find::user(connection, id)?;
                user.map_or(Ok(None), |user| hash_in_force(connection, id, &user.pin))
            })?;
            let is_right = known
                .as_ref()
                .is_some_and(|(hash, _)| hash::is_of(pin, hash));
            let tried = TriedPin {
                user: &user,
                known: known.as_ref(),
                is_right,
                operator,
                at,
            };
            if let Some(logon) = self.write_or_record(
                |transaction| tried.decide(transaction),
                |transaction| {
                    record_denied(
                        transaction,
                        &tried.batch("not permitted"),
                        &user.names.identity(),
                    )
                },
            )? {
                return Ok(logon);
            }
        }
        Err(StoreError::Busy {
            path: self.path().to_owned(),
        })
    }
}

/// A PIN that was tried, with its hash compared already.
struct TriedPin<'a> {
    user: &'a UserRecord,
    known: Option<&'a (String, u8)>,
    is_right: bool,
    operator: &'a Operator,
    at: Time,
}

impl TriedPin<'_> {
    fn batch<'a>(&'a self, reason: &'a str) -> Batch<'a> {
        Batch {
            reason,
            ..Batch::new(BatchAction::Authenticate, self.at, self.operator)
        }
    }

    /// Decides about the logon, and writes its state and history. None if the hash has changed
    /// since it was compared.
    fn decide(
        &self,
        transaction: &Transaction<'_>,
    ) -> std::result::Result<Option<Logon>, WriteError> {
        let Self {
            user,
            known,
            is_right,
            operator,
            at,
        } = *self;
        let permission = roles::permission(transaction, operator, cmdlet::TEST_PIN)?;
        if !is_covered(transaction, &permission, user.id)? {
            return Err(StoreError::not_permitted(operator, cmdlet::TEST_PIN).into());
        }
        let Some(UserRecord { pin: before, .. }) = find::user(transaction, user.id)? else {
            return Err(StoreError::NoSuchUser.into());
        };
        if hash_in_force(transaction, user.id, &before)?.as_ref() != known {
            return Ok(None);
        }
        let (refusal, state) = match (before.logon_refusal(at), known) {
            (Some(refusal), _) => (Some(refusal), before.clone()),
            (None, None) => (Some(LogonRefusal::Unknown), before.clone()),
            (None, Some(_)) if is_right && before.has_expired(at) => {
                (Some(LogonRefusal::PinExpired), before.clone())
            }
            (None, Some(_)) if is_right => (None, before.after_logon()),
            (None, Some((_, digits))) => {
                let limits = effective(transaction, user.id)?
                    .named
                    .policy
                    .limits(*digits);
                (
                    Some(LogonRefusal::IncorrectPin),
                    before.after_failed_logon(at, limits),
                )
            }
        };
        let identity = user.names.identity();
        let reason = format!(
            "{identity}: {}",
            refusal.map_or("authenticated", LogonRefusal::word)
        );
        let version = (state != before)
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
                id: user.id,
                before: &before,
                after: &state,
            };
            write_pins(transaction, &[write], version)?;
            chain.append(
                transaction,
                &Entry {
                    kind: HistoryKind::Pin,
                    user: Some(user.id),
                    target: &identity,
                    before: state_json(&before),
                    after: state_json(&state),
                    note: None,
                },
            )?;
        }
        Ok(Some(Logon { refusal, state }))
    }
}
