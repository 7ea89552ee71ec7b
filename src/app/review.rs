//! The review of plans: submitting the preview, opening a submitted plan in the panel, and deciding about it.

use std::sync::Arc;

use super::{App, FocusWish, Panel, PreviewList, Purpose};
use crate::domain::text::identity_key;
use crate::plan::words::{plural, thousands};
use crate::plan::{ApprovalNeed, BatchAction, PlanId};
use crate::store::{Decision, MayNot, PlanEvent, PlanStatus, PlanSummary, SubmittedPlan};
use crate::worker::{Job, JobFailed};

/// A submitted plan that is open in the panel: what became of it, and what stands against each step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    pub summary: PlanSummary,
    pub events: Vec<PlanEvent>,
    pub may_not: MayNot,
    /// So many users it would change, before anybody was taken out here.
    pub changes: usize,
    /// Is it the operator's own?
    pub is_author: bool,
    /// What stands in the field for the comment.
    pub comment: String,
}

/// What the one main button of a preview does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MainStep {
    Apply,
    Submit,
    Approve,
}

impl Review {
    /// "Plan 12: unlock 340 PINs"
    pub fn title(&self) -> String {
        let what = self.summary.what();
        let mut signs = what.chars();
        let first = signs
            .next()
            .map(|first| first.to_lowercase().to_string())
            .unwrap_or_default();
        format!("Plan {}: {first}{}", self.summary.id.0, signs.as_str())
    }

    /// Can nothing but comment be done with it?
    pub fn is_closed(&self) -> bool {
        self.summary.status.is_closed()
    }

    /// What stands against a step, with the comment as it is now.
    pub fn why_not(&self, decision: Decision) -> Option<String> {
        let is_silent = self.comment.trim().is_empty();
        match decision {
            Decision::Comment => is_silent.then(|| "Write the comment first.".to_owned()),
            Decision::Approve => self.may_not.approve.clone(),
            Decision::Reject => {
                let is_unfounded = is_silent.then(|| "Say why in the comment.".to_owned());
                self.may_not.reject.clone().or(is_unfounded)
            }
            Decision::Withdraw => self.may_not.withdraw.clone(),
        }
    }
}

impl PreviewList {
    pub fn main_step(&self) -> MainStep {
        match &self.review {
            None if self.needs.is_empty() && !self.is_sent_back => MainStep::Apply,
            None => MainStep::Submit,
            Some(review) if !review.is_author && review.summary.status == PlanStatus::Waiting => {
                MainStep::Approve
            }
            Some(_) => MainStep::Apply,
        }
    }

    /// What stands against applying it, as far as the window knows: the store decides.
    pub fn why_not_apply(&self) -> Option<String> {
        let review = self.review.as_deref();
        if let Some(review) = review.filter(|review| review.is_closed()) {
            return review.may_not.apply.clone();
        }
        if let Some(why) = self.plan.why_nothing(self.counts) {
            return Some(why);
        }
        match review {
            // Who was taken out may have been why approval was needed.
            _ if self.needs.is_empty() => None,
            Some(review) => review.may_not.apply.clone(),
            None => self.why_approval(),
        }
    }

    /// "Needs the approval of somebody else: it changes 312 users, more than 200."; None where it does not.
    pub fn why_approval(&self) -> Option<String> {
        let is_needed = !self.needs.is_empty();
        is_needed.then(|| {
            format!(
                "Needs the approval of somebody else: {}.",
                ApprovalNeed::words(&self.needs)
            )
        })
    }

    /// Can users be taken out? Who approves, approves the plan as it was submitted, and so looks at all of it.
    pub fn offers_take_out(&self) -> bool {
        self.main_step() != MainStep::Approve
            && !self
                .review
                .as_ref()
                .is_some_and(|review| review.is_closed())
    }
}

impl App {
    /// Is there a preview that can be submitted: one that changes somebody, and is not a submitted plan itself, unless
    /// somebody was taken out of that?
    pub fn is_submittable(&self) -> bool {
        let Panel::Preview(list) = &self.panel else {
            return false;
        };
        list.counts.will_change > 0
            && !self.is_writing()
            && list.review.as_ref().is_none_or(|review| {
                !review.is_closed() && list.counts.will_change < review.changes
            })
    }

    /// Ctrl+Enter and the main button: whatever the one main button does. Approving is never done by a key alone, which
    /// may have been meant for another preview.
    pub(super) fn take_main_step(&mut self) {
        match self.panel.list().map(PreviewList::main_step) {
            Some(MainStep::Submit) => self.submit_plan(),
            Some(MainStep::Apply) => self.ask_to_confirm(),
            Some(MainStep::Approve) | None => {}
        }
    }

    /// Keeps the preview for review, with the reason and the ticket that stand in their boxes.
    pub(super) fn submit_plan(&mut self) {
        // Only what is on the screen is submitted. Details cover the preview: first it is shown again.
        if self.details.take().is_some() || !self.is_submittable() || self.is_picking_user() {
            return;
        }
        let Some(plan) = self.plan_to_save() else {
            return;
        };
        self.forget_refusal();
        self.submit(Purpose::Submit, "Submitting the plan", Job::Submit(plan));
    }

    pub(super) fn plan_submitted(&mut self, id: PlanId) {
        if matches!(self.panel, Panel::Preview(_)) {
            // What the sheet was still waiting for means another preview.
            for purpose in [Purpose::SearchPreview, Purpose::OpenRow] {
                self.cancel(purpose);
            }
            self.import = None;
            self.selection.clear();
            self.show_submitted(id);
        }
        self.say(format!(
            "Submitted as plan {}. Somebody else finds it under View → Plans.",
            id.0
        ));
    }

