//! Comparing a history with an entry of it that was seen before.

use std::fmt;

use super::batch_note::BatchNote;
use super::clock::last_time;
use super::head::Head;
use super::witness::{SeenHead, absolute};
use crate::domain::Time;
use crate::domain::text::hex;
use crate::plan::{BatchAction, BatchId};
use crate::store::engine::times::time;
use crate::store::engine::{Connection, EngineResult};
use crate::time_format::utc;

/// The difference between a history and what was seen of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadNews {
    /// The entry that was seen is not in the history, and nothing in the history explains that.
    /// Nothing is written before the operator has accepted it.
    Changed(HeadChange),
    /// Somebody restored a backup through PinDesk.
    Restored {
        batch: BatchId,
        at: Time,
        operator: String,
        seen: SeenHead,
    },
    /// At another path, which has no file any more, this computer has seen a later entry. The
    /// store was moved or copied before that.
    Elsewhere(HeadChange),
}

/// A history without the entry that was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadChange {
    /// The entry that was seen.
    pub seen: SeenHead,
    pub kind: HeadChangeKind,
}

/// The way in which a history lacks the entry that was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadChangeKind {
    /// The entry with this ID has another hash.
    Rewritten,
    /// The history ends before the entry.
    Older { last: i64 },
    /// The file has another ID of its store.
    OtherStore,
}

/// The last entry of the history of a store. None if it has no entry.
pub(in crate::store) fn last_entry(
    connection: &Connection,
    store: &str,
    path: &std::path::Path,
) -> EngineResult<Option<SeenHead>> {
    let Head { seq, hash } = Head::of_last_entry(connection)?;
    let time = last_time(connection)?;
    Ok(time.filter(|_| seq > 0).map(|time| SeenHead {
        store: store.to_owned(),
        entry: seq,
        hash: hex(&hash),
        time,
        // A later look may come from another folder.
        path: absolute(path).unwrap_or_else(|| path.to_owned()),
    }))
}

/// Compares the history of the store with this ID with an entry that was seen. If the entry is
/// there, this takes one statement.
pub(in crate::store) fn compare(
    connection: &Connection,
    store: &str,
    seen: &SeenHead,
) -> EngineResult<Option<HeadNews>> {
    let changed = |kind| {
        let seen = seen.clone();
        Ok(Some(HeadNews::Changed(HeadChange { seen, kind })))
    };
    if seen.store != store {
        return changed(HeadChangeKind::OtherStore);
    }
    let hash: Option<[u8; 32]> = connection
        .prepare_cached("SELECT hash FROM history WHERE seq = ?1")?
        .query_optional(&[&seen.entry], |row| row.get(0))?;
    if hash.is_some_and(|hash| hex(&hash) == seen.hash) {
        return Ok(None);
    }
    if let Some(restored) = restored(connection, seen)? {
        return Ok(Some(restored));
    }
    changed(match hash {
        Some(_) => HeadChangeKind::Rewritten,
        None => HeadChangeKind::Older {
            last: Head::of_last_entry(connection)?.seq,
        },
    })
}

/// The restored backup that explains why the entry is missing: it took the place of a history that
/// had the entry, after the entry was written.
fn restored(connection: &Connection, seen: &SeenHead) -> EngineResult<Option<HeadNews>> {
    let mut statement = connection.prepare_cached(
        "SELECT b.id, b.at, b.operator, h.note FROM batches b
         JOIN history h ON h.batch_id = b.id AND h.kind = 'batch'
         WHERE b.action = ?1 AND h.seq <= ?2 ORDER BY b.id DESC",
    )?;
    let mut rows = statement.query(&[&BatchAction::RestoreStore.word(), &seen.entry])?;
    while let Some(row) = rows.next()? {
        let note: Option<String> = row.get(3)?;
        // A store that could not be read any more had no end that could be named.
        let had_it = BatchNote::parse(note.as_deref())
            .replaced
            .is_none_or(|replaced| {
                replaced.entry > seen.entry
                    || (replaced.entry == seen.entry && replaced.hash == seen.hash)
            });
        if let Some(at) = time(row.get(1)?).filter(|at| had_it && *at >= seen.time) {
            return Ok(Some(HeadNews::Restored {
                batch: BatchId(row.get(0)?),
                at,
                operator: row.get(2)?,
                seen: seen.clone(),
            }));
        }
    }
    Ok(None)
}

impl HeadChange {
    /// The entry that was expected, for the history: "entry 15 with the hash 3f…".
    pub(in crate::store) fn expectation(&self) -> String {
        let SeenHead {
            store, entry, hash, ..
        } = &self.seen;
        match self.kind {
            HeadChangeKind::Rewritten => format!("rewritten: expected entry {entry} {hash}"),
            HeadChangeKind::Older { last } => {
                format!("older copy, which ended with entry {last}: expected entry {entry} {hash}")
            }
            HeadChangeKind::OtherStore => {
                format!("another store: expected store {store} with entry {entry} {hash}")
            }
        }
    }
}

impl fmt::Display for HeadChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SeenHead { entry, time, .. } = &self.seen;
        let time = utc(*time);
        match self.kind {
            HeadChangeKind::Rewritten => write!(
                f,
                "The history of this store was rewritten: entry {entry} is not the one of {time} that this computer has seen."
            ),
            HeadChangeKind::Older { last } => write!(
                f,
                "This is an older copy of the store: it ends with entry {last}, and this computer has seen entry {entry} of {time}. What was done in between is missing."
            ),
            HeadChangeKind::OtherStore => write!(
                f,
                "This is another store than the one that this computer has seen here, whose last entry was {entry} of {time}."
            ),
        }
    }
}

impl fmt::Display for HeadNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(change) => change.fmt(f),
            Self::Restored {
                batch,
                at,
                operator,
                seen,
            } => write!(
                f,
                "{operator} has restored a backup of this store, recorded as batch {} of {}. Entry {} of {}, which this computer has seen, was undone by that.",
                batch.0,
                utc(*at),
                seen.entry,
                utc(seen.time)
            ),
            Self::Elsewhere(change) => write!(
                f,
                "{change} That was in {}, where there is no store any more.",
                change.seen.path.display()
            ),
        }
    }
}
