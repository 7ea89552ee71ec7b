//! Submitted plans, the decisions about them, and the refresh of an old plan. Uses the rooms below:
//! history, access, users and pins.

pub(in crate::store) mod approval_check;
mod approvers;
pub(in crate::store) mod decide;
pub(in crate::store) mod drift;
mod drifted_plans;
pub(in crate::store) mod needs;
pub(in crate::store) mod permitted_plan;
pub(in crate::store) mod refresh;
pub(in crate::store) mod refresh_import;
pub(in crate::store) mod refresh_settings;
pub(in crate::store) mod refresh_undo;
pub(in crate::store) mod reviewed;
pub(in crate::store) mod stored;
pub(in crate::store) mod submitted;
pub(in crate::store) mod summary;
pub(in crate::store) mod undo_import;
pub(in crate::store) mod waiting;
