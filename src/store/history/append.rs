//! Appending batches and entries to the history: each entry has the hash of the one before it.

use std::array::from_fn;
use std::sync::LazyLock;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rusqlite::{ToSql, Transaction, params};

use super::batch::{BATCH_COLUMNS, Batch, describe_batch};
use super::entry::HistoryKind;
use super::hashed::EntryColumns;
use super::head::{Head, next_batch};
use crate::domain::user::UserId;
use crate::store::engine::times::millis;
use crate::store::engine::transaction::WriteError;

/// One entry that is about to be appended.
pub(in crate::store) struct Entry<'a> {
    pub kind: HistoryKind,
    pub user: Option<UserId>,
    pub target: &'a str,
    pub before: Option<String>,
    pub after: Option<String>,
    /// The entry's own reason and ticket, as JSON.
    pub note: Option<String>,
}

/// Entries with their hashes.
type Hashed<'a> = Vec<(Entry<'a>, [u8; 32])>;

/// Entries that are hashed before they are handed over for writing.
const HASHED_TOGETHER: usize = 1 << 7;
/// Blocks of hashed entries that may wait to be written.
const HASHED_AHEAD: usize = 4;
/// Entries that one statement writes.
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

    /// Appends one entry.
    pub fn append(
        &mut self,
        transaction: &Transaction<'_>,
        entry: &Entry<'_>,
    ) -> rusqlite::Result<()> {
        let batch = self.batch;
        self.append_columns(transaction, |seq| entry.columns(seq, batch))
    }

    /// Appends an entry. `columns` gets the ID of the entry and returns its columns.
    fn append_columns<'a>(
        &mut self,
        transaction: &Transaction<'_>,
        columns: impl FnOnce(i64) -> EntryColumns<'a>,
    ) -> rusqlite::Result<()> {
        let columns = columns(self.head.seq + 1);
        let hash = columns.hash(&self.head.hash)?;
        self.write(transaction, &[(columns, hash)])?;
        self.head.note(transaction)
    }

    /// Appends many entries. A second thread formats and hashes them while the ones before are
    /// written. `written` is called after each entry, and its error ends the work.
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

    /// Writes entries that follow each other.
    fn write(
        &mut self,
        transaction: &Transaction<'_>,
        entries: &[(EntryColumns<'_>, [u8; 32])],
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
            let EntryColumns {
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

impl Entry<'_> {
    fn columns(&self, seq: i64, batch: i64) -> EntryColumns<'_> {
        let Self {
            kind,
            user,
            target,
            before,
            after,
            note,
        } = self;
        let (before, after, note) = (before.as_deref(), after.as_deref(), note.as_deref());
        EntryColumns {
            seq,
            batch,
            kind: kind.word(),
            user: user.map(|id| id.0),
            target,
            before,
            after,
            note,
        }
    }
}

/// Opens a batch: writes its row and its first entry, which repeats the row so that the chain
/// covers it.
pub(in crate::store) fn append_batch(
    transaction: &Transaction<'_>,
    batch: &Batch<'_>,
) -> rusqlite::Result<Chain> {
    let head = Head::of(transaction)?;
    let id = next_batch(transaction, head)?;
    let (source, sha256) = batch.source.unzip();
    transaction.execute(
        "INSERT INTO batches (id, action, at, operator, machine, reason, ticket, source, source_sha256, program,
            undoes, plan, plan_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            id,
            batch.action.word(),
            millis(batch.at),
            batch.operator.account,
            batch.operator.machine,
            batch.reason,
            batch.ticket,
            source,
            sha256,
            env!("CARGO_PKG_VERSION"),
            batch.undoes.map(|batch| batch.0),
            batch.plan.map(|(id, _)| id.0),
            batch.plan.map(|(_, sha256)| sha256),
        ],
    )?;
    let mut chain = Chain::at(head, id);
    let described = transaction.query_row(
        &format!("SELECT {BATCH_COLUMNS} FROM batches b WHERE b.id = ?1"),
        [id],
        |row| describe_batch(row, 0),
    )?;
    let (kind, target, after) = ("batch", batch.action.word(), Some(described.as_str()));
    chain.append_columns(transaction, |seq| EntryColumns {
        seq,
        batch: id,
        kind,
        user: None,
        target,
        before: None,
        after,
        note: batch.note.as_deref(),
    })?;
    Ok(chain)
}

/// Records an attempt that the operator's roles do not permit.
pub(in crate::store) fn record_denied(
    transaction: &Transaction<'_>,
    batch: &Batch<'_>,
    target: &str,
) -> rusqlite::Result<()> {
    let mut chain = append_batch(transaction, batch)?;
    let kind = HistoryKind::Denied;
    chain.append(
        transaction,
        &Entry {
            kind,
            user: None,
            target,
            before: None,
            after: None,
            note: None,
        },
    )
}

/// The statement that writes `entries` entries. One statement for several entries is much faster
/// than one for each.
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
