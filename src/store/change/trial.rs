//! Trying changes of settings out without writing: they are carried out in temporary copies of the
//! tables of settings. The code is the one that applies the changes. Nothing of the store is locked
//! or written, so a store that can only be read will do.

use crate::plan::SettingsWish;
use crate::store::engine::catalog::{copy_rows, copy_table};
use crate::store::engine::id_set::{IN_LIST, IdSet};
use crate::store::engine::transaction::begin_trial;
use crate::store::engine::{EngineResult, Transaction};
use crate::store::{Result, Store, WriteError};

/// The tables of settings that are copied whole. Those of users are copied in part.
const TABLES: [&str; 6] = [
    "meta",
    "roles",
    "role_cmdlets",
    "role_units",
    "operator_roles",
    "pin_policies",
];

impl Store {
    /// Runs a closure that changes settings, in copies of their tables. `wishes` name the users that
    /// it may change.
    pub(in crate::store) fn try_out<T>(
        &self,
        wishes: &[SettingsWish],
        work: impl FnOnce(&Transaction<'_>) -> std::result::Result<T, WriteError>,
    ) -> Result<T> {
        self.check_place()?;
        let tried = begin_trial(&self.connection)
            .map_err(WriteError::from)
            .and_then(|transaction| {
                copy_tables(&transaction, wishes)?;
                let outcome = work(&transaction);
                // The copies go with the transaction.
                transaction.rollback()?;
                outcome
            });
        tried.map_err(|error| self.ended(error))
    }
}

fn copy_tables(transaction: &Transaction<'_>, wishes: &[SettingsWish]) -> EngineResult<()> {
    for table in TABLES {
        copy_table(transaction, table)?;
    }
    // A user is changed only if a wish names them, and read if they have a setting.
    let needed = format!("is_protected = 1 OR pin_policy IS NOT NULL OR id IN {IN_LIST}");
    let named = wishes.iter().filter_map(SettingsWish::user);
    let named = IdSet::of(named.map(|id| id.0));
    copy_rows(transaction, "users", &needed, &[&named])
}
