//! The options of `pindesk plans`, `approval` and `protected`.

use std::path::PathBuf;

use std::collections::BTreeSet;

use clap::{Args, Subcommand, ValueEnum};
use strum::VariantArray as _;

use super::help::{
    APPLY_PLAN_EXAMPLES, APPROVE_EXAMPLES, COMMENT_EXAMPLES, PROTECTED_EXAMPLES, REJECT_EXAMPLES,
    SHOW_EXAMPLES, SUBMIT_EXAMPLES, WITHDRAW_EXAMPLES, with_identities,
};
use super::{How, SettingsHow};
use crate::domain::reason_rules::RuledChange;
use crate::plan::PlanId;
use crate::store::PlanStatus;

/// The options of `pindesk plans`: filters for the list, or a subcommand.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct PlansArgs {
    /// Only plans with this status; several may be given
    #[arg(long = "status", value_name = "STATUS", value_enum)]
    pub statuses: Vec<PlanStatus>,
    #[command(subcommand)]
    pub task: Option<PlansTask>,
}

/// The subcommands of `pindesk plans`.
#[derive(Subcommand, Clone, Debug, PartialEq, Eq)]
pub enum PlansTask {
    /// Show a plan as it is now: its review, who has changed since, and what would still change
    #[command(after_help = SHOW_EXAMPLES)]
    Show {
        /// The number of the plan
        #[arg(value_parser = plan_number, allow_negative_numbers = true)]
        id: PlanId,
    },
    /// Submit a plan file for review
    #[command(after_help = SUBMIT_EXAMPLES)]
    Submit {
        /// The plan file
        plan: PathBuf,
        /// Hide the messages about users who need no change, are skipped or are left out
        #[arg(long)]
        force: bool,
    },
    /// Approve a plan of somebody else
    #[command(after_help = APPROVE_EXAMPLES)]
    Approve(DecideArgs),
    /// Reject a plan of somebody else; it cannot be applied any more
    #[command(after_help = REJECT_EXAMPLES)]
    Reject(DecideArgs),
    /// Withdraw a plan of your own; it cannot be applied any more
    #[command(after_help = WITHDRAW_EXAMPLES)]
    Withdraw(DecideArgs),
    /// Say something about a plan
    #[command(after_help = COMMENT_EXAMPLES)]
    Comment(CommentArgs),
    /// Apply a plan as it is now; users who have changed since are left out
    #[command(after_help = APPLY_PLAN_EXAMPLES)]
    Apply {
        /// The number of the plan
        #[arg(value_parser = plan_number, allow_negative_numbers = true)]
        id: PlanId,
        #[command(flatten)]
        how: How,
    },
}

/// The plan to decide about, and the comment.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct DecideArgs {
    /// The number of the plan
    #[arg(value_parser = plan_number, allow_negative_numbers = true)]
    pub id: PlanId,
    /// A comment; the history keeps it
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "",
        hide_default_value = true
    )]
    pub comment: String,
}

/// The plan to comment on, and the comment.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct CommentArgs {
    /// The number of the plan
    #[arg(value_parser = plan_number, allow_negative_numbers = true)]
    pub id: PlanId,
    /// The comment; the history keeps it
    #[arg(required_unless_present = "comment")]
    pub text: Option<String>,
    /// The comment as an option, as in the other commands
    #[arg(long, value_name = "TEXT", conflicts_with = "text")]
    pub comment: Option<String>,
}

/// The rules of approval. Without options, they are shown.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ApprovalArgs {
    /// Plans need approval that change more users than this
    #[arg(long, value_name = "COUNT|off", value_parser = above_limit, allow_negative_numbers = true)]
    pub above: Option<AboveLimit>,
    /// Over how many hours the changes of an operator are added up for --above; 0 for each plan alone
    #[arg(long, value_name = "HOURS")]
    pub hours: Option<u32>,
    /// Whether plans need approval that undo what another administrator has locked
    #[arg(long, value_name = "on|off", value_enum, hide_possible_values = true)]
    pub others_locks: Option<Switch>,
    /// Changes that need a reason: lock, unlock, set-pin, reset-failures, undo, with a comma between them, or off
    #[arg(long, value_name = "CHANGES|off", value_parser = ruled_changes)]
    pub reason_for: Option<RuledChanges>,
    /// Changes that need a ticket, or off
    #[arg(long, value_name = "CHANGES|off", value_parser = ruled_changes)]
    pub ticket_for: Option<RuledChanges>,
    /// A regular expression that whole tickets match, such as INC-[0-9]+, or off
    #[arg(long, value_name = "REGEX|off")]
    pub ticket_pattern: Option<String>,
    #[command(flatten)]
    pub how: SettingsHow,
}

/// Changes for which a rule asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuledChanges(pub BTreeSet<RuledChange>);

fn ruled_changes(text: &str) -> Result<RuledChanges, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(RuledChanges(BTreeSet::new()));
    }
    let changes: Result<_, _> = text.split(',').map(|word| word.trim().parse()).collect();
    changes
        .map(RuledChanges)
        .map_err(|_unknown| format!("changes are {}, or off", RuledChange::words()))
}

/// A number of users, or no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AboveLimit {
    Off,
    Users(u64),
}

/// An option that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

/// The options of `pindesk protected`. Without a subcommand, the list is shown.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct ProtectedArgs {
    #[command(subcommand)]
    pub task: Option<ProtectedTask>,
}

/// The subcommands of `pindesk protected`.
#[derive(Subcommand, Clone, Debug, PartialEq, Eq)]
pub enum ProtectedTask {
    /// Protect users: nobody changes their PINs without approval
    #[command(after_help = with_identities(PROTECTED_EXAMPLES))]
    Add {
        /// The users; several may be named, and - reads one a line from standard input
        #[arg(value_name = "IDENTITY", required = true)]
        identities: Vec<String>,
        #[command(flatten)]
        how: SettingsHow,
    },
    /// Protect users no longer
    #[command(after_help = with_identities(PROTECTED_EXAMPLES))]
    Remove {
        /// The users; several may be named, and - reads one a line from standard input
        #[arg(value_name = "IDENTITY", required = true)]
        identities: Vec<String>,
        #[command(flatten)]
        how: SettingsHow,
    },
}

impl ValueEnum for PlanStatus {
    fn value_variants<'a>() -> &'a [Self] {
        Self::VARIANTS
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(self.word().into())
    }
}

/// Reads the ID of a plan, which is at least 1.
fn plan_number(text: &str) -> Result<PlanId, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number
        .map(PlanId)
        .ok_or_else(|| "pindesk plans shows the numbers that plans have".to_owned())
}

fn above_limit(text: &str) -> Result<AboveLimit, String> {
    if text.eq_ignore_ascii_case("off") {
        return Ok(AboveLimit::Off);
    }
    text.parse()
        .map(AboveLimit::Users)
        .map_err(|_no_number| "write a number of users such as 200, or off".to_owned())
}
