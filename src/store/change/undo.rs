//! Undoing a batch: its changes, the later changes of its users, and the states that an undo may
//! restore.

use std::collections::HashMap;

use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::role::Operator;
use crate::domain::user::{UserId, UserRecord};
use crate::plan::undo::{UndoneChange, plan_undo};
use crate::plan::{BatchAction, BatchId, Plan, PlanItem};
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IdSet, LIST};
use crate::store::engine::{Connection, EngineResult};
use crate::store::history::last_change::{LastChange, last_pin_changes};
use crate::store::users::find::pins_set;
use crate::store::users::read_many::users_of;
use crate::store::users::resolver::permissions;
use crate::store::{Result, Store};

/// The actions that can be undone, as a list of SQL.
fn undoable() -> String {
    words(BatchAction::is_undoable)
}

/// The actions that Undo without a batch may mean. An import is undone only by its ID, since
/// somebody who undoes their last change seldom means a file of the whole directory.
fn undoable_unasked() -> String {
    words(|action| {
        let is_import = matches!(action, BatchAction::ImportUsers | BatchAction::ImportPins);
        action.is_undoable() && !is_import
    })
}

fn words(keeps: impl Fn(&BatchAction) -> bool) -> String {
    let words: Vec<String> = BatchAction::known()
        .filter(keeps)
        .map(|action| format!("'{action}'"))
        .collect();
    format!("({})", words.join(", "))
}

impl Store {
    /// The operator's own last batch that can still be undone for at least one user, whose PIN has
    /// not changed since.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn last_undoable(&self, operator: &Operator) -> Result<Option<BatchId>> {
        self.read(|connection| {
            connection
                .query_optional(
                    &format!(
                        "SELECT b.id FROM batches b
                         WHERE b.operator = ?1 AND b.action IN {} AND b.undoes IS NULL
                           AND EXISTS (SELECT 1 FROM history h WHERE h.batch_id = b.id AND h.kind = 'pin'
                             AND NOT EXISTS (SELECT 1 FROM history later WHERE later.user_id = h.user_id
                               AND later.seq > h.seq AND later.kind = 'pin'))
                         ORDER BY b.id DESC LIMIT 1",
                        undoable_unasked()
                    ),
                    &[&operator.account],
                    |row| row.get(0).map(BatchId))
        })
    }

    /// The batches that undo this one, in their order.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn undone_by(&self, batch: BatchId) -> Result<Vec<BatchId>> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT id FROM batches WHERE undoes = ?1 ORDER BY id")?
                .query_map(&[&batch.0], |row| row.get(0).map(BatchId))?
                .collect()
        })
    }

    /// The plan that undoes a batch for all its users, or for one of them. Reads only. A batch that
    /// cannot be undone gives a plan without items.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn plan_undo(
        &self,
        batch: BatchId,
        only: Option<UserId>,
        operator: &Operator,
        now: Time,
    ) -> Result<Plan> {
        self.read(|connection| {
            let done = done(connection, batch, only)?;
            let (permissions, pins_set) =
                (permissions(connection, operator)?, pins_set(connection)?);
            Ok(plan_undo(
                batch,
                done,
                &operator.account,
                permissions,
                pins_set,
                now,
            ))
        })
    }
}

/// The entry of a batch that changed the PIN of a user.
struct PinEntry {
    seq: i64,
    id: UserId,
    target: String,
    before: PinState,
}

/// The changes of a batch to all its users, or to one of them, each with the user as they are now
/// and the last change of the PIN after the batch.
fn done(
    connection: &Connection,
    batch: BatchId,
    only: Option<UserId>,
) -> EngineResult<Vec<UndoneChange>> {
    let entries = pin_entries(connection, batch, only)?;
    let ids: Vec<UserId> = entries.iter().map(|entry| entry.id).collect();
    let users = users_of(connection, &ids)?;
    let last = last_pin_changes(connection, &ids)?;
    let done = |(entry, user): (PinEntry, Option<UserRecord>)| UndoneChange {
        changed_since: last
            .get(&entry.id)
            .filter(|last| last.seq > entry.seq)
            .map(LastChange::operator_and_time),
        target: entry.target,
        before: entry.before,
        user,
    };
    Ok(entries.into_iter().zip(users).map(done).collect())
}

