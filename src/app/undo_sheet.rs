//! Commands of the sheet that previews undoing an import or a change of settings.

use std::sync::Arc;

use super::state::review_words;
use super::{App, FocusTarget, JobSlot, Notice, UndoSheet, WhatIfPanel};
use crate::plan::{PlanId, StorePlan};
use crate::store::{Imported, StoreError};
use crate::worker::JobFailed;
use crate::worker::jobs::{ApplyImport, ApplySettings, SubmitPlan, WholeUndo};

impl App {
    pub(super) fn show_undo_sheet(&mut self, undo: WholeUndo) {
        if matches!(self.panel, WhatIfPanel::Planning(_)) {
            self.panel = WhatIfPanel::Empty;
        }
        let plan = undo.plan.as_ref();
        plan.reason().clone_into(&mut self.reason);
        plan.ticket().clone_into(&mut self.ticket);
        self.brings_reason = true;
        let sheet = UndoSheet::new(undo.plan, undo.needs, self.now(), self.zone());
        self.say(format!("{}. Nothing changes yet.", sheet.title()));
        self.undo_sheet = Some(sheet);
    }

    /// The plan of the sheet with the typed reason and ticket.
    fn plan_of_sheet(&self) -> Option<StorePlan> {
        let sheet = self.undo_sheet.as_ref().filter(|_| !self.is_writing())?;
        if sheet.obstacle().is_some() {
            return None;
        }
        let mut plan = sheet.plan.clone();
        plan.set_why(self.reason.trim(), self.ticket.trim());
        Some(plan)
    }

    /// Applies the undo exactly as the sheet shows it.
    pub(super) fn apply_undo(&mut self) {
        match self.plan_of_sheet() {
            None | Some(StorePlan::Pins(_)) => {}
            Some(StorePlan::Import(plan)) => {
                let job = ApplyImport(Arc::new(plan));
                let done = |app: &mut Self, done: Imported| {
                    app.undo_applied(done.drifted.len());
                };
                self.submit(JobSlot::IMPORT, job, done, Self::undo_failed);
            }
            Some(StorePlan::Settings(plan)) => {
                let job = ApplySettings(Arc::new(plan));
                let done = |app: &mut Self, ()| app.undo_applied(0);
                self.submit(JobSlot::RULES, job, done, Self::undo_failed);
            }
        }
    }

    fn undo_applied(&mut self, drifted: usize) {
        let batch = self
            .undo_sheet
            .as_ref()
            .and_then(|sheet| sheet.plan.as_ref().undoes());
        self.close_undo_sheet();
        let batch = batch.map_or(0, |batch| batch.0);
        let left = match drifted {
            0 => String::new(),
            1 => " 1 user had changed since the preview and was left alone.".to_owned(),
            more => format!(" {more} users had changed since the preview and were left alone."),
        };
        self.say(format!("Batch {batch} is undone.{left}"));
        self.refresh();
        self.read_details_again();
    }

    /// Submits the undo for review.
    pub(super) fn submit_undo(&mut self) {
        if let Some(plan) = self.plan_of_sheet() {
            let job = SubmitPlan(plan);
            let done = |app: &mut Self, id: PlanId| {
                app.close_undo_sheet();
                app.say(review_words::submitted(id));
            };
            self.submit(JobSlot::SUBMIT, job, done, Self::undo_failed);
        }
    }

    fn undo_failed(&mut self, failed: &JobFailed) {
        if let Some(sheet) = &mut self.undo_sheet {
            sheet.notice = Some(Notice::error(failed.to_string()));
            if let JobFailed::Store(StoreError::NeedsApproval { why, .. }) = failed {
                sheet.needs = Some(why.clone());
            }
        }
        self.report(failed);
    }

    pub(super) fn close_undo_sheet(&mut self) {
        // A change that is being written stays on screen, so that its outcome is seen.
        if !self.is_writing() {
            self.undo_sheet = None;
            self.forget_reason();
            self.next_frame.focus = Some(FocusTarget::Grid);
        }
    }
}
