//! Filters that are kept in the store. They change nothing about users, so the history has no entries
//! about them.

use super::roles;
use crate::domain::account::operator_key;
use crate::domain::kept_filter::{FilterReach, KeptFilter, KeptFilterFault};
use crate::domain::role::{Operator, Permission, cmdlet};
use crate::store::engine::{EngineResult, Row, Transaction};
use crate::store::{Result, Store, StoreError, WriteError};

impl Store {
    /// The filters that an operator sees: their own ones, and those for all, each by name.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn kept_filters(&self, operator: &Operator) -> Result<Vec<KeptFilter>> {
        self.read(|connection| {
            let row = |row: Row<'_>| {
                let owner: String = row.get(0)?;
                Ok(KeptFilter {
                    name: row.get(1)?,
                    filter: row.get(2)?,
                    reach: if owner.is_empty() {
                        FilterReach::All
                    } else {
                        FilterReach::Own
                    },
                })
            };
            connection
                .prepare_cached(
                    "SELECT owner, name, filter FROM kept_filters WHERE owner = ?1 OR owner = ''
                     ORDER BY owner = '', name_key",
                )?
                .query_map(&[&operator_key(&operator.account)], row)?
                .collect()
        })
    }

    /// Keeps a filter under its name, in place of the one that has the name and the reach already.
    ///
    /// # Errors
    /// There are too many, the store failed, or the filter is for all and no role of the operator
    /// permits to set the rules of the store.
    pub fn keep_filter(&mut self, filter: &KeptFilter, operator: &Operator) -> Result<()> {
        self.write(|transaction| {
            let owner = owner(transaction, filter.reach, operator)?;
            let key = KeptFilter::key(&filter.name);
            let others: u32 = transaction.query_row(
                "SELECT count(*) FROM kept_filters WHERE owner = ?1 AND name_key <> ?2",
                &[&owner, &key],
                |row| row.get(0),
            )?;
            if others as usize >= KeptFilter::MOST {
                return Err(StoreError::WrongKeptFilter(KeptFilterFault::TooMany).into());
            }
            transaction.execute(
                "INSERT INTO kept_filters (owner, name_key, name, filter) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (owner, name_key) DO UPDATE SET name = excluded.name, filter = excluded.filter",
                &[&owner, &key, &filter.name, &filter.filter],
            )?;
            Ok(())
        })
    }

    /// Forgets a kept filter. Returns whether there was one.
    ///
    /// # Errors
    /// The store failed, or the filter is for all and no role of the operator permits to set the
    /// rules of the store.
    pub fn forget_filter(
        &mut self,
        name: &str,
        reach: FilterReach,
        operator: &Operator,
    ) -> Result<bool> {
        self.write(|transaction| {
            let owner = owner(transaction, reach, operator)?;
            let removed = transaction.execute(
                "DELETE FROM kept_filters WHERE owner = ?1 AND name_key = ?2",
                &[&owner, &KeptFilter::key(name)],
            )?;
            Ok(removed > 0)
        })
    }

    /// Whether an operator may keep and forget filters for all.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn may_keep_filters_for_all(&self, operator: &Operator) -> Result<bool> {
        let permission = self.permission(operator, cmdlet::APPROVAL)?;
        Ok(permission == Permission::Everywhere)
    }
}

/// The owner of filters with a reach, if the operator may change them.
fn owner(
    transaction: &Transaction<'_>,
    reach: FilterReach,
    operator: &Operator,
) -> std::result::Result<String, WriteError> {
    match reach {
        FilterReach::Own => Ok(operator_key(&operator.account)),
        FilterReach::All => {
            let permission: EngineResult<Permission> =
                roles::permission(transaction, operator, cmdlet::APPROVAL);
            if permission? != Permission::Everywhere {
                return Err(StoreError::not_permitted(operator, cmdlet::APPROVAL).into());
            }
            Ok(String::new())
        }
    }
}
