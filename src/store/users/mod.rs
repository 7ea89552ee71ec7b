//! Finding users, and reading many of them at once.

pub(in crate::store) mod bulk_read;
pub(in crate::store) mod find;
pub(in crate::store) mod find_many;
pub(in crate::store) mod nearest;
pub(in crate::store) mod resolver;
pub(in crate::store) mod rows;
pub(in crate::store) mod targets;
