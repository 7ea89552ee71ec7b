//! The IDs of accounts with roles. A role is given to a name; the first account with that name that
//! opens the store is the one that has it from then on.

use crate::domain::Time;
use crate::domain::account::{AccountMatch, kept_id, match_account, operator_key};
use crate::domain::role::Operator;
use crate::plan::BatchAction;
use crate::store::engine::{Connection, EngineResult, Transaction};
use crate::store::history::append::append_batch;
use crate::store::history::batch::Batch;
use crate::store::history::settings::Settings;
use crate::store::{Result, Store, WriteError};

/// One role of an account, as the store keeps it.
struct GrantRow {
    key: String,
    account: String,
    role: String,
    id: Option<String>,
}

impl Store {
    /// Keeps the ID of the operator's account beside its roles, if it is not kept yet.
    ///
    /// # Errors
    /// The store could not be read or written.
    pub(in crate::store) fn bind_account(&mut self, operator: &Operator, now: Time) -> Result<()> {
        if self
            .read(|connection| unbound(connection, operator))?
            .is_empty()
        {
            return Ok(());
        }
        self.write(|transaction| bind(transaction, operator, now))
    }

    /// Why the operator has no roles although the account has the name of one that has: it was made
    /// again after that one was deleted.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn renewed_account(&self, operator: &Operator) -> Result<Option<String>> {
        let renewed = self.read(|connection| {
            Ok(grants_of(connection, operator)?
                .into_iter()
                .find_map(|(row, found)| (found == AccountMatch::Renewed).then_some(row.id)))
        })?;
        Ok(renewed.flatten().map(|id| {
            format!(
                "{} is not the account that has roles in this store: that one is {id}, and this one is {}. If it is the same person, let an administrator take the roles from {} and give them again.",
                operator.account,
                kept_id(operator).as_deref().unwrap_or("unknown"),
                operator.account
            )
        }))
    }
}

/// The names of the operator's roles, in ascending order.
pub(in crate::store) fn role_names_of(
    connection: &Connection,
    operator: &Operator,
) -> EngineResult<Vec<String>> {
    let mut names: Vec<String> = grants_of(connection, operator)?
        .into_iter()
        .filter(|(_, found)| matches!(found, AccountMatch::Same | AccountMatch::Unbound))
        .map(|(row, _)| row.role)
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn unbound(connection: &Connection, operator: &Operator) -> EngineResult<Vec<GrantRow>> {
    Ok(grants_of(connection, operator)?
        .into_iter()
        .filter(|(_, found)| *found == AccountMatch::Unbound)
        .map(|(row, _)| row)
        .collect())
}

fn bind(
    transaction: &Transaction<'_>,
    operator: &Operator,
    now: Time,
) -> std::result::Result<(), WriteError> {
    let rows = unbound(transaction, operator)?;
    let (Some(id), false) = (kept_id(operator), rows.is_empty()) else {
        return Ok(());
    };
    let before = Settings::read(transaction)?;
    for GrantRow { key, role, .. } in rows {
        transaction.execute(
            "UPDATE operator_roles SET account_id = ?3 WHERE account_key = ?1 AND role = ?2",
            &[&key, &role, &id],
        )?;
    }
    let reason = format!("{} is {id}", operator.account);
    let batch = Batch {
        reason: &reason,
        ..Batch::new(BatchAction::BindAccount, now, operator)
    };
    let mut chain = append_batch(transaction, &batch)?;
    let after = Settings::read(transaction)?;
    Ok(before.append_changes(&after, transaction, &mut chain)?)
}

/// The roles of accounts that have the operator's name.
fn grants_of(
    connection: &Connection,
    operator: &Operator,
) -> EngineResult<Vec<(GrantRow, AccountMatch)>> {
    let mut statement = connection
        .prepare_cached(
            "SELECT account_key, account, role, account_id FROM operator_roles JOIN roles ON name = role",
        )?;
    let mut rows = statement.query(&[])?;
    let mut grants = Vec::new();
    while let Some(row) = rows.next()? {
        let row = GrantRow {
            key: row.get(0)?,
            account: row.get(1)?,
            role: row.get(2)?,
            id: row.get(3)?,
        };
        let found = match_account(operator, &row.account, row.id.as_deref());
        if found != AccountMatch::None {
            grants.push((row, found));
        }
    }
    Ok(grants)
}

/// Writes the keys of accounts again, after the way in which names are compared has changed.
pub(in crate::store) fn renew_account_keys(transaction: &Transaction<'_>) -> EngineResult<()> {
    let accounts: Vec<String> = transaction
        .prepare("SELECT DISTINCT account FROM operator_roles")?
        .query_map(&[], |row| row.get(0))?
        .collect::<EngineResult<_>>()?;
    for account in accounts {
        transaction.execute(
            "UPDATE operator_roles SET account_key = ?2 WHERE account = ?1",
            &[&account, &operator_key(&account)],
        )?;
    }
    Ok(())
}
