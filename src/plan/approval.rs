//! Whether a plan needs the approval of another operator, and why. Pure: the window uses it for a
//! hint, and the store for the decision.

use crate::domain::Time;
use crate::domain::approval::ApprovalRules;
use crate::domain::pin::LockCause;
use crate::domain::text::identity_key;

use super::item::{PlanItem, PlannedUser};
use super::plan_value::Plan;
use super::words::{plural, thousands, users};

/// A reason why an operator other than its author must approve a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalNeed {
    /// The plan changes `count` users, which is more than the `limit` of the approval rules.
    Above { count: usize, limit: u64 },
    /// The number of locks of other administrators that the plan would undo.
    OthersLocks(usize),
    /// The number of protected users that the plan changes.
    Protected(usize),
}

impl Plan {
    /// The reasons why this plan needs approval when `operator` applies it. Empty if it needs none.
    pub fn approval_needs(
        &self,
        rules: ApprovalRules,
        operator: &str,
        at: Time,
        is_protected: &dyn Fn(&PlannedUser) -> bool,
    ) -> Vec<ApprovalNeed> {
        let (mut count, mut others, mut protected) = (0, 0, 0);
        for (item, user) in self.changes() {
            count += 1;
            others += usize::from(
                rules.others_locks && self.undoes_a_lock_of_another(item, user, operator, at),
            );
            protected += usize::from(is_protected(user));
        }
        let above = rules.above.filter(|limit| count as u64 > *limit);
        [
            above.map(|limit| ApprovalNeed::Above { count, limit }),
            (others > 0).then_some(ApprovalNeed::OthersLocks(others)),
            (protected > 0).then_some(ApprovalNeed::Protected(protected)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Whether an item undoes a lock of another administrator. A lock by an unknown administrator
    /// counts as one.
    fn undoes_a_lock_of_another(
        &self,
        item: &PlanItem,
        user: &PlannedUser,
        operator: &str,
        at: Time,
    ) -> bool {
        let Some(lock) = user.before.lock_in_force(at) else {
            return false;
        };
        let is_own = lock
            .by
            .as_deref()
            .is_some_and(|by| identity_key(by) == identity_key(operator));
        lock.cause == LockCause::Administrator
            && !is_own
            && self.after(item, &user.before, operator, at).lock.as_ref() != Some(lock)
    }
}

impl ApprovalNeed {
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
            Self::Above { count, limit } => {
                let limit = usize::try_from(limit).unwrap_or(usize::MAX);
                write!(
                    f,
                    "it changes {}, more than {}",
                    users(count),
                    thousands(limit)
                )
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
        }
    }
}

fn plural_count(count: usize, one: &str, several: &str) -> String {
    format!("{} {}", thousands(count), plural(count, one, several))
}
