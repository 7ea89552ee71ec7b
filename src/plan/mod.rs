//! Request → plan → what-if text. Pure: the states and the clock are arguments, and a plan is a plain value.
//!
//! What if is not a flag that is carried through the code: it is stopping after the plan.

pub mod approval;
pub mod batch_action;
pub mod document;
pub mod import;
pub mod model;
pub mod planner;
pub mod refresh;
pub mod request;
pub mod tally;
pub mod undo;
pub mod words;

pub use crate::domain::action::Action;
pub use approval::ApprovalNeed;
pub use batch_action::BatchAction;
pub use model::{
    BatchId, Caution, Group, Outcome, Own, Plan, PlanId, PlanItem, PlannedUser, Refusal, RowPlace,
    SkipReason, SourceFile, Verdict,
};
pub use planner::{Planner, Wanted, make_plan};
pub use refresh::Now;
pub use request::{Candidate, Found, Request, Resolution, Resolved, Target, narrow, passes};
pub use tally::Tally;
