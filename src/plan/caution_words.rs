//! The sentences about locks that somebody has set on purpose and that a plan undoes.

use super::item::PlanItem;
use super::outcome::Outcome;
use crate::domain::Time;
use crate::domain::account::operator_key;
use crate::domain::pin::LockCause;
use crate::time_format::in_sentence;
use crate::zone::Zone;

impl PlanItem {
    /// The sentence about a lock that the operator of the plan has set on purpose and that this change
    /// undoes. None if there is no such lock.
    pub fn own_deliberate_lock(&self, operator: &str, at: Time, zone: Zone) -> Option<String> {
        let user = self.user.as_ref()?;
        let lock = user.before.lock_in_force(at)?;
        let is_own = lock
            .by
            .as_deref()
            .is_some_and(|by| operator_key(by) == operator_key(operator));
        if !is_own
            || lock.cause != LockCause::Administrator
            || !matches!(self.outcome, Outcome::Change { .. })
        {
            return None;
        }
        Some(format!(
            "You locked this PIN on purpose{}.",
            when_and_why(lock.since, &lock.reason, zone)
        ))
    }
}

/// " on 2026-11-22 12:00 UTC, reason: asked on the phone"
pub(super) fn when_and_why(since: Option<Time>, reason: &str, zone: Zone) -> String {
    let when = since
        .map(|at| format!(" on {}", in_sentence(at, zone)))
        .unwrap_or_default();
    match reason {
        "" => format!("{when}, no reason given"),
        reason => format!("{when}, reason: {reason}"),
    }
}
