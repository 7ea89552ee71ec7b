//! Changes of settings by commands: shown with `--what-if`, submitted with `--submit`, or made.

use super::console::Console;
use super::failure::Failure;
use super::messages::{needs_approval, say_warnings};
use super::submit::ADD_SUBMIT;
use super::whole_plan::{Reported, WholePlan};
use super::{CommandEnvironment, SettingsHow};
use crate::plan::words::settings;
use crate::plan::{ChangeLine, SettingChange, SettingsPlan, SettingsWish};
use crate::store::{Store, StoreError};

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
            let wished = SettingsPlan::from(wishes);
            return Err(recorded(error, &wished, how.submit, store, environment));
        }
        Err(error) => return Err(error.into()),
    };
    if how.what_if {
        apply_settings(&plan, true, store, environment, console)?;
        return Ok(None);
    }
    if how.submit {
        submit_settings(&plan, store, environment, console)?;
        return Ok(None);
    }
    store
        .apply_settings(&plan, operator, now)
        .map_err(|error| Failure::from(error).with_way_to_approval(ADD_SUBMIT))?;
    say_warnings(store, console);
    Ok(Some(plan))
}

/// Submits a plan about settings, and reports it.
pub(super) fn submit_settings(
    plan: &SettingsPlan,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let id = store.submit(plan, &environment.operator, (environment.clock)())?;
    report(plan, Reported::Submitted(id), Vec::new(), console);
    Ok(())
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
    let warnings = say_warnings(store, console);
    report(plan, outcome, warnings, console);
    Ok(())
}

/// Has the store record an attempt that a preview has shown to be refused.
pub(super) fn recorded(
    error: StoreError,
    plan: &SettingsPlan,
    submits: bool,
    store: &mut Store,
    environment: &CommandEnvironment,
) -> Failure {
    let (operator, now) = (&environment.operator, (environment.clock)());
    // A plan without changes is neither kept nor applied.
    let refused = if submits {
        store.submit(plan, operator, now).err()
    } else {
        store.apply_settings(plan, operator, now).err()
    };
    let refused = refused.filter(StoreError::is_refusal);
    refused.unwrap_or(error).into()
}

fn report(
    plan: &SettingsPlan,
    outcome: Reported,
    warnings: Vec<String>,
    console: &mut Console<'_>,
) {
    let lines: Vec<ChangeLine> = plan
        .changes
        .iter()
        .map(SettingChange::change_line)
        .collect();
    WholePlan {
        plan: plan.into(),
        counted: settings(lines.len()),
        lines,
        left_out: plan.left_out.clone(),
        warnings,
    }
    .report(outcome, console);
}
