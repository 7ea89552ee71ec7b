//! Verifying the history: walking the chain of hashes from the first entry.

use rusqlite::{Connection, OptionalExtension};

use super::batch::{BATCH_COLUMNS, describe_batch};
use super::chain_break::ChainBreak;
use super::hashed::{EntryColumns, WrittenEntry};
use super::head::Head;
use super::verify_plans::edited_plan;
use crate::domain::text::hex;
use crate::progress::{Progress, step};
use crate::store::engine::transaction::WriteError;
use crate::store::{Result, Store, StoreError};

/// The result of walking the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub entries: u64,
    /// The hash of the last entry. A copy kept elsewhere also proves that the whole chain was not
    /// replaced or shortened.
    pub head: String,
    pub first_break: Option<ChainBreak>,
}

impl Store {
    /// Walks the chain and finds its first break. It proves that no entry was changed, removed or
    /// inserted without hashing all later entries again, and that no entries were deleted at the
    /// end without noting another head.
    ///
    /// # Errors
    /// The store could not be read, or the walk was cancelled.
    pub fn verify_history(&self, progress: &dyn Progress) -> Result<Verified> {
        self.try_read(|connection| verify(connection, &self.id, progress))
    }
}

/// Walks the chain of the store with this ID.
pub(super) fn verify(
    connection: &Connection,
    store: &str,
    progress: &dyn Progress,
) -> std::result::Result<Verified, WriteError> {
    let total: i64 = connection.query_row("SELECT count(*) FROM history", [], |row| row.get(0))?;
    let mut walked = Verified {
        entries: 0,
        head: String::new(),
        first_break: None,
    };
    let mut head = Head::NONE;
    // The batch is joined to the entry that opens it and repeats its row.
    let mut statement = connection.prepare(&format!(
        "SELECT {}, {BATCH_COLUMNS} FROM history h
         LEFT JOIN batches b ON b.id = CASE WHEN h.kind = 'batch' THEN h.batch_id END ORDER BY h.seq",
        WrittenEntry::COLUMNS
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let WrittenEntry {
            columns,
            prev,
            hash,
        } = WrittenEntry::of(row)?;
        let EntryColumns {
            seq, kind, after, ..
        } = columns;
        walked.entries += 1;
        let expected = columns.hash(&head.hash)?;
        let described = match row.get::<_, Option<i64>>(WrittenEntry::COLUMN_COUNT)? {
            Some(_) => Some(describe_batch(row, WrittenEntry::COLUMN_COUNT)?),
            None => None,
        };
        let what = if seq != head.seq + 1 {
            Some("an entry is missing before it")
        } else if prev != head.hash {
            Some("it does not follow the entry before it")
        } else if hash != expected {
            Some("its content was changed")
        } else if kind == "batch" && described.as_deref() != after {
            Some("its batch was changed")
        } else {
            None
        };
        if let Some(what) = what {
            walked.first_break = Some(ChainBreak {
                seq,
                what: what.to_owned(),
            });
            break;
        }
        head = Head {
            seq,
            hash: expected,
        };
        if step(progress, walked.entries, total.unsigned_abs()) {
            return Err(StoreError::Cancelled.into());
        }
    }
    walked.head = hex(&head.hash);
    if walked.first_break.is_none() {
        walked.first_break = unwritten_batch(connection)?;
    }
    if walked.first_break.is_none() && !head.is_noted(connection)? {
        walked.first_break = Some(ChainBreak {
            seq: head.seq,
            what: "the entries after it were cut off".to_owned(),
        });
    }
    if walked.first_break.is_none() {
        walked.first_break = edited_plan(connection, store)?;
    }
    Ok(walked)
}

/// A batch that no entry opens. PinDesk writes no such batch, so another program did.
fn unwritten_batch(connection: &Connection) -> rusqlite::Result<Option<ChainBreak>> {
    let sql = "SELECT b.id FROM batches b WHERE NOT EXISTS
        (SELECT 1 FROM history h WHERE h.batch_id = b.id AND h.kind = 'batch') ORDER BY b.id LIMIT 1";
    let batch: Option<i64> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    let end = |batch| ChainBreak {
        seq: 0,
        what: format!("batch {batch} has no entry in the history"),
    };
    Ok(batch.map(end))
}
