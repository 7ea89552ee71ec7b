//! Saving the list of the shown view, as it is shown: as a page to print, as CSV or as a workbook.

use std::path::Path;

use super::shown_list::ShownList;
use super::{App, Notice};
use crate::exchange::ListForm;
use crate::worker::jobs::SaveList;

impl App {
    /// Whether the shown view has a list that can be saved.
    pub fn has_list_to_save(&self) -> bool {
        self.shown_list().is_some()
    }

    /// Asks for a file, and saves the shown list.
    pub(super) fn ask_where_to_save_list(&mut self, form: ListForm) {
        let Some(gather) = self.shown_list() else {
            return self.fail("There is no list in this view to be saved.");
        };
        let ShownList { title, make } = gather();
        let extension = form.extension();
        let name = format!("{title}.{extension}");
        let words = match form {
            ListForm::Page => "Save the list as a page to print",
            ListForm::Csv => "Save the list as CSV",
            ListForm::Workbook => "Save the list as a workbook",
        };
        self.ask_where_to_save(words, &name, extension, move |to| SaveList {
            make,
            form,
            to,
        });
    }

    /// Opens the page of the last outcome in the browser.
    pub(super) fn open_page(&mut self, page: &Path) {
        let opened = self.environment.files.open_page(page);
        if let Err(why) = opened {
            let notice = format!(
                "The page was saved, but not opened: {why}. Open {}.",
                page.display()
            );
            self.notice = Some(Notice::error(notice));
        }
    }
}
