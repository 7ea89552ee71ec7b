//! Undo: the inverse of a batch, as a plan like any other. Pure.

use crate::domain::Time;
use crate::domain::action::Action;
use crate::domain::pin::PinState;
use crate::domain::role::{Permissions, cmdlet};
use crate::domain::user::UserRecord;

use super::decide::{caution, is_covered};
use super::item::{Own, PlanItem};
use super::outcome::{Outcome, Refusal, SkipReason};
use super::plan_value::{BatchId, Plan};

/// The change that a batch made to one user, and the present state of that user.
#[derive(Clone, Debug)]
pub struct UndoneChange {
    /// The identity of the user at the time of the change.
    pub target: String,
    pub before: PinState,
    /// The user now. None if it no longer exists.
    pub user: Option<UserRecord>,
    /// The account that changed the PIN after the batch, and the time.
    pub changed_since: Option<(String, Time)>,
}

/// The plan that restores the state of each user from before the batch. Users that changed since
/// are left out.
pub fn plan_undo(
    batch: BatchId,
    changes: Vec<UndoneChange>,
    operator: &str,
    permissions: Permissions,
    pins_set: u64,
    now: Time,
) -> Plan {
    let items = changes
        .into_iter()
        .map(|change| item(change, operator, &permissions, now))
        .collect();
    Plan {
        action: None,
        undoes: Some(batch),
        submitted: None,
        reason: format!("undo of batch {}", batch.0),
        ticket: String::new(),
        source: None,
        operator: operator.to_owned(),
        permissions,
        taken_at: now,
        items,
        pins_set,
    }
}

fn item(change: UndoneChange, operator: &str, permissions: &Permissions, now: Time) -> PlanItem {
    let UndoneChange {
        target,
        before,
        user,
        changed_since,
    } = change;
    let (action, outcome) = match &user {
        None => (
            Action::Unlock,
            Outcome::Refused(Refusal::NotFound {
                nearest: Vec::new(),
            }),
        ),
        Some(user) => {
            let (action, outcome) = undo_outcome(&before, user, operator, now);
            let outcome = match changed_since {
                Some((by, at)) => Outcome::Skipped(SkipReason::ChangedSince { by, at }),
                None if !may_give_back(permissions, action, &before, user) => {
                    Outcome::Refused(Refusal::Denied)
                }
                None => outcome,
            };
            (action, outcome)
        }
    };
    let own = Own {
        restores: Some(before),
        ..Own::default()
    };
    PlanItem {
        action,
        given: target,
        position: None,
        own: Some(Box::new(own)),
        user: user.map(|user| Box::new(user.into())),
        outcome,
    }
}

/// The action and the outcome of restoring a state now. Restoring a lock is locking, and removing
/// one is unlocking, whatever was recorded; counts alone are neither. A lock that has expired meanwhile does not count.
pub(super) fn undo_outcome(
    before: &PinState,
    user: &UserRecord,
    operator: &str,
    now: Time,
) -> (Action, Outcome) {
    let (action, is) = (
        giving_back(before, &user.pin, now),
        user.pin.is_locked_out(now),
    );
    let is_as_before =
        user.pin == *before || action == Action::Unlock && !is && user.pin.is_same_pin(before);
    let outcome = if is_as_before {
        Outcome::NoChange
    } else {
        Outcome::Change {
            caution: caution(user, operator, now).filter(|_| action.changes_lock()),
        }
    };
    (action, outcome)
}

/// Whether an operator may give a state back: as locking or unlocking, and as an import if it is
/// about another PIN than the one of today.
fn may_give_back(
    permissions: &Permissions,
    action: Action,
    before: &PinState,
    user: &UserRecord,
) -> bool {
    is_covered(permissions.of(action), user)
        && (permissions.may_import || user.pin.is_same_pin(before))
}

/// The action that giving a state back is. Counts alone are those that resetting failures changes.
fn giving_back(state: &PinState, current: &PinState, now: Time) -> Action {
    let is_counts_alone = state.failures != current.failures
        && *state
            == PinState {
                failures: state.failures,
                ..current.clone()
            };
    if is_counts_alone {
        Action::ResetFailures
    } else if state.is_locked_out(now) {
        Action::Lock
    } else {
        Action::Unlock
    }
}

impl PlanItem {
    /// Whether it gives back another PIN than its user has, as only an import may.
    pub fn imports(&self) -> bool {
        let restored = self.own.as_ref().and_then(|own| own.restores.as_ref());
        restored
            .zip(self.user.as_ref())
            .is_some_and(|(restored, user)| !user.before.is_same_pin(restored))
    }

    /// The permission that the operator's roles must hold.
    pub fn permission(&self) -> &'static str {
        if self.imports() {
            cmdlet::IMPORT
        } else {
            self.action.permission()
        }
    }

    /// The operation of its what-if sentence.
    pub fn cmdlet(&self) -> &'static str {
        if self.imports() {
            cmdlet::IMPORT
        } else {
            self.action.cmdlet()
        }
    }

    /// Whether the declared action still matches what restoring would do. Restoring a lock is
    /// locking, whatever a plan file calls it, but no longer after that lock has expired.
    pub fn is_its_action(&self, now: Time) -> bool {
        let restored = self.own.as_ref().and_then(|own| own.restores.as_ref());
        restored.is_none_or(|state| {
            let current = self.user.as_ref().map(|user| &user.before);
            giving_back(state, current.unwrap_or(state), now) == self.action
        })
    }
}
