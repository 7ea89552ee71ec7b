//! Looking after a store on a bad day: checking it, going back to a backup, and saving what can be
//! read of a damaged one. Uses all rooms below it.

pub(in crate::store) mod check;
pub(in crate::store) mod copy;
pub(in crate::store) mod recover;
pub(in crate::store) mod restore;
