//! Reading the keys of columns that only the store knows.

use super::ranks::{of_millis, ranked};
use super::sort_keys::SortKeys;
use super::{Directory, Position, SortColumn};
use crate::domain::pin::Lock;
use crate::domain::text::sort_key;
use crate::domain::user::{UserId, UserRecord};
use crate::store::{Store, StoreError};

/// Why the keys could not be read.
pub(super) enum NoKeys {
    Stopped,
    Failed(StoreError),
}

impl From<StoreError> for NoKeys {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Reads the keys of a column. `stop` is called repeatedly.
pub(super) fn read(
    store: &Store,
    directory: &Directory,
    column: SortColumn,
    stop: &dyn Fn() -> bool,
) -> Result<SortKeys, NoKeys> {
    let _one_moment = store.snapshot()?;
    let keys = match column {
        SortColumn::Reason => of_locks(store, directory, stop, |lock| &lock.reason)?,
        SortColumn::Ticket => of_locks(store, directory, stop, |lock| &lock.ticket)?,
        SortColumn::Policy => of_policies(store, directory)?,
        SortColumn::Failures => of_failures(store, directory)?,
        SortColumn::LastFailure => of_last_failures(store, directory)?,
        _ => Box::default(),
    };
    Ok(SortKeys::new(column, keys))
}

/// The keys of texts of locks. Few PINs are locked, and only those are read.
fn of_locks(
    store: &Store,
    directory: &Directory,
    stop: &dyn Fn() -> bool,
    text: impl Fn(&Lock) -> &String,
) -> Result<Box<[u64]>, NoKeys> {
    let ids = directory.pins.locked().filter_map(|position| {
        let id = directory.id_at(Position::of(position))?;
        Some((id, position))
    });
    let (ids, positions): (Vec<UserId>, Vec<usize>) = ids.unzip();
    let mut positions = positions.into_iter();
    let (mut texts, mut is_stopped) = (Vec::with_capacity(ids.len()), false);
    store.each_user_of(&ids, |user| {
        let lock = user.and_then(|user: UserRecord| user.pin.lock);
        if let (Some(position), Some(lock)) = (positions.next(), lock) {
            texts.push((position, text(&lock).clone()));
        }
        is_stopped = stop();
        !is_stopped
    })?;
    if is_stopped {
        return Err(NoKeys::Stopped);
    }
    Ok(ranked(directory.len(), texts))
}

fn of_policies(store: &Store, directory: &Directory) -> Result<Box<[u64]>, StoreError> {
    let mut policies: Vec<(String, Vec<UserId>)> = store
        .users_by_policy()?
        .into_iter()
        .map(|(policy, users)| (sort_key(&policy.name.to_string()), users))
        .collect();
    policies.sort();
    let ranked = (1_u64..).zip(policies);
    let keys = ranked.flat_map(|(rank, (_, users))| users.into_iter().map(move |id| (id, rank)));
    Ok(placed(directory, 0, keys))
}

/// Everybody has a number of failures, most of them none.
fn of_failures(store: &Store, directory: &Directory) -> Result<Box<[u64]>, StoreError> {
    let failures = store.users_with_failures()?.into_iter();
    let keys = failures.map(|(id, count)| (id, 1 + u64::from(count)));
    Ok(placed(directory, 1, keys))
}

fn of_last_failures(store: &Store, directory: &Directory) -> Result<Box<[u64]>, StoreError> {
    let ids = store.users_with_logons()?;
    let logons = store.last_logons(&ids)?;
    let keys = ids.into_iter().filter_map(|id| {
        let at = logons.get(&id)?.failure.as_ref()?.at;
        Some((id, of_millis(at.timestamp_millis())))
    });
    Ok(placed(directory, 0, keys))
}

/// The keys of some users, with the key of all others.
fn placed(
    directory: &Directory,
    others: u64,
    keys: impl Iterator<Item = (UserId, u64)>,
) -> Box<[u64]> {
    let mut all = vec![others; directory.len()].into_boxed_slice();
    for (id, key) in keys {
        let position = directory.position_of(id);
        if let Some(slot) = position.and_then(|position| all.get_mut(position.0 as usize)) {
            *slot = key;
        }
    }
    all
}
