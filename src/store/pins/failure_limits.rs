//! The limits of wrong PINs that hold for a user, for showing how near the failures are.

use super::hash_rows::newest_of;
use super::policies::effective;
use crate::domain::policy::Limits;
use crate::domain::user::UserId;
use crate::store::{Result, Store, StoreError};

impl Store {
    /// The limits that hold for the PIN of a user. None if they cannot be known here: the PIN was set
    /// elsewhere, or the key that seals its length is not here.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn failure_limits(&self, id: UserId) -> Result<Option<Limits>> {
        let newest = self.read(|connection| newest_of(connection, id, 1))?;
        let Some(hashed) = newest.first() else {
            return Ok(None);
        };
        let length = match self.keys_at_hand(&[id])?.length(hashed) {
            Ok(length) => length,
            Err(StoreError::KeyMissing { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let effective = self.read(|connection| effective(connection, id))?;
        Ok(Some(effective.named.policy.limits(length)))
    }
}
