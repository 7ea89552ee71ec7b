//! Batches as the history lists them, with the counts of their entries.

use std::collections::HashMap;

use super::batch_note::BatchNote;
use super::entry::HistoryKind;
use crate::domain::Time;
use crate::domain::text::search_key;
use crate::plan::{BatchAction, BatchId, PlanId};
use crate::store::engine::id_set::{IN_LIST, IdSet};
use crate::store::engine::times::time;
use crate::store::engine::{Connection, EngineResult, Row};

/// A batch as the history lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchSummary {
    pub id: BatchId,
    pub action: BatchAction,
    pub at: Time,
    pub operator: String,
    pub machine: String,
    pub reason: String,
    pub ticket: String,
    /// The name of the file that the changes came from.
    pub source: Option<String>,
    pub source_sha256: Option<String>,
    /// Entries that changed a user.
    pub changed: u64,
    pub drifted: u64,
    pub denied: u64,
    pub undoes: Option<BatchId>,
    /// The submitted plan that the batch submits, decides about or applies.
    pub plan: Option<PlanId>,
    /// The last batch that undoes this one, or a part of it.
    pub undone_by: Option<BatchId>,
    /// The number of users and settings for which the batch was undone.
    pub undone: u64,
    /// The number of users and settings for which it could be undone, if it was undone at all: those
    /// that it changed, and the users that it added. Imports of older programs did not record how
    /// many they added.
    pub undoable: u64,
}

/// The columns of the table `batches b` that [`summary`] reads, in their order.
pub(super) const SUMMARY_COLUMNS: &str =
    "b.id, b.action, b.at, b.operator, b.machine, b.reason, b.ticket, b.source, b.source_sha256, b.undoes,
    b.plan";

/// Reads a batch, with counts of 0.
pub(super) fn summary(row: Row<'_>) -> EngineResult<BatchSummary> {
    Ok(BatchSummary {
        id: BatchId(row.get(0)?),
        action: BatchAction::of_word(row.get::<&str>(1)?),
        at: time(row.get(2)?).unwrap_or_default(),
        operator: row.get(3)?,
        machine: row.get(4)?,
        reason: row.get(5)?,
        ticket: row.get(6)?,
        source: row.get(7)?,
        source_sha256: row.get(8)?,
        undoes: row.get::<Option<i64>>(9)?.map(BatchId),
        plan: row.get::<Option<i64>>(10)?.map(PlanId),
        changed: 0,
        drifted: 0,
        denied: 0,
        undone_by: None,
        undone: 0,
        undoable: 0,
    })
}

impl BatchSummary {
    /// Whether undoing the batch may change something. An import of users may have added users only,
    /// and a change of settings has no users.
    pub fn can_be_undone(&self) -> bool {
        let has_users = matches!(self.action, BatchAction::ImportUsers | BatchAction::Undo);
        self.action.is_undoable()
            && self.denied == 0
            && (self.changed > 0 || has_users || self.action.changes_settings())
    }

    /// Whether a column of the batch contains a text, or its ID is that text. `key` is the text's
    /// [`search_key`].
    pub(super) fn mentions(&self, key: &str) -> bool {
        let texts = [
            self.action.word(),
            &self.operator,
            &self.machine,
            &self.reason,
            &self.ticket,
        ];
        texts
            .into_iter()
            .chain(self.source.as_deref())
            .any(|text| search_key(text).contains(key))
            || self.id.0.to_string() == key
    }
}

/// Fills in the counts of these batches, with four statements for any number of batches.
pub(super) fn count(connection: &Connection, batches: &mut [BatchSummary]) -> EngineResult<()> {
    let positions: HashMap<i64, usize> = batches
        .iter()
        .enumerate()
        .map(|(position, batch)| (batch.id.0, position))
        .collect();
    let mut of = |id: i64, add: &mut dyn FnMut(&mut BatchSummary)| {
        if let Some(batch) = positions
            .get(&id)
            .and_then(|position| batches.get_mut(*position))
        {
            add(batch);
        }
    };
    let ids = IdSet::of(positions.keys().copied());
    let mut entries = connection.prepare_cached(&format!(
        "SELECT batch_id, kind, count(*) FROM history
         WHERE batch_id IN {IN_LIST} AND kind <> 'batch' GROUP BY batch_id, kind"
    ))?;
    let mut rows = entries.query(&[&ids])?;
    while let Some(row) = rows.next()? {
        let count = row.get::<i64>(2)?.unsigned_abs();
        let kind = row.get::<&str>(1)?.parse();
        of(row.get(0)?, &mut |batch| match kind {
            Ok(HistoryKind::Pin | HistoryKind::Names | HistoryKind::Removed) => {
                batch.changed += count;
                batch.undoable += count;
            }
            Ok(
                HistoryKind::Role
                | HistoryKind::Grant
                | HistoryKind::Value
                | HistoryKind::Policy
                | HistoryKind::PolicyGrant
                | HistoryKind::Protection,
            ) => batch.undoable += count,
            Ok(HistoryKind::Drifted) => batch.drifted += count,
            Ok(HistoryKind::Denied) => batch.denied += count,
            Ok(_) | Err(_) => {}
        });
    }
    // Entries about settings without a user count one by one.
    let mut undone = connection.prepare_cached(&format!(
        "SELECT b.undoes, max(b.id), count(DISTINCT CASE WHEN h.kind <> 'batch' THEN coalesce(h.user_id, -h.seq) END)
         FROM batches b JOIN history h ON h.batch_id = b.id
         WHERE b.undoes IN {IN_LIST} AND h.kind <> 'drifted'
           AND NOT EXISTS (SELECT 1 FROM history d WHERE d.batch_id = b.id AND d.kind = 'denied')
         GROUP BY b.undoes"
    ))?;
    let mut rows = undone.query(&[&ids])?;
    while let Some(row) = rows.next()? {
        let (by, users) = (BatchId(row.get(1)?), row.get::<i64>(2)?.unsigned_abs());
        of(row.get(0)?, &mut |batch| {
            (batch.undone_by, batch.undone) = (Some(by), users);
        });
    }
    // Users who are added have no entries. Only batches that were undone need their numbers.
    let was_undone = "b.id IN (SELECT undoes FROM batches WHERE undoes IS NOT NULL)";
    for (id, added) in added_users(connection, "b.id", was_undone, &ids)? {
        of(id, &mut |batch| batch.undoable += added);
    }
    for (id, added) in added_users(connection, "b.undoes", "true", &ids)? {
        of(id, &mut |batch| batch.undone += added);
    }
    Ok(())
}

/// The numbers of users that batches added for which a condition holds and whose column is among
/// these IDs, each with the value of the column.
fn added_users(
    connection: &Connection,
    column: &str,
    condition: &str,
    ids: &IdSet,
) -> EngineResult<Vec<(i64, u64)>> {
    // A join would go through the whole history, since no index has what a batch undoes.
    let sql = format!(
        "SELECT {column}, (SELECT h.note FROM history h WHERE h.batch_id = b.id AND h.kind = 'batch' ORDER BY h.seq LIMIT 1)
         FROM batches b WHERE {column} IN {IN_LIST} AND {condition}"
    );
    connection
        .prepare_cached(&sql)?
        .query_map(&[ids], |row| {
            let note: Option<String> = row.get(1)?;
            let blocks = BatchNote::parse(note.as_deref()).users;
            Ok((row.get(0)?, blocks.iter().map(|block| block.count).sum()))
        })?
        .collect()
}
