//! From what was found to a plan: the rules of each action, one user at a time.

use std::collections::HashMap;

use crate::domain::Time;
use crate::domain::dn::DistinguishedName;
use crate::domain::pin::LockCause;
use crate::domain::text::identity_key;
use crate::domain::user::UserRecord;

use super::change::{Caution, Outcome, Plan, PlanItem, PlannedUser, Refusal, SkipReason};
use super::request::{Action, Found, Request, Resolution};

/// Works a request out. Every target becomes at least one item: nothing that was asked for goes without an answer.
pub fn make_plan(request: &Request, resolution: Resolution, operator: &str, now: Time) -> Plan {
    let mut first_place = HashMap::new();
    let mut items = Vec::with_capacity(resolution.items.len());
    for resolved in resolution.items {
        let item = match resolved.found {
            Found::User(user) => {
                let outcome = match first_place.get(&user.id) {
                    Some(&of) => Outcome::Duplicate { of },
                    None if !resolution.permission.covers(parsed_dn(&user).as_ref()) => {
                        Outcome::Refused(Refusal::Denied)
                    }
                    None => outcome(request.action, &user, operator, now),
                };
                first_place.entry(user.id).or_insert(items.len());
                PlanItem { given: resolved.given, user: Some(planned(*user)), outcome }
            }
            Found::Invalid(error) => refused(resolved.given, Refusal::Invalid(error)),
            Found::NotFound { nearest } => refused(resolved.given, Refusal::NotFound { nearest }),
            Found::Ambiguous { candidates } => refused(resolved.given, Refusal::Ambiguous { candidates }),
        };
        items.push(item);
    }
    Plan {
        action: request.action,
        reason: request.reason.clone(),
        ticket: request.ticket.clone(),
        operator: operator.to_owned(),
        permission: resolution.permission,
        taken_at: now,
        items,
        pins_set: resolution.pins_set,
    }
}

fn outcome(action: Action, user: &UserRecord, operator: &str, now: Time) -> Outcome {
    let status = user.pin.status(now);
    match (action, status.locked) {
        (Action::Lock, Some(LockCause::Administrator)) | (Action::Unlock, None) => Outcome::NoChange,
        (Action::Lock, _) if !status.is_set => Outcome::Skipped(SkipReason::NoPinSet),
        (Action::Lock, _) => Outcome::Change { caution: None },
        (Action::Unlock, Some(_)) => Outcome::Change { caution: caution(user, operator, now) },
    }
}

/// A lock that another administrator set on purpose is worth a second look before it is undone.
fn caution(user: &UserRecord, operator: &str, now: Time) -> Option<Caution> {
    let lock = user.pin.lock_in_force(now)?;
    let by = lock.by.as_deref().filter(|by| identity_key(by) != identity_key(operator))?;
    (lock.cause == LockCause::Administrator).then(|| Caution::LockedByAnother {
        by: by.to_owned(),
        since: lock.since,
        reason: lock.reason.clone(),
    })
}

fn planned(user: UserRecord) -> PlannedUser {
    PlannedUser {
        id: user.id,
        version: user.version,
        identity: user.names.identity(),
        display_name: user.names.display_name,
        before: user.pin,
    }
}

fn refused(given: String, refusal: Refusal) -> PlanItem {
    PlanItem { given, user: None, outcome: Outcome::Refused(refusal) }
}

fn parsed_dn(user: &UserRecord) -> Option<DistinguishedName> {
    user.names.dn.as_deref().and_then(|dn| DistinguishedName::parse(dn).ok())
}
