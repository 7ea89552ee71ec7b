//! Grants: giving roles to operators and taking them away.

use super::held::check_held;
use super::roles;
use crate::domain::account::operator_key;
use crate::domain::role::{ADMINISTRATOR, Operator};
use crate::domain::visible::{has_hidden, shown};
use crate::store::engine::{Connection, EngineResult, Transaction};
use crate::store::history::query::accounts_of;
use crate::store::{Result, Store, StoreError, WriteError};

/// An account of the operating system and its roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatorRoles {
    pub account: String,
    pub roles: Vec<String>,
}

/// Giving a role or taking it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    Give,
    Take,
}

impl Grant {
    /// The message afterwards. `changed` is the result of [`Store::grant`].
    pub fn outcome(self, role: &str, account: &str, changed: bool) -> String {
        match (self, changed) {
            (Self::Give, true) => format!("{account} has the role {role} now."),
            (Self::Give, false) => format!("{account} has the role {role} already."),
            (Self::Take, true) => format!("{account} has the role {role} no longer."),
            (Self::Take, false) => format!("{account} did not have the role {role}."),
        }
    }
}

impl Store {
    /// All operators with a role, in the order of their accounts.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn operators(&self) -> Result<Vec<OperatorRoles>> {
        self.read(operators)
    }

    /// The names of all roles, or of those that hold a cmdlet. Names of cmdlets are compared
    /// exactly.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn role_names(&self, holding: Option<&str>) -> Result<Vec<String>> {
        let mut names: Vec<String> = self.read(|connection| match holding {
            None => connection
                .prepare_cached("SELECT name FROM roles")?
                .query_map(&[], |row| row.get(0))?
                .collect(),
            Some(cmdlet) => connection
                .prepare_cached("SELECT role FROM role_cmdlets WHERE cmdlet = ?1")?
                .query_map(&[&cmdlet], |row| row.get(0))?
                .collect(),
        })?;
        names.sort();
        Ok(names)
    }
}

pub(in crate::store) fn operators(connection: &Connection) -> EngineResult<Vec<OperatorRoles>> {
    let mut operators: Vec<OperatorRoles> = Vec::new();
    let mut statement = connection
        .prepare_cached("SELECT account, role FROM operator_roles ORDER BY account_key, role")?;
    let mut rows = statement.query(&[])?;
    while let Some(row) = rows.next()? {
        let (account, role): (String, String) = (row.get(0)?, row.get(1)?);
        match operators.last_mut() {
            Some(last) if operator_key(&last.account) == operator_key(&account) => {
                last.roles.push(role);
            }
            _ => operators.push(OperatorRoles {
                account,
                roles: vec![role],
            }),
        }
    }
    Ok(operators)
}

/// Gives an account a role, or takes it away. Returns whether that was a change.
///
/// # Errors
/// There is no such role, it permits more than the operator's own ones, or no administrator who has
/// changed anything would be left.
pub(in crate::store) fn grant(
    transaction: &Transaction<'_>,
    grant: Grant,
    role: &str,
    account: &str,
    operator: &Operator,
) -> std::result::Result<bool, WriteError> {
    if has_hidden(account) {
        return Err(StoreError::HiddenCharacter {
            account: shown(account).into_owned(),
        }
        .into());
    }
    let known: Option<String> =
        transaction.query_optional("SELECT name FROM roles WHERE name = ?1", &[&role], |row| {
            row.get(0)
        })?;
    if known.is_none() || account.is_empty() {
        return Err(StoreError::NoSuchRole {
            role: role.to_owned(),
        }
        .into());
    }
    let key = operator_key(account);
    let changed = match grant {
        Grant::Give => {
            let given = roles::role(transaction, role.to_owned())?;
            check_held(transaction, &given, operator)?;
            transaction.execute(
                "INSERT INTO operator_roles (account_key, account, role, account_id)
                 VALUES (?1, ?2, ?3, (SELECT account_id FROM operator_roles WHERE account_key = ?1 LIMIT 1))
                 ON CONFLICT DO NOTHING",
                &[&key, &account, &role])?
        }
        Grant::Take => {
            let taken = transaction.execute(
                "DELETE FROM operator_roles WHERE account_key = ?1 AND role = ?2",
                &[&key, &role],
            )?;
            if taken > 0 && role == ADMINISTRATOR && !has_proven_administrator(transaction)? {
                return Err(StoreError::LastAdministrator.into());
            }
            taken
        }
    };
    Ok(changed > 0)
}

/// Whether an account with the role CsAdministrator has a batch in the history. An account that has
/// never done anything may be a name that nobody can log on with.
fn has_proven_administrator(connection: &Connection) -> EngineResult<bool> {
    let administrators: Vec<String> = connection
        .prepare_cached("SELECT account FROM operator_roles WHERE role = ?1")?
        .query_map(&[&ADMINISTRATOR], |row| row.get(0))?
        .collect::<EngineResult<_>>()?;
    for account in administrators {
        let key = operator_key(&account);
        let known = accounts_of(connection, &account)?;
        if known.iter().any(|known| operator_key(known) == key) {
            return Ok(true);
        }
    }
    Ok(false)
}
