//! The users with failed logons.

use crate::domain::user::UserId;
use crate::store::{Result, Store};

impl Store {
    /// The users with failed logons since the last success or unlock, each with the number that
    /// counts for the global limit.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn users_with_failures(&self) -> Result<Vec<(UserId, u32)>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT user_id, global_failures FROM pins WHERE global_failures > 0",
            )?;
            let mut rows = statement.query(&[])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let failures: i64 = row.get(1)?;
                let failures = u32::try_from(failures).unwrap_or(u32::MAX);
                found.push((UserId(row.get(0)?), failures));
            }
            Ok(found)
        })
    }
}
