//! The rows of the table of PIN hashes.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use crate::domain::pin::PinState;
use crate::domain::pin_key::KeyId;
use crate::domain::policy::PinPolicy;
use crate::domain::text::hex;
use crate::domain::user::UserId;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IN_LIST, IdSet};
use crate::store::engine::row_blocks::{RowStatement, blocks, values};
use crate::store::engine::times::millis;
use crate::store::engine::{Connection, EngineResult, Row, Transaction};
use crate::store::history::entry::KeptHash;

/// A row of the table of hashes.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::store) struct PinHash {
    pub id: UserId,
    pub number: i64,
    /// Milliseconds since 1970.
    pub set_at: i64,
    pub hashed: HashedPin,
}

/// The Argon2id hash of a PIN, and the form in which its length is kept.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::store) struct HashedPin {
    pub hash: String,
    pub length: KeptLength,
}

/// The length of a PIN, on which the limits of wrong PINs depend.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::store) enum KeptLength {
    /// The PIN was hashed without a key: the shortest length that has its limits.
    Class(u8),
    /// The PIN was hashed with this key, which also seals its length.
    Sealed { key: KeyId, seal: Vec<u8> },
}

/// The columns of the table `pin_hashes` that [`PinHash::of`] reads, in their order.
pub(in crate::store) const HASH_COLUMNS: &str =
    "user_id, number, set_at, hash, length_class, key_id, length_seal";

/// The number of these columns.
pub(in crate::store) const HASH_COLUMN_COUNT: usize = 7;

impl PinHash {
    pub fn of(row: Row<'_>) -> EngineResult<Self> {
        let class: Option<u8> = row.get(4)?;
        let key: Option<String> = row.get(5)?;
        let seal: Option<Vec<u8>> = row.get(6)?;
        let length = match (class, key, seal) {
            (Some(class), None, None) => KeptLength::Class(class),
            (class, key, seal) => {
                let key = key.as_deref().and_then(KeyId::parse);
                // A row that PinDesk did not write counts as one whose key nobody has.
                let key = key.filter(|_| class.is_none());
                KeptLength::Sealed {
                    key: key.unwrap_or_else(KeyId::of_nobody),
                    seal: seal.unwrap_or_default(),
                }
            }
        };
        Ok(Self {
            id: UserId(row.get(0)?),
            number: row.get(1)?,
            set_at: row.get(2)?,
            hashed: HashedPin {
                hash: row.get(3)?,
                length,
            },
        })
    }

    /// The row as the history names it. Its SHA-256 covers a random salt that only the row has, so
    /// nobody can test a PIN against it.
    pub fn kept(&self) -> KeptHash {
        let Self {
            id,
            number,
            set_at,
            hashed,
        } = self;
        let length = match &hashed.length {
            KeptLength::Class(class) => format!("class {class}"),
            KeptLength::Sealed { key, seal } => format!("key {key} {}", hex(seal)),
        };
        let row = format!("{} {number} {set_at} {length} {}", id.0, hashed.hash);
        KeptHash {
            number: *number,
            sha256: hex(&Sha256::digest(row)),
            key: hashed.key().map(ToString::to_string),
        }
    }

    /// Replaces the hash of a row by another one of the same PIN.
    pub fn renew(&self, transaction: &Transaction<'_>) -> EngineResult<()> {
        let (class, key, seal) = self.hashed.length.columns();
        transaction
            .prepare_cached(
                "UPDATE pin_hashes SET hash = ?3, length_class = ?4, key_id = ?5, length_seal = ?6
                 WHERE user_id = ?1 AND number = ?2",
            )?
            .execute(&[
                &self.id.0,
                &self.number,
                &self.hashed.hash,
                &class,
                &key,
                &seal,
            ])
            .map(drop)
    }
}

impl HashedPin {
    /// The key with which the PIN was hashed.
    pub fn key(&self) -> Option<&KeyId> {
        match &self.length {
            KeptLength::Class(_) => None,
            KeptLength::Sealed { key, .. } => Some(key),
        }
    }
}

impl KeptLength {
    /// The values of the columns `length_class`, `key_id` and `length_seal`.
    fn columns(&self) -> (Option<u8>, Option<&str>, Option<&[u8]>) {
        match self {
            Self::Class(class) => (Some(*class), None, None),
            Self::Sealed { key, seal } => (None, Some(key.as_str()), Some(seal)),
        }
    }
}

/// Writes new rows.
pub(super) fn write_hashes(transaction: &Transaction<'_>, hashes: &[PinHash]) -> EngineResult<()> {
    for block in blocks(hashes) {
        let sql = format!(
            "INSERT INTO pin_hashes ({HASH_COLUMNS}) {}",
            values(HASH_COLUMN_COUNT, block.len())
        );
        let mut insert = RowStatement::prepare(transaction, &sql)?;
        for row in block {
            let (class, key, seal) = row.hashed.length.columns();
            insert.bind_row(&[
                &row.id.0,
                &row.number,
                &row.set_at,
                &row.hashed.hash,
                &class,
                &key,
                &seal,
            ])?;
        }
        insert.execute()?;
    }
    Ok(())
}

/// Keeps as many hashes of each user as any policy can remember.
pub(super) fn forget_old_hashes(transaction: &Transaction<'_>, ids: &[UserId]) -> EngineResult<()> {
    let kept = i64::from(PinPolicy::MOST_REMEMBERED);
    let mut delete = transaction.prepare_cached(&format!(
        "DELETE FROM pin_hashes WHERE user_id IN {IN_LIST} AND number <= (
             SELECT max(newest.number) FROM pin_hashes newest WHERE newest.user_id = pin_hashes.user_id) - ?2"
    ))?;
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        delete.execute(&[&IdSet::of_users(ids), &kept])?;
    }
    Ok(())
}

/// The number of the newest hash of each of these users. A user without one is missing.
pub(super) fn newest_numbers(
    connection: &Connection,
    ids: &[UserId],
) -> EngineResult<HashMap<UserId, i64>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT user_id, max(number) FROM pin_hashes WHERE user_id IN {IN_LIST} GROUP BY user_id"
    ))?;
    let mut newest = HashMap::new();
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        let mut rows = statement.query(&[&IdSet::of_users(ids)])?;
        while let Some(row) = rows.next()? {
            newest.insert(UserId(row.get(0)?), row.get(1)?);
        }
    }
    Ok(newest)
}

/// The newest hashes of a user, the current one first.
pub(super) fn newest_of(
    connection: &Connection,
    id: UserId,
    count: u8,
) -> EngineResult<Vec<HashedPin>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {HASH_COLUMNS} FROM pin_hashes WHERE user_id = ?1 ORDER BY number DESC LIMIT ?2"
    ))?;
    statement
        .query_map(&[&id.0, &count], |row| Ok(PinHash::of(row)?.hashed))?
        .collect()
}

/// The hash of a user's PIN. None if no PIN is set, or if it was set by another program.
pub(super) fn hash_in_force(
    connection: &Connection,
    id: UserId,
    state: &PinState,
) -> EngineResult<Option<PinHash>> {
    let (Some(last_change), true) = (state.last_change, state.is_set) else {
        return Ok(None);
    };
    let newest = connection
        .prepare_cached(&format!(
            "SELECT {HASH_COLUMNS} FROM pin_hashes WHERE user_id = ?1 ORDER BY number DESC LIMIT 1"
        ))?
        .query_optional(&[&id.0], PinHash::of)?;
    Ok(newest.filter(|hash| hash.set_at == millis(last_change)))
}
