//! Collecting differences: the first of each area, and how many there are.

use std::collections::BTreeMap;

use crate::store::history::difference::{Area, Difference};

/// The differences that were found so far.
#[derive(Default)]
pub(super) struct FoundDifferences(BTreeMap<Area, Difference>);

impl FoundDifferences {
    /// Adds a difference. `sentence` is asked only for the first one of an area.
    pub fn add(&mut self, area: Area, sentence: impl FnOnce() -> String) {
        let found = self.0.entry(area).or_insert_with(|| Difference {
            area,
            count: 0,
            first: sentence(),
        });
        found.count += 1;
    }

    /// The differences in the order of the areas.
    pub fn finish(self) -> Vec<Difference> {
        self.0.into_values().collect()
    }
}
