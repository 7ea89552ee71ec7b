//! Protected users: only an approved plan changes them.

use super::rows::{USER_COLUMNS, USER_TABLES, user as read_user};
use crate::domain::Time;
use crate::domain::text::sort_key;
use crate::domain::user::{UserId, UserRecord};
use crate::store::Store;
use crate::store::engine::{Connection, EngineResult, Transaction};
use crate::store::error::Result;

impl Store {
    /// The protected users, in the order of their names.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn protected_users(&self) -> Result<Vec<UserRecord>> {
        self.read(|connection| protected(connection, "true"))
    }

    /// The protected users whose PINs are locked by wrong PINs at `now`. Administrators are told,
    /// since anybody who may try PINs can lock them so.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn protected_locked_by_guesses(&self, now: Time) -> Result<Vec<UserRecord>> {
        let mut users = self.read(|connection| {
            protected(
                connection,
                "(p.lock_cause = 'temporary' OR p.lock_cause = 'system')",
            )
        })?;
        users.retain(|user| user.pin.is_locked_out(now));
        Ok(users)
    }
}

/// The protected users for whom a condition holds, in the order of their names.
fn protected(connection: &Connection, condition: &str) -> EngineResult<Vec<UserRecord>> {
    let mut users: Vec<UserRecord> = connection
        .prepare_cached(&sql(condition))?
        .query_map(&[], read_user)?
        .collect::<EngineResult<_>>()?;
    users.sort_by_cached_key(|user| sort_key(&user.names.display_name));
    Ok(users)
}

/// By the index of protected users. Asked for the order of names, SQLite would rather go through all
/// users by the index of names, which takes seconds in a large store.
fn sql(condition: &str) -> String {
    format!(
        "SELECT {USER_COLUMNS} FROM {USER_TABLES} WHERE u.is_protected = 1 AND {condition} ORDER BY u.id"
    )
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::empty_store::empty_store;

    #[test]
    fn the_index_of_protected_users_is_used() {
        let (_folder, store) = empty_store();
        let sql = format!("EXPLAIN QUERY PLAN {}", sql("p.lock_cause = 'system'"));
        let first = store
            .connection
            .query_row(&sql, &[], |row| row.get::<String>(3));
        assert_eq!(first.unwrap(), "SCAN u USING INDEX users_protected");
    }
}
