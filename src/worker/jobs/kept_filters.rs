//! The filters that are kept in the store for all operators.

use crate::domain::kept_filter::{FilterReach, KeptFilter};
use crate::worker::job::{Effect, Job, JobContext, JobFailed};

/// Reads the filters for all.
pub struct ReadFiltersForAll;

/// The filters for all, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FiltersForAll {
    pub filters: Vec<KeptFilter>,
    /// Whether the operator may keep and forget them.
    pub may_change: bool,
}

/// Keeps a filter in the store.
pub struct KeepFilter(pub KeptFilter);

/// Forgets the filter for all that has this name.
pub struct ForgetFilterForAll(pub String);

impl Job for ReadFiltersForAll {
    type Answer = FiltersForAll;

    fn title(&self) -> &'static str {
        "Reading the filters"
    }

    fn run(self, context: JobContext<'_>) -> Result<FiltersForAll, JobFailed> {
        let JobContext {
            store, operator, ..
        } = context;
        let mut filters = store.kept_filters(operator)?;
        filters.retain(|filter| filter.reach == FilterReach::All);
        Ok(FiltersForAll {
            filters,
            may_change: store.may_keep_filters_for_all(operator)?,
        })
    }
}

impl Job for KeepFilter {
    type Answer = ();
    const EFFECT: Effect = Effect::WritesStore;
    // The history has no entry about it.
    const ASKS_ABOUT_CLOCK: bool = false;

    fn title(&self) -> &'static str {
        "Keeping the filter"
    }

    fn run(self, context: JobContext<'_>) -> Result<(), JobFailed> {
        Ok(context.store.keep_filter(&self.0, context.operator)?)
    }
}

impl Job for ForgetFilterForAll {
    type Answer = ();
    const EFFECT: Effect = Effect::WritesStore;
    // The history has no entry about it.
    const ASKS_ABOUT_CLOCK: bool = false;

    fn title(&self) -> &'static str {
        "Forgetting the filter"
    }

    fn run(self, context: JobContext<'_>) -> Result<(), JobFailed> {
        let JobContext {
            store, operator, ..
        } = context;
        store.forget_filter(&self.0, FilterReach::All, operator)?;
        Ok(())
    }
}
