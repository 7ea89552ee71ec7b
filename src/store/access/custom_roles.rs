//! Custom roles: listing, defining and removing them; and the accounts that can run a cmdlet.

use super::held::check_held;
use super::{grants, roles};
use crate::domain::custom_role::{RoleFault, in_order};
use crate::domain::role::{BUILT_IN, Operator, Permission, Role, cmdlet, is_built_in};
use crate::domain::text::identity_key;
use crate::store::engine::{Connection, EngineResult, Transaction};
use crate::store::{Result, Store, StoreError, WriteError};

/// An account that may run a cmdlet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    pub account: String,
    /// The users for whom it may run it: all, or those in some units.
    pub permission: Permission,
    /// The roles that permit it.
    pub roles: Vec<String>,
}

/// The message after defining a role. `changed` is the result of [`Store::set_role`].
pub fn set_role_outcome(role: &Role, changed: bool) -> String {
    let words = role.checked().as_ref().unwrap_or(role).words();
    if changed {
        format!("Role saved. {words}.")
    } else {
        format!("The role was so already. {words}.")
    }
}

/// The message after removing a role. `changed` is the result of [`Store::remove_role`].
pub fn remove_role_outcome(role: &str, changed: bool) -> String {
    let role = role.trim();
    if changed {
        format!("The role {role} is removed.")
    } else {
        format!("There is no role {role}: nothing to remove.")
    }
}

impl Store {
    /// All roles: the built-in ones in their order, then custom ones by name.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn all_roles(&self) -> Result<Vec<Role>> {
        self.read(all_roles)
    }

    /// The accounts that may run exactly this cmdlet, for which users, and by which roles, in the
    /// order of accounts.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn who_can(&self, cmdlet: &str) -> Result<Vec<Holder>> {
        self.read(|connection| {
            let holding: Vec<Role> = all_roles(connection)?
                .into_iter()
                .filter(|role| role.cmdlets.iter().any(|name| name == cmdlet))
                .collect();
            let operators = grants::operators(connection)?;
            Ok(operators
                .into_iter()
                .filter_map(|operator| holder(operator, &holding, cmdlet))
                .collect())
        })
    }
}

fn holder(operator: grants::OperatorRoles, holding: &[Role], cmdlet: &str) -> Option<Holder> {
    let roles: Vec<Role> = holding
        .iter()
        .filter(|role| operator.roles.contains(&role.name))
        .cloned()
        .collect();
    let permission = match Permission::of(&roles, cmdlet) {
        Permission::Nowhere => return None,
        Permission::Within(_) if cmdlet::is_of_the_store(cmdlet) => return None,
        Permission::Within(units) => Permission::Within(in_order(&units)),
        Permission::Everywhere => Permission::Everywhere,
    };
    Some(Holder {
        account: operator.account,
        permission,
        roles: roles.into_iter().map(|role| role.name).collect(),
    })
}

fn all_roles(connection: &Connection) -> EngineResult<Vec<Role>> {
    let mut names = names(connection)?;
    names.sort_by_cached_key(|name| {
        let place = BUILT_IN
            .iter()
            .position(|(built_in, _)| built_in == name)
            .unwrap_or(BUILT_IN.len());
        (place, identity_key(name))
    });
    roles::roles_named(connection, names)
}

fn names(connection: &Connection) -> EngineResult<Vec<String>> {
    connection
        .prepare_cached("SELECT name FROM roles")?
        .query_map(&[], |row| row.get(0))?
        .collect()
}

/// A role whose name differs only in case or normal form. Two such roles would be confused.
fn lookalike(connection: &Connection, name: &str) -> EngineResult<Option<String>> {
    let key = identity_key(name);
    Ok(names(connection)?
        .into_iter()
        .find(|other| other != name && identity_key(other) == key))
}

/// Defines a custom role, or defines it again. Returns whether that was a change.
///
/// # Errors
/// The role is built in, it permits more than the operator's own ones, or another role has its name.
pub(in crate::store) fn set(
    transaction: &Transaction<'_>,
    role: &Role,
    operator: &Operator,
) -> std::result::Result<bool, WriteError> {
    check_held(transaction, role, operator)?;
    if is_built_in(&role.name) {
        return Err(StoreError::BuiltInRole {
            role: role.name.clone(),
        }
        .into());
    }
    if let Some(other) = lookalike(transaction, &role.name)? {
        return Err(StoreError::RoleNameTaken {
            role: role.name.clone(),
            other,
        }
        .into());
    }
    if names(transaction)?.contains(&role.name) {
        if roles::role(transaction, role.name.clone())?.permits_the_same(role) {
            return Ok(false);
        }
        clear(transaction, &role.name)?;
    } else {
        transaction.execute("INSERT INTO roles (name) VALUES (?1)", &[&role.name])?;
    }
    for cmdlet in &role.cmdlets {
        transaction.execute(
            "INSERT INTO role_cmdlets (role, cmdlet) VALUES (?1, ?2)",
            &[&role.name, &cmdlet],
        )?;
    }
    for unit in &role.units {
        transaction.execute(
            "INSERT INTO role_units (role, dn) VALUES (?1, ?2)",
            &[&role.name, &unit.to_string()],
        )?;
    }
    Ok(true)
}

/// Removes a custom role that no account has. Returns the description of the removed role, if there
/// was one.
///
/// # Errors
/// The role is built in, an account has it, or its name is spelled differently.
pub(in crate::store) fn remove(
    transaction: &Transaction<'_>,
    name: &str,
) -> std::result::Result<Option<String>, WriteError> {
    if is_built_in(name) {
        return Err(StoreError::BuiltInRole {
            role: name.to_owned(),
        }
        .into());
    }
    if !names(transaction)?.iter().any(|known| known == name) {
        return match lookalike(transaction, name)? {
            Some(other) => Err(StoreError::RoleSpelling {
                role: name.to_owned(),
                other,
            }
            .into()),
            None => Ok(None),
        };
    }
    let having = grants::operators(transaction)?
        .into_iter()
        .filter(|operator| operator.roles.iter().any(|role| role == name));
    let accounts: Vec<String> = having.map(|operator| operator.account).collect();
    if !accounts.is_empty() {
        return Err(StoreError::RoleInUse {
            role: name.to_owned(),
            accounts,
        }
        .into());
    }
    let words = roles::role(transaction, name.to_owned())?.words();
    clear(transaction, name)?;
    transaction.execute("DELETE FROM roles WHERE name = ?1", &[&name])?;
    Ok(Some(words))
}

fn clear(transaction: &Transaction<'_>, name: &str) -> EngineResult<()> {
    transaction.execute("DELETE FROM role_cmdlets WHERE role = ?1", &[&name])?;
    transaction.execute("DELETE FROM role_units WHERE role = ?1", &[&name])?;
    Ok(())
}

impl From<RoleFault> for WriteError {
    fn from(fault: RoleFault) -> Self {
        Self::Store(StoreError::WrongRole(fault))
    }
}
