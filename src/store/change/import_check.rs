//! Comparing what an import says about users with the store.

use std::collections::HashSet;

use crate::domain::user::{UserId, UserNames};
use crate::plan::import::{ImportPlan, ImportVerdict};
use crate::store::engine::Connection;
use crate::store::history::last_change::{LastChange, last_events};
use crate::store::plans::drift::Drift;
use crate::store::plans::refresh_undo::refresh_undo;
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

/// An undo of an import as the store allows it now.
pub(super) struct StillUndoing {
    pub plan: ImportPlan,
    /// The users of the rows that no longer undo the batch.
    pub drifted: Vec<Drift>,
}

/// The part of an undo of an import that still undoes its batch. None if the plan is an import of a
/// file.
///
/// # Errors
/// The plan removes users, but undoes nothing.
pub(super) fn still_undoing(
    connection: &Connection,
    plan: &ImportPlan,
) -> Result<Option<StillUndoing>, WriteError> {
    let Some(batch) = plan.undoes else {
        let removes =
            |verdict: &ImportVerdict| matches!(verdict, ImportVerdict::RemovedUser { .. });
        if plan.rows.iter().any(|row| removes(&row.verdict)) {
            return Err(StoreError::Stale.into());
        }
        return Ok(None);
    };
    let refreshed = refresh_undo(connection, plan, batch)?.plan;
    let still: HashSet<UserId> = refreshed
        .rows
        .iter()
        .filter_map(|row| row.verdict.user())
        .collect();
    let left: Vec<(UserId, &str)> = plan
        .rows
        .iter()
        .filter_map(|row| Some((row.verdict.user()?, row.label.as_str())))
        .filter(|(id, _)| !still.contains(id))
        .collect();
    let ids: Vec<UserId> = left.iter().map(|(id, _)| *id).collect();
    let (users, events) = (users_of(connection, &ids)?, last_events(connection, &ids)?);
    let drifted = left
        .into_iter()
        .zip(users)
        .map(|((id, label), user)| Drift {
            id,
            identity: user
                .as_ref()
                .map_or_else(|| label.to_owned(), |user| user.names.identity()),
            display_name: label.to_owned(),
            planned: user
                .as_ref()
                .map(|user| user.pin.clone())
                .unwrap_or_default(),
            current: user.map(|user| user.pin),
            changed_by: events.get(&id).map(LastChange::operator_and_time),
        });
    Ok(Some(StillUndoing {
        drifted: drifted.collect(),
        plan: refreshed,
    }))
}
