//! Comparing the names that an import says users have with those in the store.

use rusqlite::Connection;

use crate::domain::user::{UserId, UserNames};
use crate::plan::import::{ImportPlan, ImportVerdict};
use crate::store::users::read_many::users_of;
use crate::store::{StoreError, WriteError};

/// The number of users that are read together.
const READ_TOGETHER: usize = 1 << 10;

/// Checks that each user whose names an import changes has the names that the plan saw. The history
/// records those, and whether the import needs approval depends on them.
///
/// # Errors
/// A user is gone or has other names.
pub(super) fn check_names(connection: &Connection, plan: &ImportPlan) -> Result<(), WriteError> {
    let changed: Vec<(UserId, &UserNames)> = plan
        .rows
        .iter()
        .filter_map(|row| match &row.verdict {
            ImportVerdict::ChangedUser { id, before, .. } => Some((*id, &**before)),
            _ => None,
        })
        .collect();
    for changed in changed.chunks(READ_TOGETHER) {
        let ids: Vec<UserId> = changed.iter().map(|(id, _)| *id).collect();
        let users = users_of(connection, &ids)?;
        let is_as_planned = changed
            .iter()
            .zip(&users)
            .all(|((_, before), user)| user.as_ref().is_some_and(|user| user.names == **before));
        if !is_as_planned {
            return Err(StoreError::Stale.into());
        }
    }
    Ok(())
}
