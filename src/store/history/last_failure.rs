//! The last failed logon of users, for many users with one statement.

use std::collections::HashMap;

use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::user::UserId;
use crate::plan::BatchAction;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IdSet, LIST};
use crate::store::engine::times::time;
use crate::store::{Result, Store};

impl Store {
    /// The time of the last failed logon of each of these users, from the history. A user without
    /// one is missing.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn last_failures(&self, ids: &[UserId]) -> Result<HashMap<UserId, Time>> {
        // Right digits are an entry only if they follow wrong ones. So one of the last two entries
        // of logons is the last failure.
        let sql = format!(
            "SELECT list.value, b.at, h.before, h.after FROM {LIST}
             CROSS JOIN history h CROSS JOIN batches b
             WHERE h.user_id = list.value AND b.id = h.batch_id AND h.seq IN
                (SELECT last.seq FROM history last JOIN batches logon ON logon.id = last.batch_id
                 WHERE last.user_id = list.value AND last.kind = 'pin' AND logon.action = ?2
                 ORDER BY last.seq DESC LIMIT 2)
             ORDER BY h.seq"
        );
        let action = BatchAction::Authenticate.word();
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let mut found = HashMap::new();
            for ids in ids.chunks(IDS_PER_STATEMENT) {
                let mut rows = statement.query(&[&IdSet::of_users(ids), &action])?;
                while let Some(row) = rows.next()? {
                    let failures = |json: Option<&str>| {
                        let state =
                            json.and_then(|json| serde_json::from_str::<PinState>(json).ok());
                        state.map_or(0, |state| state.failures.global)
                    };
                    let is_failure = failures(row.get(3)?) > failures(row.get(2)?);
                    if let Some(at) = time(Some(row.get(1)?)).filter(|_| is_failure) {
                        found.insert(UserId(row.get(0)?), at);
                    }
                }
            }
            Ok(found)
        })
    }
}
