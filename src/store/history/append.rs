//! Appends entries to the history, each with the hash of the entry before it.

use std::array::from_fn;
use std::sync::LazyLock;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rusqlite::{ToSql, Transaction};

use super::entry::{Columns, Entry};
use super::head::Head;
use crate::store::WriteError;

/// Entries with their hashes.
type Hashed<'a> = Vec<(Entry<'a>, [u8; 32])>;

const HASHED_TOGETHER: usize = 1 << 7;
/// Number of hashed blocks that may wait to be written.
const HASHED_AHEAD: usize = 4;
const WRITTEN_TOGETHER: usize = 32;

/// The end of the chain of hashes, while a batch is being written.
pub(in crate::store) struct Chain {
    pub batch: i64,
    head: Head,
}

impl Chain {
    /// The chain at this head, for the entries of a batch.
    pub fn at(head: Head, batch: i64) -> Self {
        Self { batch, head }
    }

    pub fn append(
        &mut self,
        transaction: &Transaction<'_>,
        entry: &Entry<'_>,
    ) -> rusqlite::Result<()> {
        let batch = self.batch;
        self.append_columns(transaction, |seq| entry.columns(seq, batch))
    }

    /// Appends one entry. Its ID must be the next one.
    pub fn append_columns<'a>(
        &mut self,
        transaction: &Transaction<'_>,
        columns: impl FnOnce(i64) -> Columns<'a>,
    ) -> rusqlite::Result<()> {
        let columns = columns(self.head.seq + 1);
        let hash = columns.hash(&self.head.hash)?;
        self.write(transaction, &[(columns, hash)])?;
        self.head.note(transaction)
    }

    /// Appends many entries. Another thread formats and hashes them while earlier ones are written.
    /// `written` is called for each entry, and can stop the work.
    pub fn append_all<'a>(
        &mut self,
        transaction: &Transaction<'_>,
        entries: impl Iterator<Item = Entry<'a>> + Send,
        mut written: impl FnMut() -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let (head, batch) = (self.head, self.batch);
        thread::scope(|scope| {
            let (sender, hashed) = sync_channel(HASHED_AHEAD);
            scope.spawn(move || hash_all(entries, head, batch, &sender));
            for block in hashed {
                let block = block?;
                for entries in block.chunks(WRITTEN_TOGETHER) {
                    let numbered = (self.head.seq + 1..).zip(entries);
                    let columns =
                        numbered.map(|(seq, (entry, hash))| (entry.columns(seq, batch), *hash));
                    self.write(transaction, &columns.collect::<Vec<_>>())?;
                    entries.iter().try_for_each(|_| written())?;
                }
            }
            Ok(self.head.note(transaction)?)
        })
    }

    /// Writes consecutive entries.
    fn write(
        &mut self,
        transaction: &Transaction<'_>,
        entries: &[(Columns<'_>, [u8; 32])],
    ) -> rusqlite::Result<()> {
        static INSERTS: LazyLock<[String; WRITTEN_TOGETHER]> =
            LazyLock::new(|| from_fn(|more| insert(more + 1)));
        let Some(sql) = entries
            .len()
            .checked_sub(1)
            .and_then(|more| INSERTS.get(more))
        else {
            return Ok(());
        };
        let mut insert = transaction.prepare_cached(sql)?;
        for (row, (columns, hash)) in entries.iter().enumerate() {
            let Columns {
                seq,
                batch,
                kind,
                user,
                target,
                before,
                after,
                note,
            } = columns;
            let values: [&dyn ToSql; 10] = [
                seq,
                batch,
                kind,
                user,
                target,
                before,
                after,
                &self.head.hash,
                hash,
                note,
            ];
            for (column, value) in (1..).zip(values) {
                insert.raw_bind_parameter(row * values.len() + column, value)?;
            }
            self.head = Head {
                seq: *seq,
                hash: *hash,
            };
        }
        insert.raw_execute().map(drop)
    }
}

/// The statement that writes so many entries. One statement for several is faster than one for
/// each.
fn insert(entries: usize) -> String {
    let row = format!("({})", ["?"; 10].join(", "));
    let columns = "seq, batch_id, kind, user_id, target, before, after, prev_hash, hash, note";
    format!(
        "INSERT INTO history ({columns}) VALUES {}",
        vec![row; entries].join(", ")
    )
}

/// Hashes the entries after a head, until the receiver is gone.
fn hash_all<'a>(
    entries: impl Iterator<Item = Entry<'a>>,
    mut head: Head,
    batch: i64,
    sender: &SyncSender<rusqlite::Result<Hashed<'a>>>,
) {
    let mut block = Vec::new();
    for entry in entries {
        let seq = head.seq + 1;
        let hash = match entry.columns(seq, batch).hash(&head.hash) {
            Ok(hash) => hash,
            Err(error) => return drop(sender.send(Err(error))),
        };
        head = Head { seq, hash };
        block.push((entry, hash));
        if block.len() == HASHED_TOGETHER && sender.send(Ok(std::mem::take(&mut block))).is_err() {
            return;
        }
    }
    drop(sender.send(Ok(block)));
}
