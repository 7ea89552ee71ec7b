//! The search, and the commands that wait for its answer.

use strum::VariantArray as _;

use super::{App, GridColumn};
use crate::directory::{Sort, SortColumn, View};

impl App {
    pub(super) fn sort_by(&mut self, column: SortColumn) {
        let sort = self.query.sort;
        let descending = sort.column == column && !sort.descending;
        self.sort(Sort { column, descending });
    }

    pub(super) fn sort(&mut self, sort: Sort) {
        self.query.sort = sort;
        self.settings.sort = sort;
        self.ask();
        let column = GridColumn::VARIANTS.iter();
        let column = column.copied().find(|column| column.sort() == sort.column);
        let order = if sort.descending {
            "descending"
        } else {
            "ascending"
        };
        if let Some(column) = column {
            self.say(format!("Sorted by {}, {order}.", column.label()));
        }
    }

    /// Sends the search to the worker.
    pub(super) fn ask(&mut self) {
        self.waiting.clear();
        if let Some(worker) = &self.worker {
            worker.ask(self.query.clone());
        }
    }

    /// Whether the shown list answers the current search. Until it does, commands that refer to the
    /// list wait.
    pub(super) fn is_answered(&self) -> bool {
        self.waiting.is_empty() && self.view.as_ref().is_none_or(|view| self.is_answer(view))
    }

    fn is_answer(&self, view: &View) -> bool {
        view.is_complete && view.query == self.query
    }

    /// Executes the commands that have waited for the list.
    pub(super) fn execute_waiting(&mut self) {
        if self.view.as_ref().is_some_and(|view| self.is_answer(view)) {
            for command in std::mem::take(&mut self.waiting) {
                self.execute(command);
            }
        }
    }
}
