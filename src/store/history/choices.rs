//! The values to choose from when the history is filtered.

use super::query::distinct;
use crate::domain::text::identity_key;
use crate::plan::BatchAction;
use crate::store::{Result, Store};

/// The operators and actions of a history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryChoices {
    /// The accounts of all operators, in alphabetical order.
    pub operators: Vec<String>,
    /// All actions, in the order in which they are shown.
    pub actions: Vec<BatchAction>,
}

impl Store {
    /// The operators and the actions that the history has.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn history_choices(&self) -> Result<HistoryChoices> {
        self.read(|connection| {
            let mut operators = distinct(connection, "operator")?;
            // One account is one choice, however it was written.
            operators.sort_by_cached_key(|operator| (identity_key(operator), operator.clone()));
            operators.dedup_by_key(|operator| identity_key(operator));
            let words = distinct(connection, "action")?;
            let mut actions: Vec<BatchAction> = words
                .iter()
                .map(|word| BatchAction::of_word(word))
                .collect();
            actions.sort_by_cached_key(|action| (action.position(), action.to_string()));
            Ok(HistoryChoices { operators, actions })
        })
    }
}
