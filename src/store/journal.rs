//! The history as a whole: its batches, newest first, and what each of them did.

use rusqlite::{Row, params};

use super::history::{ENTRIES, HistoryEntry, entry};
use super::rows::{millis, time};
use super::{BatchId, Result, Store};
use crate::domain::Time;
use crate::domain::pin::{Lock, PinState};
use crate::domain::text::search_key;

/// A batch as the history lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchSummary {
    pub id: BatchId,
    /// `lock`, `unlock`, `change`, `undo`, `import-users` …
    pub action: String,
    pub at: Time,
    pub operator: String,
    pub machine: String,
    pub reason: String,
    pub ticket: String,
    /// The file that it came from.
    pub source: Option<String>,
    pub changed: u64,
    pub drifted: u64,
    pub denied: u64,
    pub undoes: Option<BatchId>,
    /// The last batch that undoes this one, or some of it.
    pub undone_by: Option<BatchId>,
    /// For how many users it was undone.
    pub undone: u64,
}

const COLUMNS: &str = "b.id, b.action, b.at, b.operator, b.machine, b.reason, b.ticket, b.source, b.undoes,
    (SELECT count(*) FROM history h WHERE h.batch_id = b.id AND h.kind IN ('pin', 'names')),
    (SELECT count(*) FROM history h WHERE h.batch_id = b.id AND h.kind = 'drifted'),
    (SELECT count(*) FROM history h WHERE h.batch_id = b.id AND h.kind = 'denied'),
    (SELECT max(u.id) FROM batches u JOIN history h ON h.batch_id = u.id WHERE u.undoes = b.id AND h.kind = 'pin'),
    (SELECT count(DISTINCT h.user_id) FROM batches u JOIN history h ON h.batch_id = u.id
     WHERE u.undoes = b.id AND h.kind = 'pin')";

impl Store {
    /// The batches whose operator, action, reason, ticket, file, number or one of whose users contains a text, newest
    /// first: at most so many. Case and accents do not count.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn batches(&self, text: &str, limit: usize) -> Result<Vec<BatchSummary>> {
        let key = search_key(text.trim());
        self.read(|connection| {
            let mut found = Vec::new();
            let mut statement =
                connection.prepare_cached(&format!("SELECT {COLUMNS} FROM batches b ORDER BY b.id DESC"))?;
            let mut users = connection.prepare_cached(
                "SELECT target FROM history WHERE batch_id = ?1 AND kind IN ('pin', 'drifted', 'denied')",
            )?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()?
                && found.len() < limit
            {
                let batch = summary(row)?;
                if key.is_empty() || batch.mentions(&key) {
                    found.push(batch);
                    continue;
                }
                let mut targets = users.query([batch.id.0])?;
                while let Some(target) = targets.next()? {
                    if search_key(target.get_ref(0)?.as_str()?).contains(&key) {
                        found.push(batch);
                        break;
                    }
                }
            }
            Ok(found)
        })
    }

    /// What a batch did, in its order: at most so many entries.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn batch_entries(&self, batch: BatchId, limit: usize) -> Result<Vec<HistoryEntry>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "{ENTRIES} WHERE h.batch_id = ?1 AND h.kind <> 'batch' ORDER BY h.seq LIMIT ?2"
            ))?;
            statement.query_map(params![batch.0, limit], entry)?.collect()
        })
    }
}

/// Somebody who was locked at a moment, as the history says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WasLocked {
    /// The user's identity when it happened.
    pub target: String,
    pub lock: Lock,
    /// The batch after which it was so.
    pub batch: BatchId,
}

impl Store {
    /// Who was locked at a moment, from the history alone: from the last change of each PIN until then.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn locked_at(&self, moment: Time) -> Result<Vec<WasLocked>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT h.target, h.after, h.batch_id, max(h.seq) FROM history h JOIN batches b ON b.id = h.batch_id
                 WHERE h.kind = 'pin' AND h.user_id IS NOT NULL AND b.at <= ?1 GROUP BY h.user_id ORDER BY h.target",
            )?;
            let mut rows = statement.query([millis(moment)])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let state: Option<String> = row.get(1)?;
                let state = state.and_then(|json| serde_json::from_str::<PinState>(&json).ok());
                if let Some(lock) = state.as_ref().and_then(|state| state.lock_in_force(moment)) {
                    found.push(WasLocked { target: row.get(0)?, lock: lock.clone(), batch: BatchId(row.get(2)?) });
                }
            }
            Ok(found)
        })
    }
}

impl BatchSummary {
    fn mentions(&self, key: &str) -> bool {
        let texts = [&self.action, &self.operator, &self.machine, &self.reason, &self.ticket];
        texts.into_iter().chain(&self.source).any(|text| search_key(text).contains(key)) || self.id.0.to_string() == key
    }
}

fn summary(row: &Row<'_>) -> rusqlite::Result<BatchSummary> {
    let count = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
    Ok(BatchSummary {
        id: BatchId(row.get(0)?),
        action: row.get(1)?,
        at: time(row.get(2)?).unwrap_or_default(),
        operator: row.get(3)?,
        machine: row.get(4)?,
        reason: row.get(5)?,
        ticket: row.get(6)?,
        source: row.get(7)?,
        undoes: row.get::<_, Option<i64>>(8)?.map(BatchId),
        changed: count(9)?,
        drifted: count(10)?,
        denied: count(11)?,
        undone_by: row.get::<_, Option<i64>>(12)?.map(BatchId),
        undone: count(13)?,
    })
}
