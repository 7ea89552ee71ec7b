//! Verifying the history: the chain of its hashes, and the store against what it says.

use super::compare_hashes::compare_hashes;
use super::compare_settings::compare_settings;
use super::compare_users::compare_users;
use super::compare_values::compare_values;
use super::definitions;
use super::differences::FoundDifferences;
use super::doubts::Doubts;
use super::replayed::Replayed;
use crate::progress::{Progress, step};
use crate::store::engine::Connection;
use crate::store::engine::transaction::WriteError;
use crate::store::history::chain_break::ChainBreak;
use crate::store::history::difference::{Area, Difference};
use crate::store::history::verify::{count_entries, verify};
use crate::store::{Result, Store, StoreError};

/// The result of verifying the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The entries up to the first break.
    pub entries: u64,
    /// The hash of the last entry before the first break. A copy kept elsewhere also proves that the
    /// whole history was not replaced or shortened.
    pub head: String,
    pub first_break: Option<ChainBreak>,
    /// The differences between the store and its history, by area.
    pub differences: Vec<Difference>,
}

impl Verified {
    /// Whether the chain holds and the store is as the history says.
    pub fn is_sound(&self) -> bool {
        self.first_break.is_none() && self.differences.is_empty()
    }
}

impl Store {
    /// Walks the chain of hashes, replays the entries, and compares the store with them.
    ///
    /// The result says nothing about an account that rewrote the store and its whole history
    /// consistently: only a head that was kept elsewhere does.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn verify_history(&self, progress: &dyn Progress) -> Result<Verified> {
        self.try_read(|connection| verify_all(connection, &self.id, progress))
    }
}

fn verify_all(
    connection: &Connection,
    store: &str,
    progress: &dyn Progress,
) -> std::result::Result<Verified, WriteError> {
    let users: i64 = connection.query_row("SELECT count(*) FROM users", &[], |row| row.get(0))?;
    let total = count_entries(connection)? + users.unsigned_abs();
    let mut done = 0;
    let mut count = || {
        done += 1;
        step(progress, done, total)
    };
    let mut found = FoundDifferences::default();
    let mut replayed = Replayed::default();
    let chain = verify(connection, store, &mut count, &mut |entry| {
        replayed.add(entry, &mut found);
    })?;
    for sentence in definitions::differences(connection)? {
        found.add(Area::Schema, || sentence);
    }
    let mut doubts = Doubts::default();
    if !compare_users(connection, &replayed, &mut doubts, &mut found, &mut count)? {
        return Err(StoreError::Cancelled.into());
    }
    doubts.add_all(std::mem::take(&mut replayed.doubts));
    doubts.resolve(connection, &mut found)?;
    compare_settings(connection, &replayed, &mut found)?;
    compare_hashes(connection, &replayed, &mut found)?;
    compare_values(connection, &replayed, &mut found)?;
    Ok(Verified {
        entries: chain.entries,
        head: chain.head,
        first_break: chain.first_break,
        differences: found.finish(),
    })
}
