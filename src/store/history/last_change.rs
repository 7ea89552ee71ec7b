//! The operator and the time of the last change of users, for many users with one statement.

use std::collections::HashMap;

use crate::domain::Time;
use crate::domain::user::UserId;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IdSet, LIST};
use crate::store::engine::times::time;
use crate::store::engine::{Connection, EngineResult};

/// The last entry of the history that changed a user.
#[derive(Clone, Debug)]
pub(in crate::store) struct LastChange {
    pub seq: i64,
    pub operator: String,
    pub at: Time,
}

/// The last change of the name or PIN of each of these users. A user without one is missing.
pub(in crate::store) fn last_changes(
    connection: &Connection,
    ids: &[UserId],
) -> EngineResult<HashMap<UserId, LastChange>> {
    last_entries(connection, ids, "kind = 'pin' OR kind = 'names'")
}

/// The last change of the PIN of each of these users. A user without one is missing.
pub(in crate::store) fn last_pin_changes(
    connection: &Connection,
    ids: &[UserId],
) -> EngineResult<HashMap<UserId, LastChange>> {
    last_entries(connection, ids, "kind = 'pin'")
}

/// The last entry of any change of each of these users, whatever it changed. A user without one is
/// missing.
pub(in crate::store) fn last_events(
    connection: &Connection,
    ids: &[UserId],
) -> EngineResult<HashMap<UserId, LastChange>> {
    last_entries(connection, ids, "kind <> 'drifted' AND kind <> 'denied'")
}

fn last_entries(
    connection: &Connection,
    ids: &[UserId],
    kinds: &str,
) -> EngineResult<HashMap<UserId, LastChange>> {
    let sql = format!(
        "SELECT list.value, h.seq, b.operator, b.at FROM {LIST}
         CROSS JOIN history h CROSS JOIN batches b
         WHERE h.seq = (SELECT last.seq FROM history last
             WHERE last.user_id = list.value AND ({kinds}) ORDER BY last.seq DESC LIMIT 1)
           AND b.id = h.batch_id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = HashMap::new();
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        let mut rows = statement.query(&[&IdSet::of_users(ids)])?;
        while let Some(row) = rows.next()? {
            let (id, seq, operator) = (UserId(row.get(0)?), row.get(1)?, row.get(2)?);
            if let Some(at) = time(Some(row.get(3)?)) {
                found.insert(id, LastChange { seq, operator, at });
            }
        }
    }
    Ok(found)
}

impl LastChange {
    pub fn operator_and_time(&self) -> (String, Time) {
        (self.operator.clone(), self.at)
    }
}
