//! Walking the chain of hashes from the first entry.

use super::batch::{BATCH_COLUMNS, describe_batch};
use super::chain_break::ChainBreak;
use super::hashed::{EntryColumns, WrittenEntry};
use super::head::Head;
use super::verify_plans::edited_plan;
use crate::domain::text::hex;
use crate::store::StoreError;
use crate::store::engine::transaction::WriteError;
use crate::store::engine::{Connection, EngineResult, Row};

/// The result of walking the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedChain {
    /// The entries up to the first break.
    pub entries: u64,
    /// The hash of the last entry before the first break. A copy kept elsewhere also proves that the
    /// whole chain was not replaced or shortened.
    pub head: String,
    pub first_break: Option<ChainBreak>,
}

/// An entry that the walk hands over, and the time of its batch if it opens one.
pub(in crate::store) struct WalkedEntry<'a> {
    pub columns: EntryColumns<'a>,
    /// Milliseconds since 1970.
    pub at: Option<i64>,
}

/// Walks the chain of the store with this ID, and compares the submitted plans with it. It hands all
/// entries to `each`, also those after a break.
///
/// It proves that no entry was changed, removed or inserted without hashing all later entries again,
/// and that no entries were deleted at the end without noting another head.
pub(in crate::store) fn verify(
    connection: &Connection,
    store: &str,
    progress: &mut dyn FnMut() -> bool,
    each: &mut dyn FnMut(&WalkedEntry<'_>),
) -> Result<VerifiedChain, WriteError> {
    let mut walked = walk(connection, progress, each)?;
    if walked.first_break.is_none() {
        walked.first_break = unwritten_batch(connection)?;
    }
    if walked.first_break.is_none() && !walked.head.is_noted(connection)? {
        walked.first_break = Some(ChainBreak {
            seq: walked.head.seq,
            what: "the entries after it were cut off".to_owned(),
        });
    }
    if walked.first_break.is_none() {
        walked.first_break = edited_plan(connection, store)?;
    }
    Ok(VerifiedChain {
        entries: walked.entries,
        head: hex(&walked.head.hash),
        first_break: walked.first_break,
    })
}

/// The number of entries that [`verify`] walks through.
pub(in crate::store) fn count_entries(connection: &Connection) -> EngineResult<u64> {
    let sql = "SELECT count(*) FROM history";
    let count: i64 = connection.query_row(sql, &[], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The entries before the first break, and the break.
struct Walked {
    entries: u64,
    head: Head,
    first_break: Option<ChainBreak>,
}

fn walk(
    connection: &Connection,
    progress: &mut dyn FnMut() -> bool,
    each: &mut dyn FnMut(&WalkedEntry<'_>),
) -> Result<Walked, WriteError> {
    let mut walked = Walked {
        entries: 0,
        head: Head::NONE,
        first_break: None,
    };
    // The batch is joined to the entry that opens it and repeats its row.
    let mut statement = connection.prepare(&format!(
        "SELECT {}, {BATCH_COLUMNS} FROM history h
         LEFT JOIN batches b ON b.id = CASE WHEN h.kind = 'batch' THEN h.batch_id END ORDER BY h.seq",
        WrittenEntry::COLUMNS
    ))?;
    let mut rows = statement.query(&[])?;
    while let Some(row) = rows.next()? {
        let entry = WrittenEntry::of(row)?;
        let at = row.get(WrittenEntry::COLUMN_COUNT + 2)?;
        if walked.first_break.is_none() {
            walked.entries += 1;
            match fault(row, &entry, walked.head)? {
                Ok(head) => walked.head = head,
                Err(what) => {
                    walked.first_break = Some(ChainBreak {
                        seq: entry.columns.seq,
                        what: what.to_owned(),
                    });
                }
            }
        }
        let columns = entry.columns;
        each(&WalkedEntry { columns, at });
        if progress() {
            return Err(StoreError::Cancelled.into());
        }
    }
    Ok(walked)
}

/// The head after an entry that follows `head`, or the reason why it is not as it was written.
fn fault(
    row: Row<'_>,
    entry: &WrittenEntry<'_>,
    head: Head,
) -> EngineResult<Result<Head, &'static str>> {
    let WrittenEntry {
        columns,
        prev,
        hash,
    } = entry;
    let seq = columns.seq;
    let expected = columns.hash(&head.hash)?;
    let described = match row.get::<Option<i64>>(WrittenEntry::COLUMN_COUNT)? {
        Some(_) => Some(describe_batch(row, WrittenEntry::COLUMN_COUNT)?),
        None => None,
    };
    Ok(if seq != head.seq + 1 {
        Err("an entry is missing before it")
    } else if *prev != head.hash {
        Err("it does not follow the entry before it")
    } else if *hash != expected {
        Err("its content was changed")
    } else if columns.kind == "batch" && described.as_deref() != columns.after {
        Err("its batch was changed")
    } else {
        Ok(Head {
            seq,
            hash: expected,
        })
    })
}

/// A batch that no entry opens. PinDesk writes no such batch, so another program did.
fn unwritten_batch(connection: &Connection) -> EngineResult<Option<ChainBreak>> {
    let sql = "SELECT b.id FROM batches b WHERE NOT EXISTS
        (SELECT 1 FROM history h WHERE h.batch_id = b.id AND h.kind = 'batch') ORDER BY b.id LIMIT 1";
    let batch: Option<i64> = connection.query_optional(sql, &[], |row| row.get(0))?;
    let end = |batch| ChainBreak {
        seq: 0,
        what: format!("batch {batch} has no entry in the history"),
    };
    Ok(batch.map(end))
}
