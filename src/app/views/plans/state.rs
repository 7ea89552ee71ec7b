//! The list of submitted plans.

use crate::store::{PlanStatus, PlanSummary};

/// The state of the list of submitted plans.
#[derive(Default)]
pub struct PlansView {
    /// None until the plans have been read.
    pub all: Option<Vec<PlanSummary>>,
    /// Whether the list takes the focus when it has been read.
    pub takes_focus: bool,
    /// Only plans with this status are listed.
    pub status: Option<PlanStatus>,
}

impl PlansView {
    /// The listed plans, newest first.
    pub fn listed(&self) -> Vec<&PlanSummary> {
        let is_listed =
            |plan: &&PlanSummary| self.status.is_none_or(|status| plan.status == status);
        self.all.iter().flatten().filter(is_listed).collect()
    }

    /// The number of plans with a status, or of all plans.
    pub fn count(&self, status: Option<PlanStatus>) -> usize {
        self.all
            .iter()
            .flatten()
            .filter(|plan| status.is_none_or(|status| plan.status == status))
            .count()
    }
}
