//! A submitted plan in the what-if panel: its status and the possible steps.

use super::review_words;
use crate::plan::words::{pin_change_title, plural, settings, thousands, users};
use crate::plan::{BatchAction, PlanKind};
use crate::store::{Decision, MayNot, PlanEvent, PlanSummary};

/// A submitted plan that is open in the panel, with its status and the possible steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanReview {
    pub summary: PlanSummary,
    pub events: Vec<PlanEvent>,
    pub may_not: MayNot,
    /// The number of users the plan would change, before any were taken out in this panel.
    pub changes: usize,
    /// Whether the operator is the author of the plan.
    pub is_author: bool,
    /// The typed comment.
    pub comment: String,
}

impl PlanReview {
    /// "Plan 12: unlock 340 PINs"
    pub fn title(&self) -> String {
        let what = self.summary.what();
        let mut characters = what.chars();
        let first = characters
            .next()
            .map(|first| first.to_lowercase().to_string())
            .unwrap_or_default();
        format!("Plan {}: {first}{}", self.summary.id.0, characters.as_str())
    }

    /// Whether the plan is closed. Only commenting is then possible.
    pub fn is_closed(&self) -> bool {
        self.summary.status.is_closed()
    }

    /// Why a step is not possible with the current comment. None if it is.
    pub fn obstacle(&self, decision: Decision) -> Option<String> {
        review_words::obstacle(&self.may_not, decision, &self.comment)
    }
}

impl PlanSummary {
    /// "Unlock 340 PINs", "Undo batch 12: 3 PINs", "Undo batch 13: 1 setting"
    pub fn what(&self) -> String {
        let count = usize::try_from(self.changes).unwrap_or(usize::MAX);
        let label = self.action.label();
        match (self.kind, self.undoes) {
            (PlanKind::Pins, undoes) => {
                let action = match self.action {
                    BatchAction::Action(action) => Some(action),
                    _ => None,
                };
                pin_change_title(undoes, action, count)
            }
            (PlanKind::Import, Some(batch)) => format!("Undo batch {}: {}", batch.0, users(count)),
            (PlanKind::Settings, Some(batch)) => {
                format!("Undo batch {}: {}", batch.0, settings(count))
            }
            (PlanKind::Settings, None) => format!("{label}: {}", settings(count)),
            (PlanKind::Import, None) => {
                let rows = plural(count, "row", "rows");
                format!("{label}: {} {rows}", thousands(count))
            }
        }
    }
}
