//! The hash of an entry: the columns that it covers, and their text.

use sha2::{Digest as _, Sha256};

use crate::domain::text::hex;
use crate::store::engine::{EngineError, EngineResult, ErrorKind, Row};

/// The columns of an entry that its hash covers.
pub(in crate::store) struct EntryColumns<'a> {
    pub seq: i64,
    pub batch: i64,
    pub kind: &'a str,
    pub user: Option<i64>,
    pub target: &'a str,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
    pub note: Option<&'a str>,
}

/// An entry as it was written: its own columns and its two hashes.
pub(super) struct WrittenEntry<'a> {
    pub columns: EntryColumns<'a>,
    pub prev: &'a [u8],
    pub hash: &'a [u8],
}

impl<'a> WrittenEntry<'a> {
    /// The columns of the table `history h` that [`of`](Self::of) reads, in their order.
    pub const COLUMNS: &'static str = "h.seq, h.batch_id, h.kind, h.user_id, h.target, h.before, h.after, h.note, h.prev_hash, h.hash";

    /// The number of those columns.
    pub const COLUMN_COUNT: usize = 10;

    /// Reads an entry from the first ten columns.
    pub fn of(row: Row<'a>) -> EngineResult<Self> {
        let columns = EntryColumns {
            seq: row.get(0)?,
            batch: row.get(1)?,
            kind: row.get::<&str>(2)?,
            user: row.get(3)?,
            target: row.get::<&str>(4)?,
            before: row.get::<Option<&str>>(5)?,
            after: row.get::<Option<&str>>(6)?,
            note: row.get::<Option<&str>>(7)?,
        };
        Ok(Self {
            columns,
            prev: row.get::<&[u8]>(8)?,
            hash: row.get::<&[u8]>(9)?,
        })
    }
}

impl EntryColumns<'_> {
    /// The hash of an entry: SHA-256 over [its text](Self::text).
    pub fn hash(&self, prev: &[u8; 32]) -> EngineResult<[u8; 32]> {
        Ok(Sha256::digest(self.text(prev)?).into())
    }

    /// The text that is hashed: the hash of the entry before in hexadecimal, a line feed, the
    /// columns as one line of JSON, and a line feed. Anyone can repeat the hash with `sha256sum`. A
    /// note is one more column, if there is one.
    pub fn text(&self, prev: &[u8]) -> EngineResult<Vec<u8>> {
        let Self {
            seq,
            batch,
            kind,
            user,
            target,
            before,
            after,
            note,
        } = self;
        let mut text = hex(prev).into_bytes();
        text.push(b'\n');
        match note {
            None => {
                serde_json::to_writer(&mut text, &(seq, batch, kind, user, target, before, after))
            }
            Some(note) => serde_json::to_writer(
                &mut text,
                &(seq, batch, kind, user, target, before, after, note),
            ),
        }
        .map_err(|error| EngineError::new(ErrorKind::Other, error))?;
        text.push(b'\n');
        Ok(text)
    }
}
