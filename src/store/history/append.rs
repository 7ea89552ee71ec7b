//! Appending batches and entries to the history: each entry has the hash of the one before it.

use std::array::from_fn;
use std::sync::mpsc::sync_channel;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;

use super::batch::{BATCH_COLUMNS, Batch, describe_batch};
use super::clock::{last_time, time_of_batch};
use super::entry::HistoryKind;
use super::hashed::EntryColumns;
use super::head::{Head, next_batch};
use crate::domain::Time;
use crate::domain::origin::Origin;
use crate::domain::user::UserId;
use crate::store::engine::times::millis;
use crate::store::engine::transaction::WriteError;
use crate::store::engine::{EngineResult, ToSql, Transaction};
use crate::time_format::utc;

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
/// Entries that one statement writes to a file. More take SQLite longer.
const WRITTEN_TOGETHER: usize = 32;
/// Entries that one statement writes on a server, which answers and checks each statement.
const WRITTEN_TOGETHER_ON_SERVER: usize = HASHED_TOGETHER;

/// The end of the chain of hashes, while a batch is being written.
pub(in crate::store) struct Chain {
    pub batch: i64,
    /// The time of the batch.
    pub at: Time,
    head: Head,
}

impl Chain {
    /// The chain at this head, for the entries of a batch.
    pub fn at(head: Head, batch: i64, at: Time) -> Self {
        Self { batch, at, head }
    }

    /// Appends one entry.
    pub fn append(&mut self, transaction: &Transaction<'_>, entry: &Entry<'_>) -> EngineResult<()> {
        let batch = self.batch;
        self.append_columns(transaction, |seq| entry.columns(seq, batch))
    }

