//! Opening a store and copying it, and what statements need on top of SQLite: sets of IDs, and many rows at once.

pub(in crate::store) mod backup;
pub(in crate::store) mod id_set;
pub(in crate::store) mod open;
pub(in crate::store) mod row_blocks;
