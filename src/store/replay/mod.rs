//! Comparing the store with its history. Uses all rooms below it, and writes only where a store is
//! upgraded.

pub(in crate::store) mod record_upgrade;
