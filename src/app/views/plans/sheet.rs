//! Commands of the sheet that shows a submitted import or change of settings.

use std::sync::Arc;

use crate::app::state::review_words;
use crate::app::{App, FocusTarget, JobSlot, Notice, PlanSheet, WhatIfPanel};
use crate::plan::PlanId;
use crate::store::{Decision, Imported, Reviewed, SubmittedPlan};
use crate::worker::JobFailed;
use crate::worker::jobs::{ApplyImport, ApplySettings, DecideOnPlan, OpenSubmittedPlan};

impl App {
    /// Shows a submitted plan that is not about PINs.
    pub(in crate::app) fn show_sheet(&mut self, opened: Box<SubmittedPlan>) {
        if matches!(self.panel, WhatIfPanel::Planning(_)) {
            self.panel = WhatIfPanel::Empty;
        }
        let sheet = PlanSheet::new(opened, self.now(), self.zone());
        self.say(format!(
            "{}, {}.",
            sheet.title(),
            sheet.opened.summary.status.word()
        ));
        self.plan_sheet = Some(sheet);
    }

    /// Reads the plan of the sheet again. The unsaved comment stays.
    fn read_sheet_again(&mut self) {
        if let Some(sheet) = &self.plan_sheet {
            let job = OpenSubmittedPlan(sheet.opened.summary.id);
            let (done, failed) = (Self::sheet_read_again, Self::report);
            self.submit(JobSlot::REVIEW, job, done, failed);
        }
    }

    fn sheet_read_again(&mut self, opened: Box<SubmittedPlan>) {
        let (at, zone) = (self.now(), self.zone());
        if let Some(old) = self.plan_sheet.take() {
            let is_same = old.opened.summary.id == opened.summary.id;
            self.plan_sheet = Some(if is_same {
                PlanSheet {
                    comment: old.comment,
                    notice: old.notice,
                    ..PlanSheet::new(opened, at, zone)
                }
            } else {
                old
            });
        }
    }

    pub(in crate::app) fn decide_in_sheet(&mut self, decision: Decision) {
        let Some(sheet) = self.plan_sheet.as_ref().filter(|_| !self.is_writing()) else {
            return;
        };
        if sheet.obstacle(decision).is_some() {
            return;
        }
        let plan = sheet.opened.summary.id;
        let job = DecideOnPlan {
            plan,
            decision,
            comment: sheet.comment.clone(),
        };
        self.cancel(JobSlot::REVIEW);
        self.submit(
            JobSlot::DECIDE,
            job,
            move |app, ()| app.decided_in_sheet(plan, decision),
            Self::sheet_step_failed,
        );
    }

    fn decided_in_sheet(&mut self, id: PlanId, decision: Decision) {
        self.set_comment(String::new());
        self.sheet_step_done(review_words::decided(id, decision));
    }

    /// Applies the plan of the sheet as it is shown.
    pub(in crate::app) fn apply_sheet(&mut self) {
        let Some(sheet) = self.plan_sheet.as_ref().filter(|_| !self.is_writing()) else {
            return;
        };
        if sheet.opened.may_not.apply.is_some() {
            return;
        }
        match &sheet.opened.reviewed {
            Reviewed::Pins(_) => {}
            Reviewed::Import(import) => {
                let job = ApplyImport(Arc::new(import.plan.clone()));
                let done = |app: &mut Self, _: Imported| app.sheet_applied();
                self.submit(JobSlot::IMPORT, job, done, Self::sheet_step_failed);
            }
            Reviewed::Settings(settings) => {
                let job = ApplySettings(Arc::new(settings.plan.clone()));
                let done = |app: &mut Self, ()| app.sheet_applied();
                self.submit(JobSlot::RULES, job, done, Self::sheet_step_failed);
            }
        }
    }

    fn sheet_applied(&mut self) {
        if let Some(sheet) = &self.plan_sheet {
            let id = sheet.opened.summary.id;
            self.sheet_step_done(format!("Plan {} is applied.", id.0));
        }
        self.refresh();
        self.read_details_again();
    }

    fn sheet_step_done(&mut self, text: String) {
        if let Some(sheet) = &mut self.plan_sheet {
            sheet.notice = Some(Notice::outcome(&text));
        }
        self.read_sheet_again();
        self.say(text);
    }

    fn sheet_step_failed(&mut self, failed: &JobFailed) {
        if let Some(sheet) = &mut self.plan_sheet {
            sheet.notice = Some(Notice::error(failed.to_string()));
        }
        self.read_sheet_again();
        self.report(failed);
    }

    pub(in crate::app) fn close_sheet(&mut self) {
        self.cancel(JobSlot::REVIEW);
        self.plan_sheet = None;
        self.next_frame.focus = Some(FocusTarget::PlansKept);
    }
}
