//! Changing the PIN states of many users: in the order in which the store keeps them, so that each page of it is read and
//! written only once.

use rusqlite::Transaction;
use serde_json::Value;

use crate::domain::pin::PinState;
use crate::domain::user::{UserId, Version};
use crate::store::WriteError;
use crate::store::users::rows;

/// So many are read, and then written.
const TOGETHER: usize = 1 << 10;

/// A user's version and state inside the transaction; None for who is not there.
type Current = Option<(Version, PinState)>;

/// Asks for each user what their state becomes, and writes it under a new version. Says for each whether it did: somebody
/// who is in the list twice is changed once.
pub(in crate::store) fn change_pins(
    transaction: &Transaction<'_>,
    ids: &[UserId],
    version: i64,
    mut becomes: impl FnMut(usize, Current) -> Result<Option<PinState>, WriteError>,
) -> Result<Vec<bool>, WriteError> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_unstable_by_key(|&place| (ids[place], place));
    let mut is_changed = vec![false; ids.len()];
    let mut last = None;
    for places in order.chunks(TOGETHER) {
        let users: Vec<UserId> = places.iter().map(|&place| ids[place]).collect();
        for (&place, current) in places.iter().zip(read(transaction, &users)?) {
            if last != Some(ids[place])
                && let Some(state) = becomes(place, current)?
            {
                rows::write_pin(transaction, ids[place], &state, version)?;
                is_changed[place] = true;
                last = Some(ids[place]);
            }
        }
    }
    Ok(is_changed)
}

fn read(transaction: &Transaction<'_>, ids: &[UserId]) -> rusqlite::Result<Vec<Current>> {
    let list: Value = ids.iter().map(|id| id.0).collect();
    let mut statement = transaction.prepare_cached(
        "SELECT list.key, p.version, p.is_set, p.last_change, p.expires, p.lock_cause, p.lock_since, p.lock_until, p.lock_by,
            p.lock_reason, p.lock_ticket, p.local_failures, p.global_failures, p.window_started
         FROM json_each(?1) list CROSS JOIN pins p ON p.user_id = list.value",
    )?;
    let mut states = vec![None; ids.len()];
    let mut found = statement.query([list.to_string()])?;
    while let Some(row) = found.next()? {
        let place: u32 = row.get(0)?;
        if let Some(state) = states.get_mut(place as usize) {
            *state = Some((Version(row.get(1)?), rows::pin(row, 2)?));
        }
    }
    Ok(states)
}
