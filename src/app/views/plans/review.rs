//! Commands of reviews: submitting the preview, opening a submitted plan, and deciding on it.

use std::sync::Arc;

use crate::app::state::review_words;
use crate::app::{
    App, FocusTarget, ImportSheet, JobSlot, MainStep, PlanReview, PreviewList, WhatIfPanel,
    WindowView,
};
use crate::domain::account::operator_key;
use crate::plan::PlanId;
use crate::store::{Decision, Reviewed, SubmittedPlan};
use crate::worker::JobFailed;
use crate::worker::jobs::{DecideOnPlan, OpenSubmittedPlan, SubmitPlan};

impl App {
    /// Whether the preview can be submitted. It must change at least one user. A submitted plan can
    /// be submitted again only after users were taken out of it.
    pub fn is_submittable(&self) -> bool {
        let WhatIfPanel::Preview(list) = &self.panel else {
            return false;
        };
        list.counts.will_change > 0
            && !self.is_writing()
            && self.entry_of(list).is_none()
            && self.reason_problem(list).is_none()
            && list.review.as_ref().is_none_or(|review| {
                !review.is_closed() && list.counts.will_change < review.changes
            })
    }

    /// Takes the step of the main button when Ctrl+Enter is pressed. The key alone never approves a
    /// plan, because it may have been meant for another preview.
    pub(in crate::app) fn take_main_step(&mut self) {
        match self.panel.list().map(PreviewList::main_step) {
            Some(MainStep::Submit) => self.submit_plan(),
            Some(MainStep::Apply) => self.ask_to_confirm(),
            Some(MainStep::Approve) | None => {}
        }
    }

    /// Submits the preview for review, with the reason and the ticket typed in their fields.
    pub(in crate::app) fn submit_plan(&mut self) {
        match self.shown_view() {
            WindowView::Lists
                if self
                    .import
                    .as_ref()
                    .is_some_and(ImportSheet::needs_approval) =>
            {
                return self.submit_import();
            }
            WindowView::Operators => return self.submit_pending(),
            view if !view.has_panel() && !self.shows_list_preview() => return,
            _ => {}
        }
        // Only a visible preview can be submitted. Open details cover it, so the first press closes
        // them.
        if self.close_covering_details() || self.is_picking_user() {
            return;
        }
        if !self.is_submittable() {
            return self.focus_reason();
        }
        let Some(plan) = self.plan_to_save() else {
            return;
        };
        self.forget_refusal();
        let (done, failed) = (Self::plan_submitted, Self::step_failed);
        self.submit(JobSlot::SUBMIT, SubmitPlan(plan), done, failed);
    }

    fn plan_submitted(&mut self, id: PlanId) {
        if matches!(self.panel, WhatIfPanel::Preview(_)) {
            // Pending answers for the sheet belong to another preview.
            for slot in [JobSlot::SEARCH_PREVIEW, JobSlot::OPEN_ROW] {
                self.cancel(slot);
            }
            if self.is_preview_of_list {
                self.submitted_list(id);
            } else {
                self.selection.clear();
                self.show_submitted(id);
            }
        }
        self.say(review_words::submitted(id));
    }

    /// A list was submitted: its file is closed, and the plan is shown with the others.
    fn submitted_list(&mut self, id: PlanId) {
        self.import = None;
        self.panel = WhatIfPanel::Empty;
        self.forget_reason();
        if self.shown_view() == WindowView::Lists {
            self.show_view(WindowView::Plans);
            if matches!(self.panel, WhatIfPanel::Empty) {
                self.show_submitted(id);
            }
        }
    }

    /// Opens a plan beside the list of plans.
    pub(in crate::app) fn open_submitted(&mut self, id: PlanId) {
        if self.is_writing() || matches!(self.panel, WhatIfPanel::Confirming { .. }) {
            return;
        }
        self.show_view(WindowView::Plans);
        self.notice = None;
        self.show_submitted(id);
    }

    fn show_submitted(&mut self, id: PlanId) {
        self.details = None;
        self.panel = WhatIfPanel::Planning(None);
        let (done, failed) = (Self::submitted_opened, Self::plan_failed);
        self.submit(JobSlot::PLAN, OpenSubmittedPlan(id), done, failed);
    }

    /// Reads the submitted plan in the panel again, because others may have decided on it or
    /// changed its users.
    pub(in crate::app) fn read_plan_again(&mut self) {
        if let WhatIfPanel::Preview(PreviewList {
            review: Some(review),
            ..
        }) = &self.panel
        {
            let job = OpenSubmittedPlan(review.summary.id);
            let (done, failed) = (Self::submitted_opened, Self::report);
            self.submit(JobSlot::REVIEW, job, done, failed);
        }
    }

