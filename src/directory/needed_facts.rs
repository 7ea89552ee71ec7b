//! Reading from the store the values that a condition or an order needs beyond names and PIN states.

use std::sync::Arc;

use super::generation::Generation;
use super::read_sort_keys::{self, NoKeys};
use super::store_facts::AllFacts;
use super::{Directory, Query, SortColumn};
use crate::pipeline::UserCondition;
use crate::store::{Store, StoreError};

impl Directory {
    /// Forgets what was read for a condition. A grant of a policy changes no user, so that any
    /// write to the store may have changed it.
    pub fn forget_facts(&mut self) {
        self.facts = None;
        self.sort_keys = None;
    }

    /// Reads the values that the condition and the order of a query need, unless they were read already.
    /// An empty condition and one that cannot be read need nothing. Once `stop` returns true, the order
    /// may lack them.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn read_facts(
        &mut self,
        store: &Store,
        query: &Query,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), StoreError> {
        self.read_condition_facts(store, &query.condition)?;
        let column = query.sort.column;
        if !column.is_from_store() || self.has_sort_keys(column) {
            return Ok(());
        }
        match read_sort_keys::read(store, self, column, stop) {
            Ok(keys) => self.sort_keys = Some(Arc::new(keys)),
            Err(NoKeys::Stopped) => {}
            Err(NoKeys::Failed(error)) => return Err(error),
        }
        Ok(())
    }

    /// The key of a user for a column that was read from the store. None if the user has no value.
    pub(super) fn sort_key(&self, column: SortColumn, position: usize) -> Option<u64> {
        let keys = self.sort_keys.as_ref();
        keys.filter(|keys| keys.column == column)?.get(position)
    }

    /// Tells the keys of a column that were read from the store from earlier and later ones.
    pub(super) fn sort_generation(&self, column: SortColumn) -> Option<Generation> {
        let keys = self.sort_keys.as_ref();
        let keys = keys.filter(|keys| keys.column == column);
        keys.map(|keys| keys.generation)
    }

    fn has_sort_keys(&self, column: SortColumn) -> bool {
        self.sort_generation(column).is_some()
    }

    fn read_condition_facts(&mut self, store: &Store, condition: &str) -> Result<(), StoreError> {
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
