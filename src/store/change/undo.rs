//! What a batch did, and what became of its users since: for undoing it.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::role::Operator;
use crate::domain::user::UserId;
use crate::plan::undo::{Done, plan_undo};
use crate::plan::{BatchId, Plan, PlanItem};
use crate::store::users::find::{pins_set, user};
use crate::store::users::resolver::permissions;
use crate::store::users::rows::time;
use crate::store::{Result, Store};

/// The actions of batches that can be undone. An import is undone by importing the older file.
const UNDOABLE: [&str; 4] = ["lock", "unlock", "change", "undo"];

/// Can a batch with this action be undone?
pub fn is_undoable(action: &str) -> bool {
    UNDOABLE.contains(&action)
}

/// The same as a list of SQL.
fn undoable() -> String {
    format!("('{}')", UNDOABLE.join("', '"))
}

impl Store {
    /// The operator's own last batch of which something can still be undone: somebody whose PIN has not changed since.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn last_undoable(&self, operator: &Operator) -> Result<Option<BatchId>> {
        self.read(|connection| {
            connection
                .query_row(
                    &format!(
                        "SELECT b.id FROM batches b
                         WHERE b.operator = ?1 AND b.action IN {} AND b.undoes IS NULL
                           AND EXISTS (SELECT 1 FROM history h WHERE h.batch_id = b.id AND h.kind = 'pin'
                             AND NOT EXISTS (SELECT 1 FROM history later WHERE later.user_id = h.user_id
                               AND later.seq > h.seq AND later.kind = 'pin'))
                         ORDER BY b.id DESC LIMIT 1",
                        undoable()
                    ),
                    [&operator.account],
                    |row| row.get(0).map(BatchId),
                )
                .optional()
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
                .query_map([batch.0], |row| row.get(0).map(BatchId))?
                .collect()
        })
    }

    /// Works out the undoing of a batch, or of what it did to one user. Reads only. A batch that cannot be undone makes a
    /// plan without items.
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
            // One moment for all the reads.
            let snapshot = connection.unchecked_transaction()?;
            let mut statement = snapshot.prepare_cached(&format!(
                "SELECT h.seq, h.user_id, h.target, h.before FROM history h JOIN batches b ON b.id = h.batch_id
                 WHERE h.batch_id = ?1 AND h.kind = 'pin' AND b.action IN {}
                   AND h.user_id IS NOT NULL AND (?2 IS NULL OR h.user_id = ?2)
                 ORDER BY h.seq",
                undoable()
            ))?;
            let mut later = snapshot.prepare_cached(
                "SELECT b.operator, b.at FROM history h JOIN batches b ON b.id = h.batch_id
                 WHERE h.user_id = ?1 AND h.kind = 'pin' AND h.seq > ?2 ORDER BY h.seq DESC LIMIT 1",
            )?;
            let mut done = Vec::new();
            let mut entries = statement.query(params![batch.0, only.map(|id| id.0)])?;
            while let Some(entry) = entries.next()? {
                let (seq, id): (i64, i64) = (entry.get(0)?, entry.get(1)?);
                let before: Option<String> = entry.get(3)?;
                let Some(before) = before.and_then(|json| serde_json::from_str::<PinState>(&json).ok()) else {
                    continue;
                };
                let since: Option<(String, i64)> =
                    later.query_row(params![id, seq], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
                let changed_since = since.and_then(|(by, at)| Some((by, time(Some(at))?)));
                done.push(Done { target: entry.get(2)?, before, user: user(&snapshot, UserId(id))?, changed_since });
            }
            let (permissions, pins_set) = (permissions(&snapshot, operator)?, pins_set(&snapshot)?);
            Ok(plan_undo(batch, done, &operator.account, permissions, pins_set, now))
        })
    }
}

/// Does an item give back nothing but the state that the history has from before the batch, and has nothing changed it
/// since? A plan may come from a file, and giving back any other state would be more than locking and unlocking.
pub(in crate::store) fn is_true_to_history(
    transaction: &Transaction<'_>,
    plan: &Plan,
    item: &PlanItem,
    user: UserId,
) -> rusqlite::Result<bool> {
    let restores = item.own.as_ref().and_then(|own| own.restores.as_ref());
    let (restores, batch) = match (restores, plan.undoes) {
        (None, None) => return Ok(true),
        (Some(restores), Some(batch)) => (restores, batch),
        _ => return Ok(false),
    };
    let before: Option<Option<String>> = transaction
        .prepare_cached(&before_batch())?
        .query_row(params![batch.0, user.0], |row| row.get(0))
        .optional()?;
    let before = before
        .flatten()
        .and_then(|json| serde_json::from_str::<PinState>(&json).ok());
    Ok(before.as_ref() == Some(restores))
}

/// The state of a user (?2) before a batch (?1) that can be undone and was the last to change them. The `+` keeps SQLite
/// from going through the whole batch for each of its users.
fn before_batch() -> String {
    format!(
        "SELECT h.before FROM history h JOIN batches b ON b.id = h.batch_id
         WHERE +h.batch_id = ?1 AND h.user_id = ?2 AND h.kind = 'pin' AND b.action IN {}
           AND NOT EXISTS (SELECT 1 FROM history later WHERE later.user_id = h.user_id
             AND later.seq > h.seq AND later.kind = 'pin')",
        undoable()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_before_a_batch_is_found_by_the_user() {
        let folder = tempfile::tempdir().unwrap();
        let operator = Operator {
            account: "ann".to_owned(),
            machine: "WS-01".to_owned(),
        };
        let store = Store::open(
            &folder.path().join("pindesk.db"),
            &operator,
            Time::default(),
        )
        .unwrap();
        let mut statement = store
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {}", before_batch()))
            .unwrap();
        let steps = statement
            .query_map(params![1, 1], |row| row.get::<_, String>(3))
            .unwrap();
        let steps: Vec<String> = steps.map(|step| step.unwrap()).collect();
        assert!(
            !steps
                .iter()
                .any(|step| step.contains("history_batch") || step.starts_with("SCAN")),
            "{steps:?}"
        );
    }
}
