//! Whether a plan needs the approval of another operator, and why. Pure: the window uses it for a
//! hint, and the store for the decision.

use std::collections::HashSet;

use crate::domain::Time;
use crate::domain::account::operator_key;
use crate::domain::approval::ApprovalRules;
use crate::domain::pin::LockCause;
use crate::domain::user::UserId;

use super::item::{PlanItem, PlannedUser};
use super::plan_value::Plan;
use super::words::{plural, thousands, users};

/// A reason why an operator other than its author must approve a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalNeed {
    /// The plan would bring the number of changed users above the `limit` of the approval rules.
    Above {
        /// The users whom the plan changes.
        count: usize,
        /// The further users whom the operator has changed lately without approval.
        lately: usize,
        limit: u64,
        /// The time that counts as lately, in hours.
        hours: u32,
    },
    /// The number of locks of other administrators that the plan would undo.
    OthersLocks(usize),
    /// The number of protected users that the plan changes.
    Protected(usize),
    /// The number of other users who get the name of a protected user.
    ProtectedName(usize),
    /// The number of users whom the plan moves into the operator's units or out of them.
    Moved(usize),
    /// The number of PIN policies that the plan makes weaker.
    WeakerPolicy(usize),
    /// The number of users who get a weaker policy than the one in force for them.
    WeakerGrant(usize),
    /// The number of protected users whose policy the plan changes or makes weaker.
    ProtectedPolicy(usize),
    /// The plan makes the rules of approval weaker.
    WeakerRules,
    /// The number of users whose protection the plan ends.
    Unprotected(usize),
}

impl Plan {
    /// The reasons why this plan needs approval when `operator` applies it. Empty if it needs none.
    ///
    /// `lately` are the users whom the operator has changed without approval in the hours of the
    /// rules. A user in both counts once, so that undoing an own change is free.
    pub fn approval_needs(
        &self,
        rules: ApprovalRules,
        lately: &HashSet<UserId>,
        operator: &str,
        at: Time,
        is_protected: &dyn Fn(&PlannedUser) -> bool,
    ) -> Vec<ApprovalNeed> {
        let (mut count, mut others, mut protected) = (0, 0, 0);
        let mut more = lately.len();
        for (item, user) in self.changes() {
            count += 1;
            more = more.saturating_sub(usize::from(lately.contains(&user.id)));
            others += usize::from(
                rules.others_locks && undoes_a_lock_of_another(item, user, operator, at),
            );
            protected += usize::from(is_protected(user));
        }
        [
            ApprovalNeed::above(rules, count, more),
            (others > 0).then_some(ApprovalNeed::OthersLocks(others)),
            (protected > 0).then_some(ApprovalNeed::Protected(protected)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Whether an item undoes a lock of another administrator. A lock by an unknown administrator counts
/// as one.
fn undoes_a_lock_of_another(item: &PlanItem, user: &PlannedUser, operator: &str, at: Time) -> bool {
    let Some(lock) = user.before.lock_in_force(at) else {
        return false;
    };
    let is_own = lock
        .by
        .as_deref()
        .is_some_and(|by| operator_key(by) == operator_key(operator));
    let restored = item.own.as_ref().and_then(|own| own.restores.as_ref());
    lock.cause == LockCause::Administrator
        && !is_own
        && item.action.changes_lock()
        && restored.is_none_or(|state| state.lock.as_ref() != Some(lock))
}

impl ApprovalNeed {
    /// The need of a plan that changes `count` users, after `lately` other ones. None if that is
    /// within the limit, or if the plan changes nobody.
    pub(super) fn above(rules: ApprovalRules, count: usize, lately: usize) -> Option<Self> {
        let limit = rules.above?;
        let hours = rules.hours;
        (count > 0 && (count + lately) as u64 > limit).then_some(Self::Above {
            count,
            lately,
            limit,
            hours,
        })
    }

    /// The reasons joined into one clause: "it changes 312 users, more than 200, and it changes 1
    /// protected user".
    pub fn words(needs: &[Self]) -> String {
        needs
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(", and ")
    }
}

impl std::fmt::Display for ApprovalNeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Above {
                count,
                lately,
                limit,
                hours,
            } => {
                if lately > 0 {
                    let hours = plural_count(hours as usize, "hour", "hours");
                    write!(f, "with {} in the last {hours} ", thousands(lately))?;
                }
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                let count = users(count + lately);
                write!(f, "it changes {count}, more than {}", thousands(limit))
            }
            Self::OthersLocks(count) => {
                write!(
                    f,
                    "it undoes {} of another administrator",
                    plural_count(count, "lock", "locks")
                )
            }
            Self::Protected(count) => {
                write!(
                    f,
                    "it changes {}",
                    plural_count(count, "protected user", "protected users")
                )
            }
            Self::ProtectedName(count) => {
                let others = plural_count(count, "other user", "other users");
                write!(f, "it gives the name of a protected user to {others}")
            }
            Self::Moved(count) => {
                let count = users(count);
                write!(
                    f,
                    "it moves {count} into or out of the units of your own roles"
                )
            }
            Self::WeakerPolicy(count) => {
                let policies = plural_count(count, "PIN policy", "PIN policies");
                write!(f, "it makes {policies} weaker")
            }
            Self::WeakerGrant(count) => {
                write!(f, "it gives {} a weaker PIN policy", users(count))
            }
            Self::ProtectedPolicy(count) => {
                let protected = plural_count(count, "protected user", "protected users");
                write!(f, "it changes the PIN policy of {protected}")
            }
            Self::WeakerRules => f.write_str("it makes the rules of approval weaker"),
            Self::Unprotected(count) => {
                write!(f, "it ends the protection of {}", users(count))
            }
        }
    }
}

fn plural_count(count: usize, one: &str, several: &str) -> String {
    format!("{} {}", thousands(count), plural(count, one, several))
}
