//! Applying, importing and undoing: what writes into several rooms.

pub(in crate::store) mod apply;
pub(in crate::store) mod import;
pub(in crate::store) mod undo;
