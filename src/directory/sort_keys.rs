//! The keys of columns that only the store knows, in memory while the list is sorted by such a column.

use super::generation::Generation;
use super::query::SortColumn;

/// The keys of all users for one column, in the order in which the users lie in memory.
#[derive(Debug)]
pub(super) struct SortKeys {
    pub column: SortColumn,
    pub generation: Generation,
    keys: Box<[u64]>,
}

impl SortKeys {
    pub fn new(column: SortColumn, keys: Box<[u64]>) -> Self {
        Self {
            column,
            generation: Generation::next(),
            keys,
        }
    }

    /// The key of a user. None if the user has no value.
    pub fn get(&self, position: usize) -> Option<u64> {
        self.keys.get(position).copied().filter(|&key| key != 0)
    }
}
