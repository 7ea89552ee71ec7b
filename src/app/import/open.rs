//! Opening a file: from a dialog, or dropped on the window.

use std::path::PathBuf;

use crate::app::{App, ImportSheet, ImportStage, JobSlot, WhatIfPanel};

impl App {
    pub(in crate::app) fn pick_file(&mut self, is_list: bool) {
        if self.is_writing() || self.import.is_some() {
            return;
        }
        let title = if is_list {
            "Lock or unlock from a file"
        } else {
            "Import users or PINs"
        };
        self.ask_for_file(
            |files, chosen| files.open_csv(title, chosen),
            move |app, path| app.open_file(path, is_list),
        );
    }

    /// Opens a file that was dropped on the window. Several files at once are refused.
    pub(in crate::app) fn import_dropped(&mut self, mut paths: Vec<PathBuf>) {
        match (paths.len(), paths.pop()) {
            (1, Some(path)) => self.open_file(path, false),
            _ => self
                .fail("PinDesk imports one file at a time. Drop the users first, then the PINs."),
        }
    }

    fn open_file(&mut self, path: PathBuf, is_list: bool) {
        if self.is_writing() {
            let file = path.display();
            self.fail(format!(
                "The file was not read, since another change is being written. Try again afterwards: {file}"
            ));
            return;
        }
        let has_list = self
            .import
            .as_ref()
            .is_some_and(|sheet| matches!(sheet.stage, ImportStage::List { .. }));
        if has_list
            && matches!(
                self.panel,
                WhatIfPanel::Preview(_) | WhatIfPanel::Confirming { .. }
            )
        {
            let file = path.display();
            self.fail(format!(
                "The file was not read, since a list is open. Apply it or close it first: {file}"
            ));
            return;
        }
        // Pending answers for an older sheet must not reach this one.
        for slot in [
            JobSlot::SURVEY,
            JobSlot::FILE_PREVIEW,
            JobSlot::OPEN_ROW,
            JobSlot::PICK_USER,
            JobSlot::SEARCH_PREVIEW,
        ] {
            self.cancel(slot);
        }
        // Only one dialog is open at a time, so an open confirmation returns to its preview.
        self.back_to_preview();
        self.help = None;
        self.history = None;
        self.plans = None;
        self.command_box = None;
        self.operators = None;
        self.drop_list_preview();
        self.import = Some(ImportSheet::new(path, is_list));
        self.survey_file();
    }
}
