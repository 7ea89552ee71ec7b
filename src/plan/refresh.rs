//! Decides a plan again that was made earlier or by another operator. Pure.

use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::role::Permissions;
use crate::domain::user::{BorrowedNames, UserRecord, Version};

use super::decide::{caution, decide, is_covered};
use super::item::PlannedUser;
use super::outcome::{Outcome, Refusal, SkipReason};
use super::plan_value::Plan;
use super::undo::undo_outcome;

/// The present state of a planned user.
#[derive(Clone, Debug)]
pub struct CurrentUser {
    /// The user. None if it no longer exists.
    pub user: Option<UserRecord>,
    /// The account that last changed the user, and the time.
    pub changed_by: Option<(String, Time)>,
}

impl PlannedUser {
    /// Whether version, PIN state, identity and display name are still those in the plan.
    pub fn is_still(&self, user: &UserRecord) -> bool {
        self.is_still_at(user.version, &user.pin, user.names.as_borrowed())
    }

    /// As [`is_still`](Self::is_still), for a user whose facts are not in one record.
    pub fn is_still_at(&self, version: Version, pin: &PinState, names: BorrowedNames<'_>) -> bool {
        version == self.version
            && *pin == self.before
            && names.display_name == self.display_name
            && names.identity() == self.identity
    }
}

impl Plan {
    /// Decides each item again that would change a user or was denied. `current` has one entry for
    /// each item.
    ///
    /// Items whose users have changed or no longer exist are left out. Returns the indexes of these
    /// items. A lock that somebody set on purpose is a caution for everybody but the author of the
    /// plan and the operator, if these are one person: a reviewer sees all that the author has seen,
    /// and locks of their own.
    pub fn refresh(
        &mut self,
        current: &[Option<CurrentUser>],
        operator: &str,
        permissions: Permissions,
        now: Time,
    ) -> Vec<usize> {
        let mut drifted = Vec::new();
        for (index, (item, current)) in self.items.iter_mut().zip(current).enumerate() {
            if let (
                Some(planned),
                Some(CurrentUser {
                    user: Some(user), ..
                }),
            ) = (&mut item.user, current)
            {
                planned.is_protected = user.is_protected;
            }
            let is_open = matches!(
                item.outcome,
                Outcome::Change { .. } | Outcome::Refused(Refusal::Denied)
            );
            let (Some(planned), Some(current), true) = (&item.user, current, is_open) else {
                continue;
            };
            let is_same = |user: &UserRecord| planned.is_still(user);
            if !current.user.as_ref().is_some_and(is_same) {
                drifted.push(index);
            }
            item.outcome = match &current.user {
                None => Outcome::Refused(Refusal::NotFound {
                    nearest: Vec::new(),
                }),
                Some(user) if !is_same(user) => match &current.changed_by {
                    Some((by, at)) => Outcome::Skipped(SkipReason::ChangedSince {
                        by: by.clone(),
                        at: *at,
                    }),
                    None => Outcome::Skipped(SkipReason::NotDone(
                        "Changed since the plan was made.".to_owned(),
                    )),
                },
                Some(user) if !is_covered(permissions.of(item.action), user) => {
                    Outcome::Refused(Refusal::Denied)
                }
                Some(_) if item.imports() && !permissions.may_import => {
                    Outcome::Refused(Refusal::Denied)
                }
                Some(user) => match item.own.as_ref().and_then(|own| own.restores.as_ref()) {
                    Some(restored) => match undo_outcome(restored, user, operator, now) {
                        (action, Outcome::Change { .. }) if action != item.action => {
                            let why = "What it gives back is no longer what the plan says. Undo the batch again.";
                            Outcome::Skipped(SkipReason::NotDone(why.to_owned()))
                        }
                        (_, outcome) => outcome,
                    },
                    None => decide(item.action, user, operator, now),
                },
            };
            if let (Outcome::Change { caution: none }, Some(user)) =
                (&mut item.outcome, &current.user)
                && none.is_none()
            {
                *none = caution(user, &self.operator, now);
            }
            if item
                .own
                .as_ref()
                .and_then(|own| own.until)
                .is_some_and(|until| until <= now)
            {
                item.outcome = Outcome::Refused(Refusal::Unreadable(
                    "The time in Until is in the past.".to_owned(),
                ));
            }
        }
        operator.clone_into(&mut self.operator);
        self.permissions = permissions;
        self.taken_at = now;
        drifted
    }
}
