//! Permissions: operators, their roles, and the rules of approval.
//!
//! `change::settings` makes and records every change of these. This room uses `engine` and `history` only.

mod accept_clock;
mod accept_history;
pub(in crate::store) mod approval;
pub(in crate::store) mod bound_accounts;
pub(in crate::store) mod custom_roles;
pub(in crate::store) mod grants;
mod held;
pub(in crate::store) mod hook_names;
pub(in crate::store) mod hook_runner;
mod kept_filters;
pub(in crate::store) mod reasons;
pub(in crate::store) mod roles;
