//! Copies of the store as files: those that somebody asks for, and those that PinDesk makes before
//! large changes. Uses the rooms below it, and writes nothing into the store.

pub(in crate::store) mod automatic;
pub(in crate::store) mod back_up;
pub(in crate::store) mod list;
