//! Refreshing the undo of an import: the batch is looked at again.

use std::collections::HashMap;

use super::refresh_import::{DRIFTED, RefreshedImport};
use super::undo_import::undo_of_import;
use crate::domain::user::UserId;
use crate::plan::BatchId;
use crate::plan::import::{ImportPlan, ImportVerdict};
use crate::store::counter;
use crate::store::engine::{Connection, EngineResult};

/// Looks at the batch that a plan undoes again. Rows that no longer undo it become conflicts, also
/// those that never did: a plan may come from anywhere.
pub(in crate::store) fn refresh_undo(
    connection: &Connection,
    plan: &ImportPlan,
    batch: BatchId,
) -> EngineResult<RefreshedImport> {
    let now = undo_of_import(connection, batch)?;
    let now = now.as_ref().map_or(&[][..], |now| &now.rows);
    let fitting: HashMap<RowKey, &ImportVerdict> = now
        .iter()
        .filter_map(|row| Some((RowKey::of(&row.verdict)?, &row.verdict)))
        .collect();
    let mut refreshed = RefreshedImport::unchanged(plan);
    refreshed.plan.names_version = counter(connection, "names")?;
    for row in &mut refreshed.plan.rows {
        let Some(key) = RowKey::of(&row.verdict) else {
            continue;
        };
        if !fitting
            .get(&key)
            .is_some_and(|verdict| is_equal(verdict, &row.verdict))
        {
            row.verdict = ImportVerdict::Conflict(DRIFTED.to_owned());
            refreshed.drifted += 1;
        }
    }
    Ok(refreshed)
}

/// The user of a row. A user who is added has no ID yet.
#[derive(PartialEq, Eq, Hash)]
enum RowKey {
    Known(UserId),
    New(String),
}

impl RowKey {
    fn of(verdict: &ImportVerdict) -> Option<Self> {
        match verdict {
            ImportVerdict::NewUser(names) => Some(Self::New(names.identity())),
            other => other.user().map(Self::Known),
        }
    }
}

/// Whether two rows make one change. The version of a user whose names change does not matter, since
/// the names are compared.
fn is_equal(one: &ImportVerdict, other: &ImportVerdict) -> bool {
    match (one, other) {
        (
            ImportVerdict::ChangedUser {
                id, before, after, ..
            },
            ImportVerdict::ChangedUser {
                id: other,
                before: from,
                after: to,
                ..
            },
        ) => (id, before, after) == (other, from, to),
        (one, other) => one == other,
    }
}