fn pin_entries(
    connection: &Connection,
    batch: BatchId,
    only: Option<UserId>,
) -> EngineResult<Vec<PinEntry>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT h.seq, h.user_id, h.target, h.before FROM history h JOIN batches b ON b.id = h.batch_id
         WHERE h.batch_id = ?1 AND h.kind = 'pin' AND b.action IN {}
           AND h.user_id BETWEEN ?2 AND ?3
         ORDER BY h.seq",
        undoable()
    ))?;
    // Without a user, the range holds every ID.
    let (first, last) = only.map_or((i64::MIN, i64::MAX), |id| (id.0, id.0));
    let mut rows = statement.query(&[&batch.0, &first, &last])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let before: Option<String> = row.get(3)?;
        if let Some(before) = before.and_then(|json| serde_json::from_str(&json).ok()) {
            entries.push(PinEntry {
                seq: row.get(0)?,
                id: UserId(row.get(1)?),
                target: row.get(2)?,
                before,
            });
        }
    }
    Ok(entries)
}

/// The states from before a batch that the changes of a plan may restore.
pub(in crate::store) struct Restorable {
    undoes: Option<BatchId>,
    before: HashMap<UserId, PinState>,
}

impl Restorable {
    /// Reads the states of these users from before the batch that the plan undoes.
    pub fn read(connection: &Connection, plan: &Plan, ids: &[UserId]) -> EngineResult<Self> {
        let mut before = HashMap::new();
        if let Some(batch) = plan.undoes {
            let mut statement = connection.prepare_cached(&states_before_batch())?;
            for ids in ids.chunks(IDS_PER_STATEMENT) {
                let mut rows = statement.query(&[&IdSet::of_users(ids), &batch.0])?;
                while let Some(row) = rows.next()? {
                    let state: Option<String> = row.get(1)?;
                    if let Some(state) = state.and_then(|json| serde_json::from_str(&json).ok()) {
                        before.insert(UserId(row.get(0)?), state);
                    }
                }
            }
        }
        Ok(Self {
            undoes: plan.undoes,
            before,
        })
    }

    /// Whether an item restores exactly the state that the history has from before the batch. A
    /// plan may come from a file, and restoring any other state would be more than locking and
    /// unlocking.
    pub fn allows(&self, item: &PlanItem, user: UserId) -> bool {
        let restores = item.own.as_ref().and_then(|own| own.restores.as_ref());
        match (restores, self.undoes) {
            (None, None) => true,
            (Some(restores), Some(_)) => self.before.get(&user) == Some(restores),
            _ => false,
        }
    }
}

/// The state of each user of a set (?1) before a batch (?2) that can be undone and was the last to
/// change them. The `+` keeps SQLite from going through the whole batch for each of its users.
fn states_before_batch() -> String {
    format!(
        "SELECT h.user_id, h.before FROM {LIST}
         CROSS JOIN history h CROSS JOIN batches b
         WHERE h.user_id = list.value AND b.id = h.batch_id AND +h.batch_id = ?2 AND h.kind = 'pin' AND b.action IN {}
           AND NOT EXISTS (SELECT 1 FROM history later WHERE later.user_id = h.user_id
             AND later.seq > h.seq AND later.kind = 'pin')",
        undoable()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::empty_store::empty_store;

    #[test]
    fn the_state_before_a_batch_is_found_by_the_user() {
        let (_folder, store) = empty_store();
        let mut statement = store
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {}", states_before_batch()))
            .unwrap();
        let steps = statement
            .query_map(&[&IdSet::of([1]), &1_i64], |row| row.get::<String>(3))
            .unwrap();
        let steps: Vec<String> = steps.map(|step| step.unwrap()).collect();
        assert!(
            !steps
                .iter()
                .any(|step| step.contains("history_batch") || step.starts_with("SCAN h")),
            "{steps:?}"
        );
    }
}
