//! Submitted plans, the decisions about them, and the refresh of an old plan.

pub(in crate::store) mod decide;
pub(in crate::store) mod refresh;
pub(in crate::store) mod submitted;
