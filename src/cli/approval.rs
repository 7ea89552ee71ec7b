//! `pindesk approval`: the rules that decide which plans need approval.

use std::collections::BTreeSet;

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::settings::carry_out;
use super::table;
use super::table::OutputRow;
use super::{
    AboveLimit, ApprovalArgs, CommandEnvironment, CommandLine, ExitStatus, RuledChanges, Switch,
};
use crate::domain::approval::ApprovalRules;
use crate::domain::reason_rules::{ReasonRules, RuledChange};
use crate::plan::SettingsWish;

/// The rules. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApprovalValues {
    above: Option<u64>,
    hours: u32,
    others_locks: bool,
    reason_for: BTreeSet<RuledChange>,
    ticket_for: BTreeSet<RuledChange>,
    ticket_pattern: Option<String>,
}

impl OutputRow for ApprovalValues {
    const FIELDS: &'static [&'static str] = &[
        "above",
        "hours",
        "othersLocks",
        "reasonFor",
        "ticketFor",
        "ticketPattern",
    ];
}

pub(super) fn run(
    args: &ApprovalArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment, console)?;
    let mut rules = store.approval_rules()?;
    let mut reasons = store.reason_rules()?;
    let mut wishes = Vec::new();
    if args.above.is_some() || args.hours.is_some() || args.others_locks.is_some() {
        rules = args.changed(rules);
        wishes.push(SettingsWish::SetApproval { rules });
    }
    let wanted = args.changed_reasons(&reasons);
    if wanted != reasons {
        reasons = wanted;
        let rules = reasons.clone();
        wishes.push(SettingsWish::SetReasonRules { rules });
    }
    if !wishes.is_empty()
        && carry_out(wishes, &args.how, &mut store, environment, console)?.is_none()
    {
        return Ok(ExitStatus::DONE);
    }
    if console.is_text() {
        console.line(&rules.describe());
        let reasons = reasons.describe();
        if !reasons.is_empty() {
            console.line(&reasons);
        }
    } else {
        table::write_one(
            console,
            &ApprovalValues {
                above: rules.above,
                hours: rules.hours,
                others_locks: rules.others_locks,
                reason_for: reasons.reason_for,
                ticket_for: reasons.ticket_for,
                ticket_pattern: reasons.ticket_pattern,
            },
        );
    }
    Ok(ExitStatus::DONE)
}

impl ApprovalArgs {
    /// The rules for reasons with the given options changed.
    fn changed_reasons(&self, rules: &ReasonRules) -> ReasonRules {
        let changes = |given: &Option<RuledChanges>, kept: &BTreeSet<RuledChange>| {
            given.as_ref().map_or(kept, |given| &given.0).clone()
        };
        ReasonRules {
            reason_for: changes(&self.reason_for, &rules.reason_for),
            ticket_for: changes(&self.ticket_for, &rules.ticket_for),
            ticket_pattern: match &self.ticket_pattern {
                None => rules.ticket_pattern.clone(),
                Some(off) if off.eq_ignore_ascii_case("off") => None,
                Some(pattern) => Some(pattern.clone()),
            },
        }
    }

    /// The rules with the given options changed. A rule without an option stays as it is.
    fn changed(&self, rules: ApprovalRules) -> ApprovalRules {
        let above = match self.above {
            None => rules.above,
            Some(AboveLimit::Off) => None,
            Some(AboveLimit::Users(count)) => Some(count),
        };
        let others_locks = self
            .others_locks
            .map_or(rules.others_locks, |switch| switch == Switch::On);
        ApprovalRules {
            above,
            hours: self.hours.unwrap_or(rules.hours),
            others_locks,
        }
    }
}
