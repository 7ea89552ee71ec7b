//! Protected users: only an approved plan changes them.

use super::rows::{BY_DISPLAY_NAME, USER_COLUMNS, USER_TABLES, user as read_user};
use crate::domain::Time;
use crate::domain::user::{UserId, UserRecord};
use crate::store::Store;
use crate::store::engine::{EngineResult, Transaction};
use crate::store::error::Result;

impl Store {
    /// The protected users, in the order of their names.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn protected_users(&self) -> Result<Vec<UserRecord>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {USER_COLUMNS} FROM {USER_TABLES} WHERE u.is_protected = 1 ORDER BY {BY_DISPLAY_NAME}"
            );
            connection.prepare_cached(&sql)?.query_map(&[], read_user)?.collect()
        })
    }

    /// The protected users whose PINs are locked by wrong PINs at `now`. Administrators are told,
    /// since anybody who may try PINs can lock them so.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn protected_locked_by_guesses(&self, now: Time) -> Result<Vec<UserRecord>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {USER_COLUMNS} FROM {USER_TABLES}
                 WHERE u.is_protected = 1 AND (p.lock_cause = 'temporary' OR p.lock_cause = 'system')
                 ORDER BY {BY_DISPLAY_NAME}"
            );
            let mut users: Vec<UserRecord> =
                connection.prepare_cached(&sql)?.query_map(&[], read_user)?.collect::<EngineResult<_>>()?;
            users.retain(|user| user.pin.is_locked_out(now));
            Ok(users)
        })
    }
}

/// Protects a user, or ends the protection. Returns whether that was a change.
pub(in crate::store) fn protect(
    transaction: &Transaction<'_>,
    id: UserId,
    protects: bool,
) -> EngineResult<bool> {
    let changed = transaction.execute(
        "UPDATE users SET is_protected = ?2 WHERE id = ?1 AND is_protected <> ?2",
        &[&id.0, &protects],
    )?;
    Ok(changed > 0)
}
