//! Leaving a file: asking first if work would be lost, and closing it.

use super::leaving::NextFile;
use crate::app::{App, FocusTarget, ImportStage, JobSlot, LeavingFile, WhatIfPanel, WindowView};
use crate::plan::words::{plural, thousands};

impl App {
    /// Leaves the file, after a question if something would be lost.
    pub(in crate::app) fn leave_file(&mut self) {
        if self.would_lose_work() {
            self.ask_about_leaving(None);
        } else {
            self.close_file();
        }
    }

    pub(super) fn ask_about_leaving(&mut self, next: Option<NextFile>) {
        self.leaving_file = Some(LeavingFile {
            lost: self.work_at_stake().unwrap_or_default(),
            next,
        });
        self.next_frame.focus = Some(FocusTarget::LeavingFile);
    }

    /// Leaves the file and reads the next one, if there is one, or goes on with it.
    pub(in crate::app) fn answer_leaving(&mut self, leaves: bool) {
        let Some(LeavingFile { next, .. }) = self.leaving_file.take() else {
            return;
        };
        match next {
            Some(next) if leaves => self.read_file(next),
            None if leaves => self.close_file(),
            _ => self.next_frame.focus = Some(FocusTarget::ImportRows),
        }
    }

    pub(super) fn would_lose_work(&self) -> bool {
        self.work_at_stake().is_some()
    }

    /// The work on the file that was not applied. None if leaving the file loses nothing.
    fn work_at_stake(&self) -> Option<String> {
        let sheet = self.import.as_ref()?;
        match (&sheet.stage, &self.panel) {
            (ImportStage::List { .. }, WhatIfPanel::Result { .. }) => None,
            (ImportStage::List { .. }, panel) => {
                let list = panel.list()?;
                let picks = sheet.picks.len();
                let picked = format!(
                    "{} {} picked by hand",
                    thousands(picks),
                    plural(picks, "user was", "users were")
                );
                match (list.counts.will_change, picks) {
                    (0, 0) => None,
                    (0, _) => Some(format!("{picked}.")),
                    (_, 0) => Some("The preview was not applied.".to_owned()),
                    _ => Some(format!("The preview was not applied, and {picked}.")),
                }
            }
            (ImportStage::Preview { plan, .. } | ImportStage::NeedsApproval { plan, .. }, _) => {
                plan.changes_anything()
                    .then(|| "The preview was not applied.".to_owned())
            }
            _ => None,
        }
    }

    /// Closes the file and goes to the users. A running change stays on screen until it has ended,
    /// so that its outcome is seen.
    pub(super) fn close_file(&mut self) {
        for slot in [
            JobSlot::SURVEY,
            JobSlot::FILE_PREVIEW,
            JobSlot::IMPORT,
            JobSlot::OPEN_ROW,
            JobSlot::APPLY,
        ] {
            self.ask_to_stop(slot);
        }
        let is_applying = matches!(self.panel, WhatIfPanel::Applying(_));
        let is_importing = self
            .import
            .as_ref()
            .is_none_or(|sheet| matches!(sheet.stage, ImportStage::Importing { .. }));
        if is_applying || is_importing {
            return;
        }
        for slot in [JobSlot::FILE_PREVIEW, JobSlot::SURVEY, JobSlot::OPEN_ROW] {
            self.cancel(slot);
        }
        self.panel = WhatIfPanel::Empty;
        self.forget_reason();
        self.import = None;
        if self.shown_view() == WindowView::Lists {
            self.show_view(WindowView::Users);
        }
    }
}
