//! Reserved attempts: logons whose PIN is being compared at this moment, by this program or another
//! one.

use chrono::Duration;

use super::logon_call::LogonCall;
use crate::domain::Time;
use crate::domain::origin::Origin;
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

/// Reserves an attempt, and returns its ID. `at` is the time of the store.
pub(super) fn reserve(
    transaction: &Transaction<'_>,
    id: UserId,
    call: &LogonCall<'_>,
    at: Time,
) -> EngineResult<i64> {
    let LogonCall {
        operator, origin, ..
    } = call;
    transaction
        .prepare_cached(
            "INSERT INTO logon_attempts (user_id, began, operator, machine, origin)
             VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id",
        )?
        .query_row(
            &[
                &id.0,
                &millis(at),
                &operator.account,
                &operator.machine,
                &origin.map(Origin::as_str),
            ],
            |row| row.get(0),
        )
}

/// Writes what [`reserve`] writes, and removes it at once. A logon of nobody takes as long with it as
/// one of a user.
pub(super) fn reserve_for_nobody(
    transaction: &Transaction<'_>,
    call: &LogonCall<'_>,
) -> EngineResult<()> {
    let first = transaction.query_row("SELECT min(user_id) FROM pins", &[], |row| {
        row.get::<Option<i64>>(0)
    })?;
    if let Some(id) = first {
        let attempt = reserve(transaction, UserId(id), call, call.at)?;
        release(transaction, attempt)?;
    }
    Ok(())
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

/// The operators who made the interrupted attempts of a user, and where each came from.
pub(super) fn interrupted(
    transaction: &Transaction<'_>,
    id: UserId,
    now: Time,
) -> EngineResult<Vec<(Operator, Option<Origin>)>> {
    transaction
        .prepare_cached(
            "SELECT operator, machine, origin FROM logon_attempts WHERE user_id = ?1 AND began < ?2 ORDER BY id",
        )?
        .query_map(&[&id.0, &millis(now - INTERRUPTED_AFTER)], |row| {
            let operator = Operator {
                account: row.get(0)?,
                machine: row.get(1)?,
                id: None,
            };
            let origin = row.get::<Option<&str>>(2)?;
            Ok((operator, origin.and_then(|origin| Origin::parse(origin).ok())))
        })?
        .collect()
}
