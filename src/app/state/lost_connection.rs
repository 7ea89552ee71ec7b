//! A connection to the server of the store that was lost.

use crate::domain::Time;
use crate::store::StoreError;

#[derive(Clone, Debug)]
pub struct LostConnection {
    pub since: Time,
    pub error: StoreError,
}
