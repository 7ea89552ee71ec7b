//! Decides the outcome of an action for one user. All plans use these rules.

use super::outcome::{Caution, Outcome, SkipReason};
use crate::domain::Time;
use crate::domain::account::operator_key;
use crate::domain::action::{Action, ActionEffect};
use crate::domain::dn::DistinguishedName;
use crate::domain::pin::LockCause;
use crate::domain::role::Permission;
use crate::domain::user::UserRecord;

/// The outcome of an action for a user. The operator's permission is checked by the caller.
pub(super) fn decide(action: Action, user: &UserRecord, operator: &str, now: Time) -> Outcome {
    match action.effect(&user.pin, now) {
        ActionEffect::NoChange => Outcome::NoChange,
        ActionEffect::NoPinSet => Outcome::Skipped(SkipReason::NoPinSet),
        ActionEffect::Locked => Outcome::Skipped(SkipReason::Locked),
        ActionEffect::Changes => Outcome::Change {
            caution: caution(user, operator, now).filter(|_| action.changes_lock()),
        },
    }
}

/// The caution for a PIN that another administrator locked on purpose.
pub(super) fn caution(user: &UserRecord, operator: &str, now: Time) -> Option<Caution> {
    let lock = user.pin.lock_in_force(now)?;
    let by = lock
        .by
        .as_deref()
        .filter(|by| operator_key(by) != operator_key(operator))?;
    (lock.cause == LockCause::Administrator).then(|| Caution::LockedByAnother {
        by: by.to_owned(),
        since: lock.since,
        reason: lock.reason.clone(),
    })
}

/// Whether a permission covers a user.
pub(super) fn is_covered(permission: &Permission, user: &UserRecord) -> bool {
    // Most permissions hold everywhere, and then the distinguished name need not be parsed.
    if *permission == Permission::Everywhere {
        return true;
    }
    let dn = user.names.dn.as_deref();
    permission.covers(dn.and_then(|dn| DistinguishedName::parse(dn).ok()).as_ref())
}