    fn submitted_opened(&mut self, opened: Box<SubmittedPlan>) {
        let opened = match opened.reviewed {
            Reviewed::Pins(_) => *opened,
            Reviewed::Import(_) | Reviewed::Settings(_) => return self.show_sheet(opened),
        };
        let SubmittedPlan {
            summary,
            events,
            reviewed,
            may_not,
            ..
        } = opened;
        let Some(reviewed) = reviewed.pins() else {
            return;
        };
        let is_author =
            operator_key(&summary.author) == operator_key(&self.environment.operator.account);
        let mut list = PreviewList::new(Arc::new(reviewed.plan));
        let (mut comment, changes) = (String::new(), list.counts.will_change);
        match &self.panel {
            WhatIfPanel::Planning(_) => self.previews += 1,
            WhatIfPanel::Preview(old) => match &old.review {
                // The operator's unfinished input survives reading the plan again.
                Some(review) if review.summary.id == summary.id => {
                    comment.clone_from(&review.comment);
                    list.take_out_as_in(old);
                    list.group = old.group;
                    list.refused.clone_from(&old.refused);
                }
                _ => return,
            },
            _ => return,
        }
        list.review = Some(Box::new(PlanReview {
            summary,
            events,
            may_not,
            changes,
            is_author,
            comment,
        }));
        list.hold_to(&self.reason_check);
        let list = list.with_drifts(reviewed.drifted);
        self.reason.clone_from(&list.plan.reason);
        self.ticket.clone_from(&list.plan.ticket);
        self.brings_reason = true;
        if self.notice.is_none()
            && let Some(review) = &list.review
        {
            let done = format!(
                "Plan {}, {}.",
                review.summary.id.0,
                review.summary.status.word()
            );
            // A closed plan makes no further changes, so its counts are not announced.
            let text = if review.is_closed() {
                done
            } else {
                format!("{done} {}", list.sentence())
            };
            self.say(text);
        }
        if matches!(self.panel, WhatIfPanel::Planning(_)) {
            self.next_frame.focus = Some(FocusTarget::Preview);
        }
        self.panel = WhatIfPanel::Preview(list);
    }

    pub(in crate::app) fn set_comment(&mut self, text: String) {
        if let Some(sheet) = &mut self.plan_sheet {
            sheet.comment = text;
            return;
        }
        if let Some(review) = self.panel.list_mut().and_then(|list| list.review.as_mut()) {
            review.comment = text;
        }
    }

    /// Takes a step in the review of the plan in the panel, with the typed comment.
    pub(in crate::app) fn decide(&mut self, decision: Decision) {
        if self.plan_sheet.is_some() {
            return self.decide_in_sheet(decision);
        }
        let WhatIfPanel::Preview(list) = &self.panel else {
            return;
        };
        let Some(review) = &list.review else { return };
        if self.is_writing() || review.obstacle(decision).is_some() {
            return;
        }
        let plan = review.summary.id;
        let job = DecideOnPlan {
            plan,
            decision,
            comment: review.comment.clone(),
        };
        self.forget_refusal();
        // A pending answer from before the decision must not arrive after it.
        self.cancel(JobSlot::REVIEW);
        self.submit(
            JobSlot::DECIDE,
            job,
            move |app, ()| app.decided(plan, decision),
            Self::step_failed,
        );
    }

    fn decided(&mut self, id: PlanId, decision: Decision) {
        self.set_comment(String::new());
        self.read_plan_again();
        // The pressed button is gone or disabled, so the focus moves.
        let is_comment = decision == Decision::Comment;
        self.next_frame.focus = Some(if is_comment {
            FocusTarget::Comment
        } else {
            FocusTarget::Preview
        });
        self.say(review_words::decided(id, decision));
    }

    fn step_failed(&mut self, failed: &JobFailed) {
        self.show_refusal(failed.to_string());
        self.report(failed);
    }

    /// Shows above the preview why the store refused a step.
    pub(in crate::app) fn show_refusal(&mut self, text: String) {
        if let Some(list) = self.panel.list_mut() {
            list.refused = Some(text);
        }
        // Another operator may have changed the plan meanwhile.
        self.read_plan_again();
    }

    fn forget_refusal(&mut self) {
        if let Some(list) = self.panel.list_mut() {
            list.refused = None;
        }
    }
}
