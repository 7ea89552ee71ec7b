//! The last entry of each batch, for a record that is kept outside of the store.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::head_news::{HeadNews, compare};
use super::witness::SeenHead;
use crate::domain::Time;
use crate::domain::text::hex;
use crate::plan::BatchId;
use crate::store::engine::times::time;
use crate::store::{Result, Store};
use crate::time_format::as_iso_8601;

/// The last entry of a batch. Other programs rely on the names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchHead {
    /// The ID of the store.
    pub store: String,
    pub batch: i64,
    /// The ID of the entry.
    pub entry: i64,
    /// The hash of the entry in hexadecimal.
    pub hash: String,
    /// The time of the batch.
    #[serde(serialize_with = "as_iso_8601")]
    pub time: Time,
}

impl Store {
    /// The last entries of the batches after this one, in their order, at most `most`.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn batch_heads(&self, after: BatchId, most: usize) -> Result<Vec<BatchHead>> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT b.id, h.seq, h.hash, b.at
                     FROM (SELECT id, at FROM batches WHERE id > ?1 ORDER BY id LIMIT ?2) AS b
                     JOIN history h
                     ON h.seq = (SELECT max(seq) FROM history WHERE batch_id = b.id)
                     ORDER BY b.id",
                )?
                .query_map(&[&after.0, &most], |row| {
                    Ok(BatchHead {
                        store: self.id.clone(),
                        batch: row.get(0)?,
                        entry: row.get(1)?,
                        hash: hex(&row.get::<[u8; 32]>(2)?),
                        time: time(row.get(3)?).unwrap_or_default(),
                    })
                })?
                .collect()
        })
    }

    /// The number of batches after this one.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn batches_after(&self, batch: BatchId) -> Result<u64> {
        let sql = "SELECT count(*) FROM batches WHERE id > ?1";
        self.read(|connection| {
            connection
                .prepare_cached(sql)?
                .query_row(&[&batch.0], |row| row.get::<i64>(0))
        })
        .map(i64::unsigned_abs)
    }

    /// Compares the history with an entry that was recorded outside of the store. None: it has it.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn compare_head(&self, recorded: &BatchHead) -> Result<Option<HeadNews>> {
        let BatchHead {
            store,
            entry,
            hash,
            time,
            ..
        } = recorded.clone();
        let seen = SeenHead {
            store,
            entry,
            hash,
            time,
            path: PathBuf::new(),
        };
        self.read(|connection| compare(connection, &self.id, &seen))
    }
}
