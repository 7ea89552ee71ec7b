//! What an action comes to for one user: the rules that every plan goes by.

use super::outcome::{Caution, Outcome, SkipReason};
use crate::domain::Time;
use crate::domain::action::{Action, ActionEffect};
use crate::domain::dn::DistinguishedName;
use crate::domain::pin::LockCause;
use crate::domain::role::Permission;
use crate::domain::text::identity_key;
use crate::domain::user::UserRecord;

/// What an action comes to for a user, for an operator who may do it.
pub(super) fn decide(action: Action, user: &UserRecord, operator: &str, now: Time) -> Outcome {
    match action.effect(&user.pin.status(now)) {
        ActionEffect::AlreadySo => Outcome::NoChange,
        ActionEffect::NoPinSet => Outcome::Skipped(SkipReason::NoPinSet),
        ActionEffect::Locked => Outcome::Skipped(SkipReason::Locked),
        ActionEffect::Changes => Outcome::Change {
            caution: caution(user, operator, now),
        },
    }
}

/// A lock that another administrator set on purpose is worth a second look before it is undone.
pub(super) fn caution(user: &UserRecord, operator: &str, now: Time) -> Option<Caution> {
    let lock = user.pin.lock_in_force(now)?;
    let by = lock
        .by
        .as_deref()
        .filter(|by| identity_key(by) != identity_key(operator))?;
    (lock.cause == LockCause::Administrator).then(|| Caution::LockedByAnother {
        by: by.to_owned(),
        since: lock.since,
        reason: lock.reason.clone(),
    })
}

/// Whether a permission covers a user.
pub(super) fn is_covered(permission: &Permission, user: &UserRecord) -> bool {
    // Most permissions hold everywhere: then the distinguished name need not be read.
    if *permission == Permission::Everywhere {
        return true;
    }
    let dn = user.names.dn.as_deref();
    permission.covers(dn.and_then(|dn| DistinguishedName::parse(dn).ok()).as_ref())
}