    /// Appends an entry. `columns` gets the ID of the entry and returns its columns.
    fn append_columns<'a>(
        &mut self,
        transaction: &Transaction<'_>,
        columns: impl FnOnce(i64) -> EntryColumns<'a>,
    ) -> EngineResult<()> {
        let columns = columns(self.head.seq + 1);
        let hash = columns.hash(&self.head.hash)?;
        self.write(transaction, &[(columns, hash)])?;
        self.head.note(transaction)
    }

    /// Appends many entries. A second thread formats and hashes them while the ones before are
    /// written; few entries need none. `written` is called after each entry, and its error ends the
    /// work.
    pub fn append_all<'a>(
        &mut self,
        transaction: &Transaction<'_>,
        entries: impl Iterator<Item = Entry<'a>> + Send,
        mut written: impl FnMut() -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let mut blocks = HashedBlocks {
            entries,
            head: self.head,
            batch: self.batch,
        };
        let Some(first) = blocks.next() else {
            return Ok(());
        };
        let first = first?;
        self.write_block(transaction, &first, &mut written)?;
        if first.len() == HASHED_TOGETHER {
            self.append_rest(transaction, blocks, &mut written)?;
        }
        Ok(self.head.note(transaction)?)
    }

    fn append_rest<'a>(
        &mut self,
        transaction: &Transaction<'_>,
        blocks: impl Iterator<Item = EngineResult<Hashed<'a>>> + Send,
        written: &mut impl FnMut() -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let blocks = Mutex::new(Some(blocks));
        let take = || blocks.lock().unwrap_or_else(PoisonError::into_inner).take();
        thread::scope(|scope| {
            let (sender, hashed) = sync_channel(HASHED_AHEAD);
            let send_all = move || {
                for block in take().into_iter().flatten() {
                    if sender.send(block).is_err() {
                        return;
                    }
                }
            };
            let thread = thread::Builder::new().name("pindesk-hash".to_owned());
            if let Err(error) = thread.spawn_scoped(scope, send_all) {
                log::warn!("no thread for hashing entries: {error}");
            }
            hashed
                .into_iter()
                .try_for_each(|block| self.write_block(transaction, &block?, written))
        })?;
        // Without a second thread, this one hashes.
        take()
            .into_iter()
            .flatten()
            .try_for_each(|block| self.write_block(transaction, &block?, written))
    }

    fn write_block(
        &mut self,
        transaction: &Transaction<'_>,
        block: &Hashed<'_>,
        written: &mut impl FnMut() -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let batch = self.batch;
        let together = if transaction.is_on_server() {
            WRITTEN_TOGETHER_ON_SERVER
        } else {
            WRITTEN_TOGETHER
        };
        for entries in block.chunks(together) {
            let numbered = (self.head.seq + 1..).zip(entries);
            let columns = numbered.map(|(seq, (entry, hash))| (entry.columns(seq, batch), *hash));
            self.write(transaction, &columns.collect::<Vec<_>>())?;
            entries.iter().try_for_each(|_| written())?;
        }
        Ok(())
    }

    /// Writes entries that follow each other.
    fn write(
        &mut self,
        transaction: &Transaction<'_>,
        entries: &[(EntryColumns<'_>, [u8; 32])],
    ) -> EngineResult<()> {
        static INSERTS: LazyLock<[String; WRITTEN_TOGETHER_ON_SERVER]> =
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
                insert.bind(row * values.len() + column, value)?;
            }
            self.head = Head {
                seq: *seq,
                hash: *hash,
            };
        }
        insert.execute_bound().map(drop)
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
/// covers it. The chain has the time of the batch, as [`time_of_batch`] decides it.
pub(in crate::store) fn append_batch(
    transaction: &Transaction<'_>,
    batch: &Batch<'_>,
) -> Result<Chain, WriteError> {
    let at = time_of_batch(transaction, batch.at)?;
    Ok(open_batch(transaction, batch, at)?)
}

/// Opens a batch for which nobody can be asked to accept the clock: a refused attempt, or an upgrade
/// of the store. It never moves the time of the store far ahead; instead, it says what the clock
/// showed.
pub(in crate::store) fn append_unasked_batch(
    transaction: &Transaction<'_>,
    batch: &Batch<'_>,
) -> EngineResult<Chain> {
    match time_of_batch(transaction, batch.at) {
        Ok(at) => open_batch(transaction, batch, at),
        Err(WriteError::Engine(error)) => Err(error),
        Err(WriteError::Store(_)) => {
            let last = last_time(transaction)?.unwrap_or(batch.at);
            let shown = format!("the clock showed {}, not accepted", utc(batch.at));
            let reason = match batch.reason {
                "" => shown,
                reason => format!("{reason} ({shown})"),
            };
            let reason = reason.as_str();
            open_batch(
                transaction,
                &Batch {
                    reason,
                    ..batch.clone()
                },
                last,
            )
        }
    }
}

/// Opens the batch with which an operator accepts its time, which may be far ahead of the last one.
pub(in crate::store) fn append_accepted_time(
    transaction: &Transaction<'_>,
    batch: &Batch<'_>,
) -> EngineResult<Chain> {
    open_batch(transaction, batch, batch.at)
}

fn open_batch(transaction: &Transaction<'_>, batch: &Batch<'_>, at: Time) -> EngineResult<Chain> {
    let head = Head::of(transaction)?;
    let id = next_batch(transaction, head)?;
    let (source, sha256) = batch.source.unzip();
    let source = source.or(batch.origin.map(Origin::as_str));
    transaction.execute(
        "INSERT INTO batches (id, action, at, operator, machine, reason, ticket, source, source_sha256, program,
            undoes, plan, plan_sha256)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        &[&id, &batch.action.word(), &millis(at), &batch.operator.account, &batch.operator.machine, &batch.reason, &batch.ticket, &source, &sha256, &env!("CARGO_PKG_VERSION"), &batch.undoes.map(|batch| batch.0), &batch.plan.map(|(id, _)| id.0), &batch.plan.map(|(_, sha256)| sha256)])?;
    let mut chain = Chain::at(head, id, at);
    let described = transaction.query_row(
        &format!("SELECT {BATCH_COLUMNS} FROM batches b WHERE b.id = ?1"),
        &[&id],
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
) -> EngineResult<()> {
    let mut chain = append_unasked_batch(transaction, batch)?;
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

/// Entries after a head with their hashes, in blocks. Only the last block may be smaller than
/// [`HASHED_TOGETHER`].
struct HashedBlocks<I> {
    entries: I,
    head: Head,
    batch: i64,
}

impl<'a, I: Iterator<Item = Entry<'a>>> Iterator for HashedBlocks<I> {
    type Item = EngineResult<Hashed<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        let Self {
            entries,
            head,
            batch,
        } = self;
        let hashed = entries.by_ref().take(HASHED_TOGETHER).map(|entry| {
            let seq = head.seq + 1;
            let hash = entry.columns(seq, *batch).hash(&head.hash)?;
            *head = Head { seq, hash };
            Ok((entry, hash))
        });
        let block: EngineResult<Hashed<'a>> = hashed.collect();
        match block {
            Ok(block) if block.is_empty() => None,
            block => Some(block),
        }
    }
}
