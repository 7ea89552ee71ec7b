//! The locks in force at a moment in the past.

use crate::domain::Time;
use crate::domain::pin::{Lock, PinState};
use crate::domain::text::search_key;
use crate::store::users::rows::millis;
use crate::store::{BatchId, Result, Store};

/// A user who was locked at a moment, according to the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WasLocked {
    /// The identity that the user had then.
    pub target: String,
    pub lock: Lock,
    /// The batch that locked the PIN.
    pub batch: BatchId,
}

impl Store {
    /// The users who were locked at a moment. It reads only the history: the last change of each
    /// PIN before that moment.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn locked_at(&self, moment: Time) -> Result<Vec<WasLocked>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT h.target, h.after, h.batch_id, max(h.seq) FROM history h JOIN batches b ON b.id = h.batch_id
                 WHERE h.kind = 'pin' AND h.user_id IS NOT NULL AND b.at <= ?1 GROUP BY h.user_id ORDER BY h.target",
            )?;
            let mut rows = statement.query([millis(moment)])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let state: Option<String> = row.get(1)?;
                let state = state.and_then(|json| serde_json::from_str::<PinState>(&json).ok());
                if let Some(lock) = state.as_ref().and_then(|state| state.lock_in_force(moment)) {
                    found.push(WasLocked { target: row.get(0)?, lock: lock.clone(), batch: BatchId(row.get(2)?) });
                }
            }
            Ok(found)
        })
    }
}

impl WasLocked {
    /// Whether the identity, cause, operator, reason or ticket contains a text, or the text is the
    /// ID of the batch. `key` is the text's [`search_key`].
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
            cause.label(),
            by.as_deref().unwrap_or_default(),
            reason,
            ticket,
        ];
        texts.into_iter().any(|text| search_key(text).contains(key))
            || self.batch.0.to_string() == key
    }
}
