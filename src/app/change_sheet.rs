//! Commands of the sheet that previews a change of settings, or undoing one or an import.

use std::sync::Arc;

use super::state::review_words;
use super::{App, ChangeSheet, FocusTarget, JobSlot, Notice, WhatIfPanel};
use crate::plan::{PlanId, StorePlan};
use crate::store::{Imported, StoreError};
use crate::worker::JobFailed;
use crate::worker::jobs::{ApplyImport, ApplySettings, PlannedChange, SubmitPlan};

impl App {
    pub(super) fn show_change_sheet(&mut self, planned: PlannedChange) {
        if matches!(self.panel, WhatIfPanel::Planning(_)) {
            self.panel = WhatIfPanel::Empty;
        }
        let plan = planned.plan.as_ref();
        plan.reason().clone_into(&mut self.reason);
        plan.ticket().clone_into(&mut self.ticket);
        self.brings_reason = true;
        let sheet = ChangeSheet::new(planned.plan, planned.needs, self.now(), self.zone());
        self.say(format!("{}. Nothing changes yet.", sheet.title()));
        self.change_sheet = Some(sheet);
    }

    /// The plan of the sheet with the typed reason and ticket.
    fn plan_of_sheet(&self) -> Option<StorePlan> {
        let sheet = self.change_sheet.as_ref().filter(|_| !self.is_writing())?;
        if sheet.obstacle().is_some() {
            return None;
        }
        let mut plan = sheet.plan.clone();
        plan.set_why(self.reason.trim(), self.ticket.trim());
        Some(plan)
    }

    /// Applies the change exactly as the sheet shows it.
    pub(super) fn apply_change(&mut self) {
        match self.plan_of_sheet() {
            None | Some(StorePlan::Pins(_)) => {}
            Some(StorePlan::Import(plan)) => {
                let job = ApplyImport(Arc::new(plan));
                let done = |app: &mut Self, done: Imported| {
                    app.change_applied(done.drifted.len());
                };
                self.submit(JobSlot::IMPORT, job, done, Self::change_failed);
            }
            Some(StorePlan::Settings(plan)) => {
                let job = ApplySettings(Arc::new(plan));
                let done = |app: &mut Self, ()| app.change_applied(0);
                self.submit(JobSlot::RULES, job, done, Self::change_failed);
            }
        }
    }

    fn change_applied(&mut self, drifted: usize) {
        let sheet = self.change_sheet.as_ref();
        let done = sheet.map_or_else(String::new, ChangeSheet::done);
        let is_undo = sheet.is_some_and(|sheet| sheet.plan.as_ref().undoes().is_some());
        self.close_change_sheet();
        let left = match drifted {
            0 => String::new(),
            1 => " 1 user had changed since the preview and was left alone.".to_owned(),
            more => format!(" {more} users had changed since the preview and were left alone."),
        };
        self.say(format!("{done}{left}"));
        if !is_undo {
            self.settings_applied();
        }
        self.refresh();
        self.read_details_again();
    }

    /// Submits the change for review.
    pub(super) fn submit_change(&mut self) {
        if let Some(plan) = self.plan_of_sheet() {
            let job = SubmitPlan(plan);
            let done = |app: &mut Self, id: PlanId| {
                app.close_change_sheet();
                app.say(review_words::submitted(id));
            };
            self.submit(JobSlot::SUBMIT, job, done, Self::change_failed);
        }
    }

    fn change_failed(&mut self, failed: &JobFailed) {
        if let Some(sheet) = &mut self.change_sheet {
            sheet.notice = Some(Notice::error(failed.to_string()));
            if let JobFailed::Store(StoreError::NeedsApproval { why, .. }) = failed {
                sheet.needs = Some(why.clone());
            }
        }
        self.report(failed);
    }

    pub(super) fn close_change_sheet(&mut self) {
        // A change that is being written stays on screen, so that its outcome is seen.
        if !self.is_writing() {
            self.change_sheet = None;
            self.forget_reason();
            self.next_frame.focus = Some(FocusTarget::of_view(self.shown_view()));
        }
    }
}
