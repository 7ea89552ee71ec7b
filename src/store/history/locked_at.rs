//! Users who were locked at a moment in the past.

use crate::domain::Time;
use crate::domain::pin::{Lock, PinState};
use crate::domain::text::search_key;
use crate::domain::user::UserId;
use crate::plan::BatchId;
use crate::store::engine::times::millis;
use crate::store::{Result, Store};

/// A user who was locked at a moment, according to the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WasLocked {
    pub user: UserId,
    /// The user's identity at that time.
    pub target: String,
    /// The user's display name of today. Empty if the user is no longer in the store.
    pub name: String,
    pub lock: Lock,
    /// The batch that locked the user.
    pub batch: BatchId,
}

impl Store {
    /// The users who were locked at a moment, by identity. Each user's last entry until then
    /// decides, never today's state.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn locked_at(&self, moment: Time) -> Result<Vec<WasLocked>> {
        let mut found = self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT h.target, h.after, h.batch_id, h.user_id, u.display_name FROM history h JOIN
                    (SELECT max(e.seq) AS seq FROM history e JOIN batches b ON b.id = e.batch_id
                     WHERE e.kind = 'pin' AND e.user_id IS NOT NULL AND b.at <= ?1 GROUP BY e.user_id) last
                 ON h.seq = last.seq LEFT JOIN users u ON u.id = h.user_id",
            )?;
            let mut rows = statement.query(&[&millis(moment)])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let state = row.get::<Option<&str>>(1)?;
                let state = state.and_then(|json| serde_json::from_str::<PinState>(json).ok());
                if let Some(lock) = state.as_ref().and_then(|state| state.effective_lock(moment)) {
                    found.push(WasLocked {
                        user: UserId(row.get(3)?),
                        target: row.get(0)?,
                        name: row.get::<Option<String>>(4)?.unwrap_or_default(),
                        lock: lock.into_owned(),
                        batch: BatchId(row.get(2)?),
                    });
                }
            }
            Ok(found)
        })?;
        found.sort_by(|one, other| one.target.cmp(&other.target));
        Ok(found)
    }
}

impl WasLocked {
    /// Whether the user's identity or name, the cause, the operator, the reason or the ticket contains a
    /// text, or the batch has that ID. `key` is the text's [`search_key`].
    pub fn mentions(&self, key: &str) -> bool {
        let Lock {
            cause,
            by,
            reason,
            ticket,
            ..
        } = &self.lock;
        let texts = [
            self.target.as_str(),
            &self.name,
            cause.label(),
            by.as_deref().unwrap_or_default(),
            reason,
            ticket,
        ];
        texts.into_iter().any(|text| search_key(text).contains(key))
            || self.batch.0.to_string() == key
    }
}
