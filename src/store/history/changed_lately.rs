//! The users whom an operator has changed lately without approval, for limits over several plans.

use std::collections::HashSet;

use super::query::accounts_of;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::domain::user::UserId;
use crate::plan::BatchAction;
use crate::store::engine::dialect::{is_json_true, json_value};
use crate::store::engine::id_set::{IN_LIST, IdSet};
use crate::store::engine::times::millis;
use crate::store::engine::{Connection, EngineResult};

/// The users whose PINs an operator has changed since a time, or whom they have removed, by plans that nobody else approved.
///
/// A tried PIN is not a change of the operator. An import counts for users whom it locked or
/// unlocked, or whose PIN it took away.
pub(in crate::store) fn changed_since(
    connection: &Connection,
    operator: &Operator,
    since: Time,
) -> EngineResult<HashSet<UserId>> {
    let accounts = accounts_of(connection, &operator.account)?;
    let words = BatchAction::known()
        .filter(BatchAction::changes_pins)
        .map(|action| format!("'{action}'"));
    let words = words.collect::<Vec<_>>().join(", ");
    let was_set = is_json_true(connection, "h.before", "is_set");
    let is_set = is_json_true(connection, "h.after", "is_set");
    let lock_before = json_value(connection, "h.before", "lock");
    let lock_after = json_value(connection, "h.after", "lock");
    let sql = format!(
        "SELECT DISTINCT h.user_id FROM batches b CROSS JOIN history h
         WHERE h.batch_id = b.id AND b.operator IN {IN_LIST} AND b.at >= ?2 AND b.action IN ({words}) AND (h.kind = 'pin' OR h.kind = 'removed')
           AND (b.action <> 'import-pins' OR ({was_set})
             AND (({lock_before}) IS DISTINCT FROM ({lock_after}) OR NOT ({is_set})))
           AND NOT EXISTS (SELECT 1 FROM batches a WHERE a.plan = b.plan AND a.action = 'approve-plan')"
    );
    let accounts = IdSet::of_texts(accounts.iter().map(String::as_str));
    connection
        .prepare_cached(&sql)?
        .query_map(&[&accounts, &millis(since)], |row| row.get(0).map(UserId))?
        .collect()
}
