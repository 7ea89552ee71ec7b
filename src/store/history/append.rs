//! Appending to the history: each entry with the hash of the one before it.

use std::array::from_fn;
use std::sync::LazyLock;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rusqlite::{OptionalExtension, ToSql, Transaction};

use super::entry::{Columns, Entry};
use crate::store::WriteError;

/// Entries with their hashes.
type Hashed<'a> = Vec<(Entry<'a>, [u8; 32])>;

const HASHED_TOGETHER: usize = 1 << 7;
/// So many times that may wait to be written.
const HASHED_AHEAD: usize = 4;
const WRITTEN_TOGETHER: usize = 32;

/// The end of the chain of hashes, while a batch is being written.
pub(in crate::store) struct Chain {
    pub batch: i64,
    seq: i64,
    head: [u8; 32],
}

impl Chain {
    pub fn at_end(transaction: &Transaction<'_>, batch: i64) -> rusqlite::Result<Self> {
        let last = transaction
            .query_row(
                "SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let (seq, head) = last.unwrap_or((0, [0; 32]));
        Ok(Self { batch, seq, head })
    }

    pub fn append(
        &mut self,
        transaction: &Transaction<'_>,
        entry: &Entry<'_>,
    ) -> rusqlite::Result<()> {
        let batch = self.batch;
        self.append_columns(transaction, |seq| entry.columns(seq, batch))
    }

    /// Appends the entry that these columns of the next number are.
    pub fn append_columns<'a>(
        &mut self,
        transaction: &Transaction<'_>,
        columns: impl FnOnce(i64) -> Columns<'a>,
    ) -> rusqlite::Result<()> {
        let columns = columns(self.seq + 1);
        let hash = columns.hash(&self.head)?;
        self.write(transaction, &[(columns, hash)])
    }

    /// Appends many entries. They are put into words and hashed on a thread of its own while those before them are written.
    /// `written` is told of each, and may end it.
    pub fn append_all<'a>(
        &mut self,
        transaction: &Transaction<'_>,
        entries: impl Iterator<Item = Entry<'a>> + Send,
        mut written: impl FnMut() -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let (seq, head, batch) = (self.seq, self.head, self.batch);
        thread::scope(|scope| {
            let (sender, hashed) = sync_channel(HASHED_AHEAD);
            scope.spawn(move || hash_all(entries, (seq, head), batch, &sender));
            for block in hashed {
                let block = block?;
                for entries in block.chunks(WRITTEN_TOGETHER) {
                    let numbered = (self.seq + 1..).zip(entries);
                    let columns =
                        numbered.map(|(seq, (entry, hash))| (entry.columns(seq, batch), *hash));
                    self.write(transaction, &columns.collect::<Vec<_>>())?;
                    entries.iter().try_for_each(|_| written())?;
                }
            }
            Ok(())
        })
    }

    /// Writes entries that follow each other.
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
                seq, batch, kind, user, target, before, after, &self.head, hash, note,
            ];
            for (column, value) in (1..).zip(values) {
                insert.raw_bind_parameter(row * values.len() + column, value)?;
            }
            (self.seq, self.head) = (*seq, *hash);
        }
        insert.raw_execute().map(drop)
    }
}

/// The statement that writes so many entries: one costs SQLite much of what several cost.
fn insert(entries: usize) -> String {
    let row = format!("({})", ["?"; 10].join(", "));
    let columns = "seq, batch_id, kind, user_id, target, before, after, prev_hash, hash, note";
    format!(
        "INSERT INTO history ({columns}) VALUES {}",
        vec![row; entries].join(", ")
    )
}

/// Hashes entries after the one with this number and hash, until nobody takes them any more.
fn hash_all<'a>(
    entries: impl Iterator<Item = Entry<'a>>,
    (mut seq, mut head): (i64, [u8; 32]),
    batch: i64,
    sender: &SyncSender<rusqlite::Result<Hashed<'a>>>,
) {
    let mut block = Vec::new();
    for entry in entries {
        seq += 1;
        match entry.columns(seq, batch).hash(&head) {
            Ok(hash) => head = hash,
            Err(error) => return drop(sender.send(Err(error))),
        }
        block.push((entry, head));
        if block.len() == HASHED_TOGETHER && sender.send(Ok(std::mem::take(&mut block))).is_err() {
            return;
        }
    }
    drop(sender.send(Ok(block)));
}
