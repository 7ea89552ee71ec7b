//! Reading from the store what a condition asks for beyond names and PIN states.

use std::sync::Arc;

use super::Directory;
use super::store_facts::AllFacts;
use crate::pipeline::UserCondition;
use crate::store::{Store, StoreError};

impl Directory {
    /// Forgets what was read for a condition. A grant of a policy changes no user, so that any
    /// write to the store may have changed it.
    pub fn forget_facts(&mut self) {
        self.facts = None;
    }

    /// Reads what a condition asks for, unless it was read already. An empty condition and one that
    /// cannot be read ask for nothing.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn read_facts(&mut self, store: &Store, condition: &str) -> Result<(), StoreError> {
        let needs = |condition: UserCondition| condition.needs_store();
        let is_needed = self.facts.is_none()
            && !condition.is_empty()
            && UserCondition::parse(condition).is_ok_and(needs);
        if is_needed {
            self.facts = Some(Arc::new(AllFacts::read(store)?));
        }
        Ok(())
    }
}
