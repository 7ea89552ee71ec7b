//! Protected users: only an approved plan changes them.

use rusqlite::params;

use super::find::user;
use super::rows::{BY_DISPLAY_NAME, USER_COLUMNS, USER_TABLES, user as read_user};
use crate::domain::Time;
use crate::domain::role::{Operator, cmdlet};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::BatchAction;
use crate::store::Store;
use crate::store::access::permitted::Attempt;
use crate::store::error::{Result, StoreError};

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
            connection.prepare_cached(&sql)?.query_map([], read_user)?.collect()
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
                connection.prepare_cached(&sql)?.query_map([], read_user)?.collect::<rusqlite::Result<_>>()?;
            users.retain(|user| user.pin.is_locked_out(now));
            Ok(users)
        })
    }

    /// Protects a user, or stops doing so. Returns whether that was a change.
    ///
    /// # Errors
    /// The operator's roles do not permit it (which is recorded), there is no such user, or the
    /// store failed.
    pub fn protect(
        &mut self,
        id: UserId,
        protects: bool,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        let about = self.read(|connection| user(connection, id))?;
        let about = about.ok_or(StoreError::NoSuchUser)?;
        let words = format!("{} ({})", about.names.display_name, about.names.identity());
        let action = if protects {
            BatchAction::ProtectUser
        } else {
            BatchAction::UnprotectUser
        };
        let attempt = Attempt {
            cmdlet: cmdlet::APPROVAL,
            action,
            target: &words,
            words: &words,
            operator,
            at,
        };
        self.change_if_permitted(&attempt, |transaction| {
            let changed = transaction.execute(
                "UPDATE users SET is_protected = ?2 WHERE id = ?1 AND is_protected <> ?2",
                params![id.0, protects],
            )?;
            Ok((changed > 0).then(|| words.clone()))
        })
    }
}
