//! Request → plan → what-if text. Pure: the states and the clock are arguments, and a plan is a
//! plain value.
//!
//! `-WhatIf` is not a flag that the code carries along: it means to stop after the plan.

mod accepted_names;
pub mod approval;
pub mod attack;
pub mod batch_action;
pub mod caution_words;
mod change_line;
mod damage;
mod decide;
pub mod document;
mod edit;
pub mod import;
pub mod import_approval;
pub mod item;
mod no_user;
pub mod outcome;
pub mod plan_value;
pub mod planner;
mod reasons;
pub mod refresh;
pub mod request;
pub mod setting_words;
pub mod settings;
pub mod store_plan;
pub mod tally;
pub mod undo;
pub mod undo_import;
pub mod words;

pub use crate::domain::action::Action;
pub use approval::ApprovalNeed;
pub use batch_action::BatchAction;
pub use change_line::ChangeLine;
pub use item::{NewPinDays, Own, PlanItem, PlannedUser, RowPosition, SourceFile};
pub use no_user::may_be_logon;
pub use outcome::{Caution, Counts, Group, Outcome, Refusal, SkipReason, TwoColumns, Verdict};
pub use plan_value::{BatchId, CONFIRM_LIMIT_WORDS, Plan, PlanId};
pub use planner::{PlannedRequest, Planner, Wish};
pub use reasons::AskedReasons;
pub use refresh::CurrentUser;
pub use request::{Candidate, Keep, Match, Request, Resolved, Target, narrow, passes};
pub use settings::{SettingChange, SettingKind, SettingsPlan, SettingsWish, Weakening};
pub use store_plan::{PlanKind, PlanRef, StorePlan};
pub use tally::Tally;
