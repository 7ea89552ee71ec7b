//! Plans that wait for the operator, and decisions of others about the operator's own plans.

use crate::app::App;
use crate::store::{DecidedPlan, PlanSummary};

impl App {
    /// The number of plans that wait for the operator.
    pub fn waiting_plans(&self) -> usize {
        self.waiting_plans.as_ref().map_or(0, Vec::len)
    }

    /// Keeps the plans that wait, and says in the status line what has arrived or was decided.
    pub(in crate::app) fn take_plan_news(
        &mut self,
        waiting: Vec<PlanSummary>,
        decided: &[DecidedPlan],
    ) {
        let text = match (decided.last(), &self.waiting_plans) {
            (Some(last), _) => Some(decision_text(last)),
            (None, Some(known)) => waiting
                .iter()
                .find(|plan| known.iter().all(|old| old.id != plan.id))
                .map(arrival_text),
            (None, None) => None,
        };
        self.waiting_plans = Some(waiting);
        // An error stays until it is dismissed.
        if let Some(text) = text
            && self.notice.as_ref().is_none_or(|notice| !notice.is_error)
        {
            self.say(text);
        }
    }
}

fn decision_text(decided: &DecidedPlan) -> String {
    let word = if decided.is_approved {
        "approved"
    } else {
        "rejected"
    };
    format!("{} has {word} your plan {}.", decided.by, decided.plan.0)
}

fn arrival_text(plan: &PlanSummary) -> String {
    format!(
        "Plan {} of {} waits for you: {}.",
        plan.id.0,
        plan.author,
        plan.what()
    )
}
