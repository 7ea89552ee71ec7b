//! `pindesk approval`: the rules that decide which plans need approval.

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::settings::carry_out;
use super::table;
use super::table::OutputRow;
use super::{AboveLimit, ApprovalArgs, CommandEnvironment, CommandLine, ExitStatus, Switch};
use crate::domain::approval::ApprovalRules;
use crate::plan::SettingsWish;

/// The rules. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ApprovalValues {
    above: Option<u64>,
    hours: u32,
    others_locks: bool,
}

impl OutputRow for ApprovalValues {
    const FIELDS: &'static [&'static str] = &["above", "hours", "othersLocks"];
}

pub(super) fn run(
    args: &ApprovalArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment, console)?;
    let mut rules = store.approval_rules()?;
    if args.above.is_some() || args.hours.is_some() || args.others_locks.is_some() {
        rules = args.changed(rules);
        let wishes = vec![SettingsWish::SetApproval { rules }];
        if carry_out(wishes, &args.how, &mut store, environment, console)?.is_none() {
            return Ok(ExitStatus::DONE);
        }
    }
    if console.is_text() {
        console.line(&rules.describe());
    } else {
        table::write_one(
            console,
            &ApprovalValues {
                above: rules.above,
                hours: rules.hours,
                others_locks: rules.others_locks,
            },
        );
    }
    Ok(ExitStatus::DONE)
}

impl ApprovalArgs {
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
