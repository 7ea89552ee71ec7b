//! Permissions: operators and their roles, approval rules and protected users.

pub(in crate::store) mod approval;
pub(in crate::store) mod custom_roles;
pub(in crate::store) mod grants;
pub(in crate::store) mod permitted;
pub(in crate::store) mod roles;
