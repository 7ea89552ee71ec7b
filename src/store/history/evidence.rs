//! The evidence of one batch: its entries as they are hashed, for checking them without the store.

use super::hashed::WrittenEntry;
use super::verify::{VerifiedChain, count_entries, verify};
use crate::domain::text::hex;
use crate::plan::{BatchId, PlanId};
use crate::progress::{Progress, step};
use crate::store::engine::{Connection, EngineResult};
use crate::store::{Result, Store, StoreError};

/// A batch, the review that led to it, and the state of the chain: all at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    pub store: String,
    pub batch: BatchId,
    /// The batch and, if it applied a submitted plan, the steps of the review, in their order, with
    /// their actions.
    pub batches: Vec<(BatchId, String)>,
    /// The submitted plan: exactly the line that was submitted.
    pub plan: Option<(PlanId, String)>,
    pub verified: VerifiedChain,
}

/// An entry as it is hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvidenceEntry {
    pub batch: BatchId,
    pub seq: i64,
    /// The hashed text: its SHA-256 is the entry's hash. The first line is the hash of the entry
    /// before.
    pub text: Vec<u8>,
    /// The hash that the store has, in hexadecimal.
    pub hash: String,
}

impl Store {
    /// Gathers the evidence of a batch, and walks the whole chain to say whether it holds.
    ///
    /// # Errors
    /// There is no such batch, the store could not be read, or the walk was cancelled.
    pub fn evidence(&self, batch: BatchId, progress: &dyn Progress) -> Result<Evidence> {
        self.try_read(|connection| {
            let gathered = gather(connection, batch)?;
            let (batches, plan) = gathered.ok_or(StoreError::NoSuchBatch { id: batch.0 })?;
            let (total, mut done) = (count_entries(connection)?, 0);
            let mut count = || {
                done += 1;
                step(progress, done, total)
            };
            Ok(Evidence {
                store: self.id.clone(),
                batch,
                batches,
                plan,
                verified: verify(connection, &self.id, &mut count, &mut |_| {})?,
            })
        })
    }

    /// Hands over the entries of some batches one by one, until `each` returns false. Take a
    /// [`Store::snapshot`] around this and [`Store::evidence`], so that the entries are those that
    /// were verified.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn evidence_entries(
        &self,
        batches: &[(BatchId, String)],
        progress: &dyn Progress,
        each: &mut dyn FnMut(EvidenceEntry) -> bool,
    ) -> Result<()> {
        let is_whole = self.read(|connection| {
            let total = batches.len() as u64;
            for (done, (batch, _)) in (1..).zip(batches) {
                if !entries(connection, *batch, progress, each)? || step(progress, done, total) {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        if !is_whole && progress.is_cancelled() {
            Err(StoreError::Cancelled)
        } else {
            Ok(())
        }
    }
}

type BatchAndPlanHashes = (Vec<(BatchId, String)>, Option<(PlanId, String)>);

fn gather(connection: &Connection, batch: BatchId) -> EngineResult<Option<BatchAndPlanHashes>> {
    let found: Option<(String, Option<i64>)> = connection.query_optional(
        "SELECT action, plan FROM batches WHERE id = ?1",
        &[&batch.0],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let Some((action, plan)) = found else {
        return Ok(None);
    };
    let Some(plan) = plan else {
        return Ok(Some((vec![(batch, action)], None)));
    };
    let steps = connection
        .prepare_cached("SELECT id, action FROM batches WHERE plan = ?1 AND id <= ?2 ORDER BY id")?
        .query_map(&[&plan, &batch.0], |row| {
            Ok((BatchId(row.get(0)?), row.get(1)?))
        })?
        .collect::<EngineResult<_>>()?;
    let line: Option<String> =
        connection.query_optional("SELECT content FROM plans WHERE id = ?1", &[&plan], |row| {
            row.get(0)
        })?;
    Ok(Some((steps, line.map(|line| (PlanId(plan), line)))))
}

fn entries(
    connection: &Connection,
    batch: BatchId,
    progress: &dyn Progress,
    each: &mut dyn FnMut(EvidenceEntry) -> bool,
) -> EngineResult<bool> {
    let sql = format!(
        "SELECT {} FROM history h WHERE h.batch_id = ?1 ORDER BY h.seq",
        WrittenEntry::COLUMNS
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(&[&batch.0])?;
    while let Some(row) = rows.next()? {
        let WrittenEntry {
            columns,
            prev,
            hash,
        } = WrittenEntry::of(row)?;
        let (seq, text) = (columns.seq, columns.text(prev)?);
        if progress.is_cancelled()
            || !each(EvidenceEntry {
                batch,
                seq,
                text,
                hash: hex(hash),
            })
        {
            return Ok(false);
        }
    }
    Ok(true)
}
