//! Opening a store and copying it.

pub(in crate::store) mod backup;
pub(in crate::store) mod open;
