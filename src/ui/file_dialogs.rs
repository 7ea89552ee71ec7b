//! File dialogs of the desktop.

use std::path::Path;
use std::process::Command;

use eframe::CreationContext;

use crate::app::{FileChooser, FileChosen};
use crate::io_words::cause;

/// File dialogs of the desktop. A dialog runs on its own thread, so that the window keeps
/// responding.
pub(super) struct Dialogs {
    /// A dialog that stays above the window.
    above_window: rfd::AsyncFileDialog,
}

/// The endings of files that are read as tables.
const TABLES: &[&str] = &["csv", "txt", "tsv", "xlsx", "xlsm", "xlsb", "xls", "ods"];

impl Dialogs {
    /// Dialogs above the window that is being made.
    pub fn over(cc: &CreationContext<'_>) -> Self {
        Self {
            above_window: rfd::AsyncFileDialog::new().set_parent(cc),
        }
    }

    fn titled(&self, title: &str) -> rfd::AsyncFileDialog {
        self.above_window.clone().set_title(title)
    }
}

impl FileChooser for Dialogs {
    fn open_csv(&self, title: &str, chosen: FileChosen) {
        let dialog = self
            .titled(title)
            .add_filter("Tables and lists", TABLES)
            .add_filter("All files", &["*"]);
        wait_for(dialog.pick_file(), chosen);
    }

    fn open_plan(&self, title: &str, chosen: FileChosen) {
        let dialog = self.titled(title).add_filter("Plans", &["json"]);
        wait_for(dialog.pick_file(), chosen);
    }

    fn open_store(&self, title: &str, chosen: FileChosen) {
        let dialog = self
            .titled(title)
            .add_filter("Stores and backups", &["db"])
            .add_filter("All files", &["*"]);
        wait_for(dialog.pick_file(), chosen);
    }

    fn open_key(&self, title: &str, chosen: FileChosen) {
        let dialog = self
            .titled(title)
            .add_filter("Keys", &["key"])
            .add_filter("All files", &["*"]);
        wait_for(dialog.pick_file(), chosen);
    }

    fn save(&self, title: &str, name: &str, extension: &str, chosen: FileChosen) {
        let dialog = self
            .titled(title)
            .set_file_name(name)
            .add_filter(extension, &[extension]);
        wait_for(dialog.save_file(), chosen);
    }

    fn open_page(&self, page: &Path) -> Result<(), String> {
        let mut opener = Command::new(OPENER)
            .arg(page)
            .spawn()
            .map_err(|error| format!("{OPENER}: {}", cause(&error)))?;
        // The opener is waited for, so that it does not stay behind as a dead process.
        let waiting = move || drop(opener.wait());
        let thread = std::thread::Builder::new().name("pindesk-opener".to_owned());
        thread
            .spawn(waiting)
            .map(drop)
            .map_err(|error| cause(&error))
    }
}

/// The program of the desktop that opens a file with the program for its kind.
const OPENER: &str = if cfg!(windows) {
    "explorer.exe"
} else if cfg!(target_os = "macos") {
    "open"
} else {
    "xdg-open"
};

fn wait_for(
    asking: impl Future<Output = Option<rfd::FileHandle>> + Send + 'static,
    chosen: FileChosen,
) {
    let waiting = move || chosen(pollster::block_on(asking).map(|file| file.path().to_owned()));
    if let Err(error) = std::thread::Builder::new()
        .name("pindesk-dialog".to_owned())
        .spawn(waiting)
    {
        log::error!("cannot open a file dialog: {error}");
    }
}
