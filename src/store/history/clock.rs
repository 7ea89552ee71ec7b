//! The time of a batch, decided inside the transaction that writes it.
//!
//! The clock belongs to the operator's computer, and may be wrong or set on purpose. Therefore an
//! entry is never older than the one before it, and a clock that is far ahead of the last entry
//! must be accepted. A jump below [`MOST_AHEAD`] cannot be told from time that has passed.

use chrono::{Duration, SubsecRound as _};

use crate::domain::Time;
use crate::store::StoreError;
use crate::store::engine::times::time;
use crate::store::engine::transaction::WriteError;
use crate::store::engine::{Connection, EngineResult};

/// The longest time after the last entry that needs no acceptance.
const MOST_AHEAD: Duration = Duration::days(1);

/// The time of the next batch: `given` in the precision of the store, but not before the last
/// batch. Everything that the transaction decides by the time is decided by this one.
///
/// # Errors
/// `given` is more than a day after the last batch, so the operator must accept it first.
pub(in crate::store) fn time_of_batch(
    connection: &Connection,
    given: Time,
) -> Result<Time, WriteError> {
    let given = given.trunc_subsecs(3);
    match last_time(connection)? {
        Some(last) if given - last > MOST_AHEAD => {
            Err(StoreError::ClockJump { last, now: given }.into())
        }
        Some(last) => Ok(given.max(last)),
        None => Ok(given),
    }
}

/// The time of the last batch, in whole milliseconds. None in a new store.
pub(in crate::store) fn last_time(connection: &Connection) -> EngineResult<Option<Time>> {
    let at: Option<i64> = connection
        .prepare_cached("SELECT at FROM batches ORDER BY id DESC LIMIT 1")?
        .query_optional(&[], |row| row.get(0))?;
    Ok(time(at))
}
