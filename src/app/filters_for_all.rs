//! The filters that are kept in the store for all operators.

use super::{App, JobSlot};
use crate::domain::kept_filter::{FilterReach, KeptFilter};
use crate::domain::role::cmdlet;
use crate::worker::jobs::{FiltersForAll, ForgetFilterForAll, KeepFilter, ReadFiltersForAll};

impl App {
    /// Reads the filters for all, and whether the operator may change them.
    pub(super) fn read_filters_for_all(&mut self) {
        let (done, failed) = (Self::filters_for_all_read, Self::report);
        self.submit(JobSlot::FILTERS, ReadFiltersForAll, done, failed);
    }

    fn filters_for_all_read(&mut self, read: FiltersForAll) {
        self.filters_for_all = read;
    }

    /// Why the operator may not keep a filter for all. None if they may.
    pub fn no_filters_for_all(&self) -> Option<String> {
        (!self.filters_for_all.may_change).then(|| {
            format!(
                "Filters for all are kept by those who may run {} for the whole store.",
                cmdlet::APPROVAL
            )
        })
    }

    /// Keeps the filter under the typed name for all operators of the store.
    pub(super) fn keep_filter_for_all(&mut self) {
        let text = self.filter_parts().text();
        let Some(line) = &mut self.filter_line else {
            return;
        };
        let filter = match KeptFilter::new(&line.name, &text, FilterReach::All) {
            Ok(filter) => filter,
            Err(fault) => return self.fail(fault.to_string()),
        };
        line.name.clear();
        let name = filter.name.clone();
        let done = move |app: &mut Self, ()| {
            app.say(format!("The filter is kept as {name}, for all operators."));
            app.read_filters_for_all();
        };
        self.submit(JobSlot::KEEP_FILTER, KeepFilter(filter), done, Self::report);
    }

    /// Uses the filter for all that has a name.
    pub(super) fn use_filter_for_all(&mut self, name: &str) {
        let mut all = self.filters_for_all.filters.iter();
        if let Some(kept) = all.find(|kept| kept.name == name) {
            self.type_filter(kept.filter.clone());
        }
    }

    pub(super) fn forget_filter_for_all(&mut self, name: String) {
        let of_job = ForgetFilterForAll(name.clone());
        let done = move |app: &mut Self, ()| {
            app.say(format!(
                "The filter {name} is no longer kept for all operators."
            ));
            app.read_filters_for_all();
        };
        self.submit(JobSlot::KEEP_FILTER, of_job, done, Self::report);
    }
}
