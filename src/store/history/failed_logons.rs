//! Logons with a wrong PIN in the history since a moment, entry by entry.

use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::user::UserId;
use crate::plan::BatchAction;
use crate::store::engine::times::{millis, time};
use crate::store::{Result, Store};

/// A wrong PIN that was counted. Refused logons, such as those of a locked PIN, are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailedLogon {
    pub at: Time,
    pub user: UserId,
}

impl Store {
    /// Hands each logon with a wrong PIN since a moment to a closure, the oldest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn each_failed_logon(&self, since: Time, mut each: impl FnMut(FailedLogon)) -> Result<()> {
        let sql = "SELECT b.at, h.user_id, h.before, h.after FROM batches b
            JOIN history h ON h.batch_id = b.id
            WHERE b.at >= ?1 AND b.action = ?2 AND h.kind = 'pin' AND h.user_id IS NOT NULL ORDER BY h.seq";
        let action = BatchAction::Authenticate.word();
        self.read(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(&[&millis(since), &action])?;
            while let Some(row) = rows.next()? {
                let at = time(row.get(0)?);
                if failures(row.get(3)?) > failures(row.get(2)?)
                    && let Some(at) = at
                {
                    each(FailedLogon {
                        at,
                        user: UserId(row.get(1)?),
                    });
                }
            }
            Ok(())
        })
    }
}

/// The failed logons in all of a state, as the history keeps it.
pub(super) fn failures(json: Option<&str>) -> u32 {
    let state = json.and_then(|json| serde_json::from_str::<PinState>(json).ok());
    state.map_or(0, |state| state.failures.global)
}
