//! Changes of settings by commands: shown with `--what-if`, submitted with `--submit`, or made.

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::messages::needs_approval;
use super::plan_change::PlanChange;
use super::submit::ADD_SUBMIT;
use super::table;
use super::{CommandEnvironment, Format, SettingsHow, UndoArgs};
use crate::plan::words::settings;
use crate::plan::{BatchId, ChangeLine, PlanId, SettingChange, SettingsPlan, SettingsWish};
use crate::store::{Store, StoreError};

/// A plan about settings that was shown, submitted or applied. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SettingsReport {
    action: String,
    what_if: bool,
    /// The ID of the submitted plan. Null if it was not submitted.
    plan: Option<i64>,
    /// The batch that applied it. Null if it was not applied.
    batch: Option<i64>,
    changes: Vec<PlanChange>,
    left_out: Vec<String>,
}

/// A report about a plan: it was shown, submitted or applied.
#[derive(Clone, Copy)]
enum Reported {
    WhatIf,
    Submitted(PlanId),
    Applied(Option<BatchId>),
}

/// Carries wishes out as the options say. Returns the plan if it was applied, so that the command
/// can say what it did; None if it was only shown or submitted, which is reported here.
pub(super) fn carry_out(
    wishes: Vec<SettingsWish>,
    how: &SettingsHow,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<Option<SettingsPlan>, Failure> {
    let operator = &environment.operator;
    let now = (environment.clock)();
    let plan = match store.plan_settings(wishes.clone(), operator) {
        Ok(plan) => SettingsPlan {
            reason: how.why.reason.trim().to_owned(),
            ticket: how.why.ticket.trim().to_owned(),
            ..plan
        },
        Err(error) if error.is_refusal() && !how.what_if => {
            return Err(recorded(error, wishes, how.submit, store, environment));
        }
        Err(error) => return Err(error.into()),
    };
    if how.what_if {
        apply_settings(&plan, true, store, environment, console)?;
        return Ok(None);
    }
    if how.submit {
        let id = store.submit(&plan, operator, now)?;
        report(&plan, Reported::Submitted(id), console);
        return Ok(None);
    }
    store
        .apply_settings(&plan, operator, now)
        .map_err(|error| Failure::from(error).with_way_to_approval(ADD_SUBMIT))?;
    Ok(Some(plan))
}

/// Carries out the plan that undoes a batch of changed settings, as the options say.
pub(super) fn undo_settings(
    mut plan: SettingsPlan,
    args: &UndoArgs,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    if !args.why.reason.trim().is_empty() {
        args.why.reason.trim().clone_into(&mut plan.reason);
    }
    args.why.ticket.trim().clone_into(&mut plan.ticket);
    if args.submit {
        let id = store.submit(&plan, &environment.operator, (environment.clock)())?;
        report(&plan, Reported::Submitted(id), console);
        return Ok(());
    }
    apply_settings(&plan, args.how.what_if, store, environment, console)
        .map_err(|failure| failure.with_way_to_approval(ADD_SUBMIT))
}

/// Applies a plan about settings, or with `what_if` shows it.
pub(super) fn apply_settings(
    plan: &SettingsPlan,
    what_if: bool,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let outcome = if what_if {
        if let Some(text) = needs_approval(plan, store, environment)? {
            console.say(&text);
        }
        Reported::WhatIf
    } else {
        let (operator, now) = (&environment.operator, (environment.clock)());
        Reported::Applied(store.apply_settings(plan, operator, now)?)
    };
    report(plan, outcome, console);
    Ok(())
}

/// Has the store record an attempt that a preview has shown to be refused.
fn recorded(
    error: StoreError,
    wishes: Vec<SettingsWish>,
    submits: bool,
    store: &mut Store,
    environment: &CommandEnvironment,
) -> Failure {
    let plan = SettingsPlan::from(wishes);
    let (operator, now) = (&environment.operator, (environment.clock)());
    // A plan without changes is neither kept nor applied.
    let refused = if submits {
        store.submit(&plan, operator, now).err()
    } else {
        store.apply_settings(&plan, operator, now).err()
    };
    let refused = refused.filter(StoreError::is_refusal);
    refused.unwrap_or(error).into()
}

fn report(plan: &SettingsPlan, outcome: Reported, console: &mut Console<'_>) {
    let lines: Vec<ChangeLine> = plan
        .changes
        .iter()
        .map(SettingChange::change_line)
        .collect();
    for text in &plan.left_out {
        console.say(&format!("PinDesk : {text}"));
    }
    match console.format() {
        Format::Text => {
            if let Some(line) = headline(lines.len(), outcome) {
                console.line(&line);
            }
            let start = if matches!(outcome, Reported::Applied(_)) {
                ""
            } else {
                "What if: "
            };
            for line in &lines {
                console.line(&format!("{start}{line}"));
            }
        }
        Format::Json => console.json(&SettingsReport {
            action: plan.batch_action().to_string(),
            what_if: !matches!(outcome, Reported::Applied(_)),
            plan: match outcome {
                Reported::Submitted(id) => Some(id.0),
                Reported::WhatIf | Reported::Applied(_) => plan.submitted.map(|id| id.0),
            },
            batch: match outcome {
                Reported::Applied(batch) => batch.map(|batch| batch.0),
                Reported::WhatIf | Reported::Submitted(_) => None,
            },
            changes: lines.into_iter().map(PlanChange::of).collect(),
            left_out: plan.left_out.clone(),
        }),
        Format::Csv => {
            let rows: Vec<PlanChange> = lines.into_iter().map(PlanChange::of).collect();
            table::write(console, super::columns::NO_COLUMNS, &rows, |_| []);
        }
    }
}

/// The sentence before the changes. A preview of some changes needs none.
fn headline(count: usize, outcome: Reported) -> Option<String> {
    match outcome {
        Reported::WhatIf if count == 0 => Some("What if: nothing would change.".to_owned()),
        Reported::WhatIf => None,
        Reported::Submitted(id) => Some(format!(
            "Submitted as plan {}: {} would change.",
            id.0,
            settings(count)
        )),
        Reported::Applied(None) => Some("Nothing had to change.".to_owned()),
        Reported::Applied(Some(batch)) => Some(format!(
            "{} changed, as batch {}.",
            settings(count),
            batch.0
        )),
    }
}
