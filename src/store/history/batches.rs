//! Batches of the history and their entries.

pub use super::locked_at::WasLocked;
pub use super::query::{HistoryChoices, HistoryQuery};

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::entry::{ENTRIES, HistoryEntry, entry};
use crate::domain::Time;
use crate::plan::BatchAction;
use crate::store::users::rows::time;
use crate::store::{BatchId, PlanId, Result, Store};

/// A batch as the history lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchSummary {
    pub id: BatchId,
    /// `lock`, `unlock`, `change`, `undo`, `import-users` …
    pub action: BatchAction,
    pub at: Time,
    pub operator: String,
    pub machine: String,
    pub reason: String,
    pub ticket: String,
    /// The name of the file that it came from.
    pub source: Option<String>,
    pub source_sha256: Option<String>,
    pub changed: u64,
    pub drifted: u64,
    pub denied: u64,
    pub undoes: Option<BatchId>,
    /// The submitted plan that it submits, decides about or applies.
    pub plan: Option<PlanId>,
    /// The last batch that undoes this one, completely or in part.
    pub undone_by: Option<BatchId>,
    /// Number of users for whom it was undone.
    pub undone: u64,
}

impl Store {
    /// One batch. None if there is none with this ID.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn batch(&self, batch: BatchId) -> Result<Option<BatchSummary>> {
        self.read(|connection| {
            let found = connection
                .prepare_cached(&format!("SELECT {FACTS} FROM batches b WHERE b.id = ?1"))?
                .query_row([batch.0], facts)
                .optional()?;
            let undone = Undone::of(connection, Some(batch))?;
            found
                .map(|batch| batch.counted(connection, &undone))
                .transpose()
        })
    }

    /// The entries of a batch in their order, at most so many.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn batch_entries(&self, batch: BatchId, limit: usize) -> Result<Vec<HistoryEntry>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached(&format!("{} LIMIT ?2", entries_of_batch()))?;
            statement
                .query_map(params![batch.0, limit], entry)?
                .collect()
        })
    }
}

/// For each batch that was undone, completely or in part: the last batch that did it, and the
/// number of users.
pub(super) struct Undone(HashMap<i64, (BatchId, u64)>);

impl Undone {
    /// Reads it for all batches, or for one. Reading all takes one pass; batch by batch, it would
    /// take one pass for each.
    pub(super) fn of(connection: &Connection, batch: Option<BatchId>) -> rusqlite::Result<Self> {
        connection
            .prepare_cached(
                "SELECT b.undoes, max(b.id), count(DISTINCT h.user_id) FROM batches b JOIN history h ON h.batch_id = b.id
                 WHERE b.undoes IS NOT NULL AND (?1 IS NULL OR b.undoes = ?1) AND h.kind = 'pin' GROUP BY b.undoes",
            )?
            .query_map([batch.map(|batch| batch.0)], |row| {
                Ok((row.get(0)?, (BatchId(row.get(1)?), row.get::<_, i64>(2)?.unsigned_abs())))
            })?
            .collect::<rusqlite::Result<_>>()
            .map(Self)
    }
}

impl BatchSummary {
    /// The batch with the counts of its entries.
    pub(super) fn counted(
        mut self,
        connection: &Connection,
        undone: &Undone,
    ) -> rusqlite::Result<Self> {
        let counts = connection
            .prepare_cached(
                "SELECT count(*) FILTER (WHERE kind IN ('pin', 'names')), count(*) FILTER (WHERE kind = 'drifted'),
                    count(*) FILTER (WHERE kind = 'denied')
                 FROM history WHERE batch_id = ?1",
            )?
            .query_row([self.id.0], |row| {
                let count = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
                Ok([count(0)?, count(1)?, count(2)?])
            })?;
        [self.changed, self.drifted, self.denied] = counts;
        if let Some((by, users)) = undone.0.get(&self.id.0) {
            (self.undone_by, self.undone) = (Some(*by), *users);
        }
        Ok(self)
    }
}

/// The statement that reads the entries of a batch, without the one that opens it.
pub(super) fn entries_of_batch() -> String {
    format!("{ENTRIES} WHERE h.batch_id = ?1 AND h.kind <> 'batch' ORDER BY h.seq")
}

/// The columns of a batch's row, in the order in which [`facts`] reads them.
pub(super) const FACTS: &str =
    "b.id, b.action, b.at, b.operator, b.machine, b.reason, b.ticket, b.source, b.source_sha256, b.undoes,
    b.plan";

pub(super) fn facts(row: &Row<'_>) -> rusqlite::Result<BatchSummary> {
    Ok(BatchSummary {
        id: BatchId(row.get(0)?),
        action: BatchAction::of_word(row.get_ref(1)?.as_str()?),
        at: time(row.get(2)?).unwrap_or_default(),
        operator: row.get(3)?,
        machine: row.get(4)?,
        reason: row.get(5)?,
        ticket: row.get(6)?,
        source: row.get(7)?,
        source_sha256: row.get(8)?,
        undoes: row.get::<_, Option<i64>>(9)?.map(BatchId),
        plan: row.get::<_, Option<i64>>(10)?.map(PlanId),
        changed: 0,
        drifted: 0,
        denied: 0,
        undone_by: None,
        undone: 0,
    })
}
