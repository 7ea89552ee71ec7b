//! The filter of the list: chips, a typed condition, and filters that are kept under names.

use super::state::filter_line::all_of;
use super::{App, FilterLine, FilterParts, FocusTarget};
use crate::domain::filter::Filter;

impl App {
    /// Shows only the users who pass one filter.
    pub(super) fn set_filter(&mut self, filter: Filter) {
        let mut parts = FilterParts::default();
        *parts.slot(filter) = filter;
        self.use_filter(parts);
    }

    /// Switches a chip on or off. A chip takes the place of another one of its kind.
    pub(super) fn toggle_chip(&mut self, chip: Filter) {
        let mut parts = self.filter_parts();
        if chip == Filter::All {
            (parts.filter, parts.also) = (Filter::All, Filter::All);
        } else {
            let slot = parts.slot(chip);
            *slot = if *slot == chip { Filter::All } else { chip };
        }
        self.use_filter(parts);
    }

    /// Sets the filter as it is typed. A text that is no condition leaves the list as it is.
    pub(super) fn type_filter(&mut self, text: String) {
        match FilterParts::parse(&text) {
            Ok(parts) => {
                self.take_filter(parts);
                self.filter_line.get_or_insert_default().fault = None;
            }
            Err(why) => self.filter_line.get_or_insert_default().fault = Some(why),
        }
        if let Some(line) = &mut self.filter_line {
            line.text = text;
        }
    }

    /// Adds a condition to the filter.
    pub(super) fn add_condition(&mut self, condition: &str) {
        let mut parts = self.filter_parts();
        let before = std::mem::take(&mut parts.condition);
        let both = [before, condition.to_owned()];
        let both = both.into_iter().filter(|condition| !condition.is_empty());
        parts.condition = all_of(&both.collect::<Vec<_>>());
        self.use_filter(parts);
        self.filter_line.get_or_insert_default();
    }

    pub(super) fn open_filter_line(&mut self) {
        let text = self.filter_parts().text();
        self.filter_line.get_or_insert_default().text = text;
        self.next_frame.focus = Some(FocusTarget::FilterLine);
    }

    /// Removes the whole filter, and closes its line.
    pub(super) fn remove_filter(&mut self) {
        self.filter_line = None;
        self.use_filter(FilterParts::default());
        self.next_frame.focus = Some(FocusTarget::Grid);
    }

    /// Keeps the filter under the typed name.
    pub(super) fn save_filter(&mut self) {
        let text = self.filter_parts().text();
        let Some(line) = &mut self.filter_line else {
            return;
        };
        let name = std::mem::take(&mut line.name).trim().to_owned();
        if name.is_empty() || text.is_empty() {
            return;
        }
        self.settings.saved_filters.insert(name.clone(), text);
        self.say(format!("The filter is kept as {name}."));
    }

    /// Uses the filter that is kept under a name.
    pub(super) fn use_saved_filter(&mut self, name: &str) {
        if let Some(text) = self.settings.saved_filters.get(name).cloned() {
            self.type_filter(text);
        }
    }

    pub(super) fn forget_filter(&mut self, name: &str) {
        if self.settings.saved_filters.remove(name).is_some() {
            self.say(format!("The filter {name} is no longer kept."));
        }
    }

    /// The filter that was used last for this store.
    pub(super) fn restore_filter(&mut self) {
        let text = self.settings.last_filters.get(&self.filter_key());
        let parts = text.and_then(|text| FilterParts::parse(text).ok());
        let parts = parts.unwrap_or_default();
        self.filter_line = None;
        self.show_filter(&parts);
        self.set_parts(parts);
    }

    pub(super) fn forget_query(&mut self) {
        self.query.text.clear();
        self.query.among = None;
        self.filter_line = None;
        self.use_filter(FilterParts::default());
    }

    /// The filter of the list.
    pub fn filter_parts(&self) -> FilterParts {
        let mut parts = FilterParts {
            condition: self.query.condition.clone(),
            ..FilterParts::default()
        };
        for filter in [self.query.filter, self.query.also] {
            if filter != Filter::All {
                *parts.slot(filter) = filter;
            }
        }
        parts
    }

    fn use_filter(&mut self, parts: FilterParts) {
        self.show_filter(&parts);
        self.take_filter(parts);
    }

    /// Writes a filter into its line, which opens for a condition, since no chip says it.
    fn show_filter(&mut self, parts: &FilterParts) {
        if self.filter_line.is_none() && !parts.condition.is_empty() {
            self.filter_line = Some(FilterLine::default());
        }
        if let Some(line) = &mut self.filter_line {
            line.text = parts.text();
            line.fault = None;
        }
    }

    fn take_filter(&mut self, parts: FilterParts) {
        let (key, text) = (self.filter_key(), parts.text());
        if text.is_empty() {
            self.settings.last_filters.remove(&key);
        } else {
            self.settings.last_filters.insert(key, text);
        }
        self.set_parts(parts);
        self.ask();
    }

    fn set_parts(&mut self, parts: FilterParts) {
        FilterParts {
            filter: self.query.filter,
            also: self.query.also,
            condition: self.query.condition,
        } = parts;
        self.query.zone = self.zone();
    }

    /// The name of the store in the settings.
    fn filter_key(&self) -> String {
        self.store().to_string_lossy().into_owned()
    }
}
