//! Nobody gives or defines a role that permits more than their own roles do.

use super::roles;
use crate::domain::role::{Operator, Role};
use crate::store::engine::Connection;
use crate::store::{StoreError, WriteError};

/// Checks that the operator's roles permit everything that a role permits.
///
/// # Errors
/// The role goes beyond them.
pub(super) fn check_held(
    connection: &Connection,
    role: &Role,
    operator: &Operator,
) -> Result<(), WriteError> {
    let held = roles::roles(connection, operator)?;
    match role.beyond(&held) {
        None => Ok(()),
        Some(cmdlet) => Err(StoreError::MoreThanHeld {
            operator: operator.account.clone(),
            role: role.name.clone(),
            cmdlet: cmdlet.to_owned(),
        }
        .into()),
    }
}
