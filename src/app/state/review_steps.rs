//! The steps that a preview and its review allow.

use super::preview_list::PreviewList;
use crate::plan::ApprovalNeed;
use crate::store::PlanStatus;

/// The step of a preview's main button.
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

    /// Why the plan cannot be applied, as far as the window knows. None if it can. The store
    /// decides when it is applied.
    pub fn apply_obstacle(&self) -> Option<String> {
        let review = self.review.as_deref();
        if let Some(review) = review.filter(|review| review.is_closed()) {
            return review.may_not.apply.clone();
        }
        if let Some(why) = self.plan.nothing_to_apply(self.counts) {
            return Some(why);
        }
        match review {
            // Taking users out can end the need for approval.
            _ if self.needs.is_empty() => None,
            Some(review) => review.may_not.apply.clone(),
            None => self.why_approval(),
        }
    }

    /// "Needs the approval of somebody else: it changes 312 users, more than 200." None if no
    /// approval is needed.
    pub fn why_approval(&self) -> Option<String> {
        let is_needed = !self.needs.is_empty();
        is_needed.then(|| {
            format!(
                "Needs the approval of somebody else: {}.",
                ApprovalNeed::words(&self.needs)
            )
        })
    }

    /// Whether users can be taken out. An approver decides on the whole plan as it was submitted,
    /// so users cannot be taken out then.
    pub fn offers_take_out(&self) -> bool {
        self.main_step() != MainStep::Approve
            && !self
                .review
                .as_ref()
                .is_some_and(|review| review.is_closed())
    }
}
