//! The head of the history: which entry is the last, and its hash.
//!
//! The head is noted beside the entries, in a named value of the store. New IDs continue from this
//! note rather than from the last entry. If another program deletes entries at the end, the next
//! entry leaves a gap, which verifying finds.

use crate::domain::text::hex;
use crate::store::engine::named_values;
use crate::store::engine::{Connection, EngineResult, Transaction};

/// The name of the note. Its value is the ID of the last entry, a space, and its hash in
/// hexadecimal.
pub(super) const HEAD: &str = "history_head";

/// The end of the chain of hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Head {
    /// The ID of the last entry; 0 if there is none.
    pub seq: i64,
    pub hash: [u8; 32],
}

impl Head {
    /// The head of a history without entries.
    pub const NONE: Self = Self {
        seq: 0,
        hash: [0; 32],
    };

    /// The noted head. Stores of the first programs have no note; there it is the last entry.
    pub fn of(connection: &Connection) -> EngineResult<Self> {
        let noted = named_values::text(connection, HEAD)?;
        match noted.as_deref().and_then(Self::parse) {
            Some(head) => Ok(head),
            None => Self::of_last_entry(connection),
        }
    }

    pub(super) fn of_last_entry(connection: &Connection) -> EngineResult<Self> {
        let last = connection.query_optional(
            "SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1",
            &[],
            |row| {
                Ok(Self {
                    seq: row.get(0)?,
                    hash: row.get(1)?,
                })
            },
        )?;
        Ok(last.unwrap_or(Self::NONE))
    }

    /// Notes this head.
    pub fn note(&self, transaction: &Transaction<'_>) -> EngineResult<()> {
        named_values::set_text(transaction, HEAD, Some(&self.line()))
    }

    /// Whether this head is the noted one.
    pub fn is_noted(&self, connection: &Connection) -> EngineResult<bool> {
        Ok(named_values::text(connection, HEAD)? == Some(self.line()))
    }

    /// The note: the ID of the entry, a space, and its hash in hexadecimal.
    pub fn line(&self) -> String {
        format!("{} {}", self.seq, hex(&self.hash))
    }

    fn parse(line: &str) -> Option<Self> {
        let (seq, digits) = line.split_once(' ')?;
        let mut hash = [0; 32];
        if digits.len() != 2 * hash.len() || !digits.is_ascii() {
            return None;
        }
        for (index, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(2 * index..2 * index + 2)?, 16).ok()?;
        }
        Some(Self {
            seq: seq.parse().ok()?,
            hash,
        })
    }
}

/// The ID of the next batch: one more than that of the last entry's batch.
pub(in crate::store) fn next_batch(connection: &Connection, head: Head) -> EngineResult<i64> {
    let of_entry: Option<i64> = connection
        .prepare_cached("SELECT batch_id FROM history WHERE seq = ?1")?
        .query_optional(&[&head.seq], |row| row.get(0))?;
    // If the noted entry is missing, the history was cut. The batches that are left keep their IDs.
    let last = match of_entry {
        Some(batch) => batch,
        None => connection.query_row("SELECT coalesce(max(id), 0) FROM batches", &[], |row| {
            row.get(0)
        })?,
    };
    Ok(last + 1)
}

/// Notes the head of a store whose program did not do so yet.
pub(in crate::store) fn note_missing_head(transaction: &Transaction<'_>) -> EngineResult<()> {
    Head::of(transaction)?.note(transaction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_reads_back_as_it_was_and_anything_else_is_none() {
        let head = Head {
            seq: 12,
            hash: [0xA5; 32],
        };
        assert_eq!(Head::parse(&head.line()), Some(head));
        let digits = "a5".repeat(32);
        for line in [
            String::new(),
            "12".to_owned(),
            format!("x {digits}"),
            format!("12 {digits}0"),
            format!("12 {}", digits.replace('a', "g")),
            format!("12  {digits}"),
        ] {
            assert_eq!(Head::parse(&line), None, "{line}");
        }
    }
}
