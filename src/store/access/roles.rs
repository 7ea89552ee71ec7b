//! Operators, their roles and permissions. Without a role, nothing is permitted.

use rusqlite::{Connection, Transaction, params};

use crate::domain::custom_role::in_order;
use crate::domain::dn::DistinguishedName;
use crate::domain::role::{ADMINISTRATOR, BUILT_IN, Operator, Permission, Role, cmdlet};
use crate::domain::text::identity_key;
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
) -> rusqlite::Result<Permission> {
    Ok(Permission::of(&roles(connection, operator)?, cmdlet))
}

pub(in crate::store) fn roles(
    connection: &Connection,
    operator: &Operator,
) -> rusqlite::Result<Vec<Role>> {
    let mut statement = connection.prepare_cached(
        "SELECT role FROM operator_roles JOIN roles ON name = role WHERE account_key = ?1 ORDER BY role",
    )?;
    let names = statement.query_map([identity_key(&operator.account)], |row| {
        row.get::<_, String>(0)
    })?;
    names.map(|name| role(connection, name?)).collect()
}

/// A role with its cmdlets and units. A role that does not exist permits nothing.
pub(in crate::store) fn role(connection: &Connection, name: String) -> rusqlite::Result<Role> {
    let mut cmdlets = texts(
        connection,
        "SELECT cmdlet FROM role_cmdlets WHERE role = ?1 ORDER BY cmdlet",
        &name,
    )?;
    cmdlets.sort_by_key(|name| {
        cmdlet::ALL
            .iter()
            .position(|known| known == name)
            .unwrap_or(cmdlet::ALL.len())
    });
    let units = texts(
        connection,
        "SELECT dn FROM role_units WHERE role = ?1 ORDER BY dn",
        &name,
    )?;
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
    Ok(Role {
        name,
        cmdlets,
        units: in_order(&units),
    })
}

fn texts(connection: &Connection, sql: &str, role: &str) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(sql)?
        .query_map([role], |row| row.get(0))?
        .collect()
}

pub(in crate::store) fn write_built_in(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    for (role, cmdlets) in BUILT_IN {
        transaction.execute("INSERT INTO roles (name) VALUES (?1)", [role])?;
        for cmdlet in cmdlets {
            transaction.execute(
                "INSERT INTO role_cmdlets (role, cmdlet) VALUES (?1, ?2)",
                [role, cmdlet],
            )?;
        }
    }
    Ok(())
}

pub(in crate::store) fn grant_first(
    transaction: &Transaction<'_>,
    operator: &Operator,
) -> rusqlite::Result<()> {
    transaction.execute(
        "INSERT INTO operator_roles (account_key, account, role) VALUES (?1, ?2, ?3)",
        params![
            identity_key(&operator.account),
            operator.account,
            ADMINISTRATOR
        ],
    )?;
    Ok(())
}
