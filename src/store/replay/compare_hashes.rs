//! The hashes of PINs against the history, which has a SHA-256 of each row.

use std::collections::{BTreeMap, HashSet};

use super::differences::FoundDifferences;
use super::replayed::Replayed;
use crate::domain::policy::PinPolicy;
use crate::store::engine::catalog::sees_hashes;
use crate::store::engine::{Connection, EngineResult};
use crate::store::history::difference::Area;
use crate::store::history::entry::KeptHash;
use crate::store::pins::hash_rows::{HASH_COLUMNS, PinHash};

/// Compares all rows, if the history has recorded them and this connection sees them.
pub(super) fn compare_hashes(
    connection: &Connection,
    replayed: &Replayed,
    found: &mut FoundDifferences,
) -> EngineResult<()> {
    if replayed.settings.is_none() || !sees_hashes(connection)? {
        return Ok(());
    }
    let kept: BTreeMap<i64, BTreeMap<i64, &str>> = replayed
        .hashes
        .iter()
        .map(|(user, recorded)| (*user, kept(recorded)))
        .collect();
    let mut rows_of = HashSet::new();
    let mut statement = connection.prepare(&format!("SELECT {HASH_COLUMNS} FROM pin_hashes"))?;
    let mut rows = statement.query(&[])?;
    while let Some(row) = rows.next()? {
        let hash = PinHash::of(row)?;
        let (id, number) = (hash.id.0, hash.number);
        let recorded = kept.get(&id).and_then(|of_user| of_user.get(&number));
        if recorded.copied() != Some(hash.kept().sha256.as_str()) {
            found.add(Area::Hashes, || {
                format!("The hash of PIN {number} of user {id} is not one that was recorded.")
            });
        }
        rows_of.insert((id, number));
    }
    for (user, of_user) in &kept {
        for number in of_user.keys() {
            if !rows_of.contains(&(*user, *number)) {
                found.add(Area::Hashes, || {
                    format!("The hash of PIN {number} of user {user} is missing.")
                });
            }
        }
    }
    Ok(())
}

/// The rows of a user that are still kept, by their numbers. A later record of a number replaces the
/// earlier one.
fn kept(recorded: &[KeptHash]) -> BTreeMap<i64, &str> {
    let newest = recorded.iter().map(|hash| hash.number).max().unwrap_or(0);
    let oldest = newest - i64::from(PinPolicy::MOST_REMEMBERED);
    recorded
        .iter()
        .filter(|hash| hash.number > oldest)
        .map(|hash| (hash.number, hash.sha256.as_str()))
        .collect()
}
