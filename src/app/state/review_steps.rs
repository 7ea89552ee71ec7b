//! The steps that a preview and its review allow.

use super::preview_list::PreviewList;
use crate::plan::ApprovalNeed;
use crate::store::PlanStatus;

/// What the one main button of a preview does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MainStep {
    Apply,
    Submit,
    Approve,
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
            // Approval may have been needed only because of users that were taken out.
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
