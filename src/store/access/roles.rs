//! Operators, their roles and permissions. Without a role, nothing is permitted.

use std::collections::HashMap;

use super::bound_accounts::role_names_of;
use crate::domain::account::{kept_id, operator_key};
use crate::domain::custom_role::in_order;
use crate::domain::dn::DistinguishedName;
use crate::domain::role::{ADMINISTRATOR, BUILT_IN, Operator, Permission, Role, cmdlet};
use crate::store::engine::id_set::{IN_LIST, IdSet};
use crate::store::engine::{Connection, EngineError, EngineResult, Transaction};
use crate::store::{Result, Store};

impl Store {
    /// The roles of an operator.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn roles(&self, operator: &Operator) -> Result<Vec<Role>> {
        self.read(|connection| roles(connection, operator))
    }

    /// The permission of an operator for a cmdlet.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn permission(&self, operator: &Operator, cmdlet: &str) -> Result<Permission> {
        self.read(|connection| permission(connection, operator, cmdlet))
    }
}

pub(in crate::store) fn permission(
    connection: &Connection,
    operator: &Operator,
    cmdlet: &str,
) -> EngineResult<Permission> {
    Ok(Permission::of(&roles(connection, operator)?, cmdlet))
}

pub(in crate::store) fn roles(
    connection: &Connection,
    operator: &Operator,
) -> EngineResult<Vec<Role>> {
    let names = role_names_of(connection, operator)?;
    roles_named(connection, names)
}

/// The roles with these names, in their order. All are read together. A role that does not exist
/// permits nothing.
pub(in crate::store) fn roles_named(
    connection: &Connection,
    names: Vec<String>,
) -> EngineResult<Vec<Role>> {
    let set = IdSet::of_texts(names.iter().map(String::as_str));
    let mut cmdlets = texts_of_roles(connection, "role_cmdlets", "cmdlet", &set)?;
    let mut units = texts_of_roles(connection, "role_units", "dn", &set)?;
    Ok(names
        .into_iter()
        .map(|name| {
            let cmdlets = cmdlets.remove(&name).unwrap_or_default();
            let units = units.remove(&name).unwrap_or_default();
            assembled(name, cmdlets, &units)
        })
        .collect())
}

/// One role. A role that does not exist permits nothing.
pub(in crate::store) fn role(connection: &Connection, name: String) -> EngineResult<Role> {
    let mut found = roles_named(connection, vec![name])?;
    found.pop().ok_or(EngineError::no_row())
}

fn assembled(name: String, mut cmdlets: Vec<String>, units: &[String]) -> Role {
    cmdlets.sort_by_key(|name| {
        cmdlet::ALL
            .iter()
            .position(|known| known == name)
            .unwrap_or(cmdlet::ALL.len())
    });
    // A unit that cannot be read must not widen the role to everywhere. It becomes a unit without
    // users.
    let limited = !units.is_empty();
    let units: Vec<_> = units
        .iter()
        .filter_map(|dn| DistinguishedName::parse(dn).ok())
        .collect();
    let cmdlets = if limited && units.is_empty() {
        Vec::new()
    } else {
        cmdlets
    };
    Role {
        name,
        cmdlets,
        units: in_order(&units),
    }
}

/// The texts in a column of a table, in ascending order, for each of these roles.
fn texts_of_roles(
    connection: &Connection,
    table: &str,
    column: &str,
    roles: &IdSet,
) -> EngineResult<HashMap<String, Vec<String>>> {
    let sql =
        format!("SELECT role, {column} FROM {table} WHERE role IN {IN_LIST} ORDER BY {column}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(&[&roles])?;
    let mut texts: HashMap<String, Vec<String>> = HashMap::new();
    while let Some(row) = rows.next()? {
        texts.entry(row.get(0)?).or_default().push(row.get(1)?);
    }
    Ok(texts)
}

pub(in crate::store) fn write_built_in(transaction: &Transaction<'_>) -> EngineResult<()> {
    for (role, cmdlets) in BUILT_IN {
        transaction.execute("INSERT INTO roles (name) VALUES (?1)", &[&role])?;
        for cmdlet in cmdlets {
            transaction.execute(
                "INSERT INTO role_cmdlets (role, cmdlet) VALUES (?1, ?2)",
                &[&role, &cmdlet],
            )?;
        }
    }
    Ok(())
}

pub(in crate::store) fn grant_first(
    transaction: &Transaction<'_>,
    operator: &Operator,
) -> EngineResult<()> {
    transaction.execute(
        "INSERT INTO operator_roles (account_key, account, role, account_id) VALUES (?1, ?2, ?3, ?4)",
        &[&operator_key(&operator.account), &operator.account, &ADMINISTRATOR, &kept_id(operator)])?;
    Ok(())
}
