//! Files, connections, transactions and sets of rows: everything that depends on SQLite.
//!
//! [`sqlite`] and [`id_set`] are the only files with statements and settings that other engines do
//! not have. This room uses no other room of the store.

pub(in crate::store) mod address;
pub(in crate::store) mod errors;
pub(in crate::store) mod file_ids;
mod file_uri;
pub(in crate::store) mod files;
pub(in crate::store) mod id_set;
pub(in crate::store) mod location;
pub(in crate::store) mod named_values;
pub(in crate::store) mod row_blocks;
pub(in crate::store) mod schema_guard;
pub(in crate::store) mod sqlite;
pub(in crate::store) mod times;
pub(in crate::store) mod transaction;
pub(in crate::store) mod waiting;
