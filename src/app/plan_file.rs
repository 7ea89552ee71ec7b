//! Opening a plan file as a preview.

use std::path::PathBuf;

use super::{App, JobSlot, WhatIfPanel, WindowView};
use crate::time_format::date_and_time;
use crate::worker::jobs::{OpenPlanFile, OpenedPlanFile};

impl App {
    pub(super) fn ask_for_plan(&mut self) {
        if !self.is_writing() && !self.has_dialog() {
            self.ask_for_file(
                |files, chosen| files.open_plan("Open a plan", chosen),
                Self::open_plan_file,
            );
        }
    }

    fn open_plan_file(&mut self, path: PathBuf) {
        if self.is_writing() || self.has_dialog() {
            let file = path.display();
            self.fail(format!(
                "The plan was not opened, since something else is under way: {file}"
            ));
            return;
        }
        self.show_view(WindowView::Users);
        self.details = None;
        self.panel = WhatIfPanel::Planning(None);
        let (done, failed) = (Self::plan_file_opened, Self::plan_failed);
        self.submit(JobSlot::PLAN, OpenPlanFile(path), done, failed);
    }

    fn plan_file_opened(&mut self, opened: OpenedPlanFile) {
        self.show_plan(opened.plan, opened.drifted);
        let text = self
            .notice
            .take()
            .map(|notice| notice.text)
            .unwrap_or_default();
        self.brings_reason = true;
        let made_at = date_and_time(opened.made_at, self.zone());
        self.say(format!("Made by {} at {made_at}. {text}", opened.made_by));
    }
}
