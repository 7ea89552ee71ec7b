//! Finding users by identity or ID, reading them for the directory in memory, and writing their
//! names. Uses the rooms below: engine, schema, history and access.

pub(in crate::store) mod bulk_read;
mod candidates;
pub(in crate::store) mod coverage;
pub(in crate::store) mod find;
pub(in crate::store) mod find_many;
pub(in crate::store) mod nearest;
pub(in crate::store) mod protection;
pub(in crate::store) mod read_many;
mod resolve;
pub(in crate::store) mod resolver;
pub(in crate::store) mod rows;
pub(in crate::store) mod sort_keys;
pub(in crate::store) mod targets;
pub(in crate::store) mod write;
