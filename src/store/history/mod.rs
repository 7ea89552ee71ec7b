//! The history: entries and their chain of hashes, batches, queries, evidence.

pub(in crate::store) mod append;
pub(in crate::store) mod batches;
pub(in crate::store) mod entry;
pub(in crate::store) mod evidence;
pub(in crate::store) mod head;
pub(in crate::store) mod last_change;
pub(in crate::store) mod locked_at;
pub(in crate::store) mod query;
pub(in crate::store) mod verify;
pub(in crate::store) mod walk;
pub(in crate::store) mod words;
