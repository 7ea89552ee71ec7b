//! Reserved attempts: logons whose PIN is being compared at this moment, by this program or another
//! one.

use chrono::Duration;

use crate::domain::Time;
use crate::domain::role::Operator;
use crate::domain::user::UserId;
use crate::store::engine::times::millis;
use crate::store::engine::{EngineResult, Transaction};

/// The time after which a reserved attempt was interrupted. Comparing a PIN takes some hundredths of
/// a second.
const INTERRUPTED_AFTER: Duration = Duration::minutes(1);

/// The number of reserved attempts of a user.
pub(super) fn pending(transaction: &Transaction<'_>, id: UserId) -> EngineResult<u32> {
    transaction
        .prepare_cached("SELECT count(*) FROM logon_attempts WHERE user_id = ?1")?
        .query_row(&[&id.0], |row| row.get(0))
}

/// Reserves an attempt, and returns its ID.
pub(super) fn reserve(
    transaction: &Transaction<'_>,
    id: UserId,
    operator: &Operator,
    at: Time,
) -> EngineResult<i64> {
    transaction
        .prepare_cached(
            "INSERT INTO logon_attempts (user_id, began, operator, machine) VALUES (?1, ?2, ?3, ?4) RETURNING id",
        )?
        .query_row(
            &[&id.0, &millis(at), &operator.account, &operator.machine],
            |row| row.get(0))
}

/// Removes a reserved attempt. False if it is no longer there, because it was taken for an
/// interrupted one.
pub(super) fn release(transaction: &Transaction<'_>, attempt: i64) -> EngineResult<bool> {
    let removed = transaction
        .prepare_cached("DELETE FROM logon_attempts WHERE id = ?1")?
        .execute(&[&attempt])?;
    Ok(removed > 0)
}

/// Removes the interrupted attempts of a user, after they were recorded: a server looks there for the
/// operators in whose names they are.
pub(super) fn remove_interrupted(
    transaction: &Transaction<'_>,
    id: UserId,
    now: Time,
) -> EngineResult<()> {
    let sql = "DELETE FROM logon_attempts WHERE user_id = ?1 AND began < ?2";
    let removed = transaction.execute(sql, &[&id.0, &millis(now - INTERRUPTED_AFTER)]);
    removed.map(drop)
}

/// The operators who made the interrupted attempts of a user.
pub(super) fn interrupted(
    transaction: &Transaction<'_>,
    id: UserId,
    now: Time,
) -> EngineResult<Vec<Operator>> {
    transaction
        .prepare_cached(
            "SELECT operator, machine FROM logon_attempts WHERE user_id = ?1 AND began < ?2 ORDER BY id",
        )?
        .query_map(&[&id.0, &millis(now - INTERRUPTED_AFTER)], |row| {
            Ok(Operator {
                account: row.get(0)?,
                machine: row.get(1)?,
                id: None,
            })
        })?
        .collect()
}
