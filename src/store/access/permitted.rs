//! Changes of what the store itself is like: made and recorded in one transaction, or refused and recorded.

use rusqlite::Transaction;

use super::roles;
use crate::domain::Time;
use crate::domain::role::{Operator, Permission};
use crate::plan::BatchAction;
use crate::store::history::entry::{Batch, append_batch, record_denied};
use crate::store::{Result, Store, StoreError, WriteError};

/// What somebody wants to change, and what the history says about it.
pub(in crate::store) struct Attempt<'a> {
    /// Has to be permitted everywhere.
    pub cmdlet: &'a str,
    pub action: BatchAction,
    /// What a refusal names.
    pub target: &'a str,
    /// What was wanted, in words: the reason of a refusal.
    pub words: &'a str,
    pub operator: &'a Operator,
    pub at: Time,
}

impl Attempt<'_> {
    fn batch<'a>(&'a self, words: &'a str) -> Batch<'a> {
        Batch {
            reason: words,
            ..Batch::new(self.action.clone(), self.at, self.operator)
        }
    }
}

impl Store {
    /// Changes something and records it, if the operator may. `change` says in words what it has changed, if anything;
    /// what is no change is not recorded. Says whether it was one.
    pub(in crate::store) fn change_if_permitted(
        &mut self,
        attempt: &Attempt<'_>,
        change: impl FnOnce(&Transaction<'_>) -> std::result::Result<Option<String>, WriteError>,
    ) -> Result<bool> {
        let work = |transaction: &Transaction<'_>| {
            if roles::permission(transaction, attempt.operator, attempt.cmdlet)?
                != Permission::Everywhere
            {
                return Err(StoreError::not_permitted(attempt.operator, attempt.cmdlet).into());
            }
            let words = change(transaction)?;
            if let Some(words) = &words {
                append_batch(transaction, &attempt.batch(words))?;
            }
            Ok(words.is_some())
        };
        self.write_or_record(work, |transaction| {
            record_denied(transaction, &attempt.batch(attempt.words), attempt.target)
        })
    }
}