    /// Opens a plan of the list of plans, which closes.
    pub(super) fn open_submitted(&mut self, id: PlanId) {
        if self.is_writing()
            || matches!(self.panel, Panel::Confirming { .. })
            || self.import.is_some()
        {
            return;
        }
        self.close_plans();
        self.history = None;
        self.notice = None;
        self.show_submitted(id);
    }

    fn show_submitted(&mut self, id: PlanId) {
        self.details = None;
        self.panel = Panel::Planning(None);
        self.submit(Purpose::Plan, "Opening the plan", Job::OpenSubmitted(id));
    }

    /// Reads the submitted plan in the panel once more: others may have decided about it, or changed its users.
    pub(super) fn look_at_plan_again(&mut self) {
        if let Panel::Preview(PreviewList {
            review: Some(review),
            ..
        }) = &self.panel
        {
            let job = Job::OpenSubmitted(review.summary.id);
            self.submit(Purpose::Review, "Opening the plan", job);
        }
    }

    pub(super) fn submitted_opened(&mut self, opened: SubmittedPlan) {
        let SubmittedPlan {
            summary,
            events,
            reviewed,
            may_not,
            ..
        } = opened;
        let is_author =
            identity_key(&summary.author) == identity_key(&self.environment.operator.account);
        let mut list = PreviewList::new(Arc::new(reviewed.plan));
        let (mut comment, changes) = (String::new(), list.counts.will_change);
        match &self.panel {
            Panel::Planning(_) => {}
            Panel::Preview(old) => match &old.review {
                // What somebody was at when it was read again stays as it is.
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
        list.review = Some(Box::new(Review {
            summary,
            events,
            may_not,
            changes,
            is_author,
            comment,
        }));
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
            // Nothing will change any more by a plan that is closed.
            let text = if review.is_closed() {
                done
            } else {
                format!("{done} {}", list.sentence())
            };
            self.say(text);
        }
        if matches!(self.panel, Panel::Planning(_)) {
            self.wishes.focus = Some(FocusWish::Preview);
        }
        self.panel = Panel::Preview(list);
    }

    pub(super) fn set_comment(&mut self, text: String) {
        if let Some(review) = self.panel.list_mut().and_then(|list| list.review.as_mut()) {
            review.comment = text;
        }
    }

    /// A step in the review of the plan in the panel, with the comment that stands in its field.
    pub(super) fn decide(&mut self, decision: Decision) {
        let Panel::Preview(list) = &self.panel else {
            return;
        };
        let Some(review) = &list.review else { return };
        if self.is_writing() || review.why_not(decision).is_some() {
            return;
        }
        let job = Job::Decide(review.summary.id, decision, review.comment.clone());
        self.forget_refusal();
        // An answer that is older than the decision must not come after it.
        self.cancel(Purpose::Review);
        self.submit(Purpose::Decide, "Deciding about the plan", job);
    }

    pub(super) fn decided(&mut self, id: PlanId, decision: Decision) {
        self.set_comment(String::new());
        self.look_at_plan_again();
        // The button that was pressed is gone, or has nothing left to do.
        let is_comment = decision == Decision::Comment;
        self.wishes.focus = Some(if is_comment {
            FocusWish::Comment
        } else {
            FocusWish::Preview
        });
        self.say(match decision {
            Decision::Comment => format!("The comment on plan {} is kept.", id.0),
            decision => format!("Plan {} is {}.", id.0, decision.done()),
        });
    }

    /// The store refused a step: the preview stays, with what the store says.
    pub(super) fn step_refused(&mut self, text: String) {
        if let Some(list) = self.panel.list_mut() {
            list.refused = Some(text);
        }
        // Perhaps somebody else was faster.
        self.look_at_plan_again();
    }

    /// Applying failed. What only the review stands against keeps its preview, and the way on.
    pub(super) fn not_applied(&mut self, failed: &JobFailed, text: &str) {
        use crate::store::StoreError::{NeedsApproval, NotAsSubmitted, PlanClosed};
        let is_review = matches!(
            failed,
            JobFailed::Store(NeedsApproval { .. } | NotAsSubmitted { .. } | PlanClosed { .. })
        );
        let list = self.panel.list().cloned();
        self.panel = match list {
            Some(list) if *failed == JobFailed::Cancelled || is_review => Panel::Preview(list),
            list => Panel::Failed {
                text: text.to_owned(),
                list,
            },
        };
        if is_review {
            self.step_refused(text.to_owned());
        }
        if let (JobFailed::Store(NeedsApproval { .. }), Some(list)) =
            (failed, self.panel.list_mut())
        {
            list.is_sent_back = true;
        }
    }

    fn forget_refusal(&mut self) {
        if let Some(list) = self.panel.list_mut() {
            list.refused = None;
        }
    }
}

impl PlanSummary {
    /// "Unlock 340 PINs", "Undo batch 12: 3 PINs"
    pub fn what(&self) -> String {
        let count = usize::try_from(self.changes).unwrap_or(usize::MAX);
        let pins = format!("{} {}", thousands(count), plural(count, "PIN", "PINs"));
        match (self.undoes, &self.action) {
            (Some(batch), _) => format!("Undo batch {}: {pins}", batch.0),
            (None, BatchAction::Action(action)) => format!("{} {pins}", action.label()),
            (None, _) => format!("Change {pins}"),
        }
    }
}
