//! The sentences of the window about steps of a review, in the panel and in the sheet of a plan.

use crate::plan::PlanId;
use crate::store::{Decision, MayNot};

/// Why a step is not possible with this comment. None if it is.
pub(in crate::app) fn obstacle(
    may_not: &MayNot,
    decision: Decision,
    comment: &str,
) -> Option<String> {
    let is_silent = comment.trim().is_empty();
    match decision {
        Decision::Comment => is_silent.then(|| "Write the comment first.".to_owned()),
        Decision::Approve => may_not.approve.clone(),
        Decision::Reject => {
            let is_unfounded = is_silent.then(|| "Say why in the comment.".to_owned());
            may_not.reject.clone().or(is_unfounded)
        }
        Decision::Withdraw => may_not.withdraw.clone(),
    }
}

/// The sentence after a step.
pub(in crate::app) fn decided(id: PlanId, decision: Decision) -> String {
    match decision {
        Decision::Comment => format!("The comment on plan {} is kept.", id.0),
        decision => format!("Plan {} is {}.", id.0, decision.done()),
    }
}

/// The sentence after a plan was submitted.
pub(in crate::app) fn submitted(id: PlanId) -> String {
    format!(
        "Submitted as plan {}. Somebody else finds it under View → Plans.",
        id.0
    )
}
