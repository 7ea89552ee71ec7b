//! Opening a file: from a dialog, or dropped on the window.

use std::path::PathBuf;

use super::leaving::NextFile;
use crate::app::{App, ImportSheet, JobSlot, WhatIfPanel, WindowView};

impl App {
    pub(in crate::app) fn pick_file(&mut self, is_list: bool) {
        if self.is_writing() {
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
        // Only one dialog is open at a time, so an open confirmation returns to its preview.
        self.back_to_preview();
        self.help = None;
        self.command_box = None;
        self.show_view(WindowView::Lists);
        let next = NextFile { path, is_list };
        if self.would_lose_work() {
            self.ask_about_leaving(Some(next));
        } else {
            self.read_file(next);
        }
    }

    /// Reads a file in the place of the open one.
    pub(super) fn read_file(&mut self, NextFile { path, is_list }: NextFile) {
        // Pending answers for an older file must not reach this one.
        for slot in [
            JobSlot::SURVEY,
            JobSlot::FILE_PREVIEW,
            JobSlot::OPEN_ROW,
            JobSlot::PICK_USER,
            JobSlot::SEARCH_PREVIEW,
        ] {
            self.cancel(slot);
        }
        self.panel = WhatIfPanel::Empty;
        self.forget_reason();
        self.import = Some(ImportSheet::new(path, is_list));
        self.survey_file();
    }
}
