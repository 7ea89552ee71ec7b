//! Changes of roles and rules: made and recorded in one transaction, or refused and recorded.

use rusqlite::Transaction;

use super::roles;
use crate::domain::Time;
use crate::domain::role::{Operator, Permission};
use crate::plan::BatchAction;
use crate::store::history::append::{append_batch, record_denied};
use crate::store::history::batch::Batch;
use crate::store::history::settings::Settings;
use crate::store::{Result, Store, StoreError, WriteError};

/// An attempt to change roles or rules, with the texts for its history.
pub(in crate::store) struct Attempt<'a> {
    /// The cmdlet that must be permitted everywhere.
    pub cmdlet: &'a str,
    pub action: BatchAction,
    /// The target that a refusal names.
    pub target: &'a str,
    /// A description of the attempt, recorded as the reason of a refusal.
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
    /// Makes a change and records it, if the operator has the permission. `change` returns a
    /// description of what it changed; None is no change and is not recorded. Returns whether it
    /// was a change.
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
            let before = Settings::read(transaction)?;
            let words = change(transaction)?;
            if let Some(words) = &words {
                let mut chain = append_batch(transaction, &attempt.batch(words))?;
                let after = Settings::read(transaction)?;
                before.append_changes(&after, transaction, &mut chain)?;
            }
            Ok(words.is_some())
        };
        self.write_or_record(work, |transaction| {
            record_denied(transaction, &attempt.batch(attempt.words), attempt.target)
        })
    }
}
