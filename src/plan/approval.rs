//! Whether a plan needs somebody else's approval, and why. Pure: the window asks it for a hint, the store to decide.

use crate::domain::Time;
use crate::domain::approval::ApprovalRules;
use crate::domain::pin::LockCause;
use crate::domain::text::identity_key;

use super::item::{PlanItem, PlannedUser};
use super::plan_value::Plan;
use super::words::{plural, thousands, users};

/// A reason for which somebody else than its author must approve a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApprovalNeed {
    /// It changes so many users, and above this number it is needed.
    Above { count: usize, limit: u64 },
    /// So many locks of other administrators would be undone.
    OthersLocks(usize),
    /// So many of the users are protected.
    Protected(usize),
}

impl Plan {
    /// Why this plan needs approval when `operator` applies it; empty where it does not.
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

    /// A lock whose administrator is not known is another's.
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
    /// Several of them, as one sentence goes on: "it changes 312 users, more than 200, and one
    /// of them is protected".
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
