//! Refreshing an import that was submitted: each row is compared with the store as it is now.

use crate::domain::user::{NameKeys, UserId, UserNames, UserRecord};
use crate::plan::import::{ImportPlan, ImportRow, ImportVerdict};
use crate::store::counter;
use crate::store::engine::{Connection, EngineResult};
use crate::store::users::find_many::{Search, found};
use crate::store::users::read_many::users_of;

/// An import after a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshedImport {
    pub plan: ImportPlan,
    /// The number of rows whose users have changed since the plan was made. They are conflicts now.
    pub drifted: usize,
}

/// The number of rows that are compared together.
const ROWS_TOGETHER: usize = 1 << 10;

impl RefreshedImport {
    /// A plan as it was submitted.
    pub(super) fn unchanged(plan: &ImportPlan) -> Self {
        Self {
            plan: plan.clone(),
            drifted: 0,
        }
    }
}

/// Compares each row of an import with the store. Rows that no longer fit become conflicts.
pub(super) fn refresh_import(
    connection: &Connection,
    plan: &ImportPlan,
) -> EngineResult<RefreshedImport> {
    let mut refreshed = RefreshedImport::unchanged(plan);
    refreshed.plan.names_version = counter(connection, "names")?;
    for rows in refreshed.plan.rows.chunks_mut(ROWS_TOGETHER) {
        let known: Vec<UserId> = rows.iter().filter_map(|row| row.verdict.user()).collect();
        let mut known = users_of(connection, &known)?.into_iter();
        let keys: Vec<NameKeys> = rows
            .iter()
            .filter_map(|row| row.verdict.new_names())
            .map(UserNames::keys)
            .collect();
        let mut sharing = found(connection, &Search::of_names(&keys))?.into_iter();
        for row in rows {
            let user = row.verdict.user().and_then(|_| known.next().flatten());
            let sharing = row.verdict.new_names().and_then(|_| sharing.next());
            if !still_fits(row, user.as_ref(), &sharing.unwrap_or_default()) {
                row.verdict = ImportVerdict::Conflict(DRIFTED.to_owned());
                refreshed.drifted += 1;
            }
        }
    }
    Ok(refreshed)
}

/// The reason of a row that no longer fits.
pub(super) const DRIFTED: &str = "Changed since the plan was made: left as it is.";

/// Whether a row still means what it meant when the plan was made. `sharing` are the users with one
/// of its new names.
fn still_fits(row: &ImportRow, user: Option<&UserRecord>, sharing: &[UserRecord]) -> bool {
    match &row.verdict {
        ImportVerdict::NewUser(_) => sharing.is_empty(),
        ImportVerdict::ChangedUser { id, before, .. } => {
            user.is_some_and(|user| user.names == **before)
                && sharing.iter().all(|other| other.id == *id)
        }
        ImportVerdict::ChangedPin {
            version, before, ..
        } => user.is_some_and(|user| user.version == *version && user.pin == **before),
        // Only an undo removes users, and it is compared with its batch.
        ImportVerdict::RemovedUser { .. } => false,
        ImportVerdict::Conflict(_) | ImportVerdict::Duplicate { .. } => true,
    }
}
