//! Undo: the inverse of a batch, as a plan like any other. Pure.

use crate::domain::Time;
use crate::domain::dn::DistinguishedName;
use crate::domain::pin::PinState;
use crate::domain::role::Permissions;
use crate::domain::user::UserRecord;

use super::change::{BatchId, Outcome, Own, Plan, PlanItem, Refusal, SkipReason};
use super::planner::{caution, planned};
use super::request::Action;

/// What a batch did to one user, and what became of them since.
#[derive(Clone, Debug)]
pub struct Done {
    /// The user's identity when it happened.
    pub target: String,
    pub before: PinState,
    /// As they are now; None where they are no longer there.
    pub user: Option<UserRecord>,
    /// Who changed the PIN after the batch, and when.
    pub changed_since: Option<(String, Time)>,
}

/// The plan that gives each user the state from before the batch, and leaves out those who changed since.
pub fn plan_undo(
    batch: BatchId,
    done: Vec<Done>,
    operator: &str,
    permissions: Permissions,
    pins_set: u64,
    now: Time,
) -> Plan {
    let items = done.into_iter().map(|done| item(done, operator, &permissions, now)).collect();
    Plan {
        action: None,
        undoes: Some(batch),
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

fn item(done: Done, operator: &str, permissions: &Permissions, now: Time) -> PlanItem {
    let Done { target, before, user, changed_since } = done;
    // Giving a lock back is locking, taking it away again is unlocking: the roles of those decide.
    let action = if before.lock.is_some() { Action::Lock } else { Action::Unlock };
    let outcome = match &user {
        None => Outcome::Refused(Refusal::NotFound { nearest: Vec::new() }),
        Some(user) => {
            let dn = user.names.dn.as_deref().and_then(|dn| DistinguishedName::parse(dn).ok());
            match changed_since {
                Some((by, at)) => Outcome::Skipped(SkipReason::ChangedSince { by, at }),
                None if !action.permission(permissions).covers(dn.as_ref()) => Outcome::Refused(Refusal::Denied),
                None if user.pin == before => Outcome::NoChange,
                None if action == Action::Unlock => Outcome::Change { caution: caution(user, operator, now) },
                None => Outcome::Change { caution: None },
            }
        }
    };
    let own = Own { restores: Some(before), ..Own::default() };
    PlanItem { action, given: target, place: None, own: Some(Box::new(own)), user: user.map(planned), outcome }
}
