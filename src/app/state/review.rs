//! A submitted plan in the what-if panel: what became of it, and which steps are possible.

use crate::plan::BatchAction;
use crate::plan::words::{plural, thousands};
use crate::store::{Decision, MayNot, PlanEvent, PlanSummary};

/// A submitted plan that is open in the panel: what became of it, and what stands against each step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanReview {
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

impl PlanReview {
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
