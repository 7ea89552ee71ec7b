//! Applying a plan of any command, or showing what it would do, and reporting the result.

use super::console::Console;
use super::failure::Failure;
use super::messages::{messages, needs_approval, permitted_nowhere, say_warnings};
use super::report::PlanReport;
use super::{CommandEnvironment, ExitStatus, How, colors};
use crate::domain::pin_digits::Pin;
use crate::plan::{Outcome, Plan, PlanItem, SkipReason};
use crate::store::{Applied, DrawnPin, Store};
use crate::time_format::span;

/// Applies a plan, or with `--what-if` only shows it, and writes the result.
pub(super) fn carry_out(
    plan: &Plan,
    how: How,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<Option<Applied>, Failure> {
    carry_out_with(plan, None, how, store, environment, console)
}

/// Like [`carry_out`], with the PIN for a plan that sets one.
pub(super) fn carry_out_with(
    plan: &Plan,
    pin: Option<&Pin>,
    how: How,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<Option<Applied>, Failure> {
    let mut attack = None;
    let applied = if how.what_if {
        if let Some(cmdlet) = permitted_nowhere(plan) {
            return Err(Failure::not_permitted(&environment.operator, cmdlet));
        }
        if let Some(text) = needs_approval(plan, store, environment)? {
            console.say(&text);
        }
        attack = store.attack(plan)?;
        if let Some(attack) = &attack {
            console.say(&format!("PinDesk : {}", attack.words(environment.zone)));
        }
        None
    } else {
        say_clock_lag(store, environment, console)?;
        let count = plan.changes().count();
        if !how.no_backup && plan.must_type_number(count) {
            let watch = console.watch("Copying the store", environment);
            watch.announce();
            store.copy_before_change((environment.clock)())?;
            drop(watch);
        }
        let watch = console.watch("Applying", environment);
        Some(store.apply_with(
            plan,
            pin,
            &environment.operator,
            (environment.clock)(),
            &watch,
        )?)
    };
    messages(plan, applied.as_ref(), how.force, environment.zone, console);
    let warnings = say_warnings(store, console);
    if console.is_text() {
        results(plan, applied.as_ref(), console);
    } else {
        PlanReport::new(plan, applied.as_ref())
            .with_attack(attack.as_ref())
            .with_warnings(warnings)
            .write(console);
    }
    Ok(applied)
}

/// Says that the clock is behind the last entry, because the new entry will have another time.
fn say_clock_lag(
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    if let Some(lag) = store.clock_lag((environment.clock)())? {
        console.say(&format!(
            "The clock of this computer is {} behind the last entry of the store. The new entry gets the time of the last one.",
            span(lag)
        ));
    }
    Ok(())
}

/// The exit status: whether everything was done as asked.
pub(super) fn status(plan: &Plan, applied: Option<&Applied>) -> ExitStatus {
    // An operator who asked for a new PIN and got none must not believe that it was set.
    let is_drift = |item: &&PlanItem| {
        matches!(
            item.outcome,
            Outcome::Skipped(SkipReason::ChangedSince { .. } | SkipReason::Locked)
        )
    };
    let drifted = applied.map_or(0, |applied| applied.drifted.len())
        + plan.items.iter().filter(is_drift).count();
    if plan.counts().refused + drifted > 0 {
        ExitStatus::IN_PART
    } else {
        ExitStatus::DONE
    }
}

/// Writes the what-if sentences, or after applying one sentence with the counts.
fn results(plan: &Plan, applied: Option<&Applied>, console: &mut Console<'_>) {
    let Some(applied) = applied else {
        for item in &plan.items {
            if let Some(sentence) = plan.what_if(item) {
                console.line(&sentence);
            }
        }
        return;
    };
    for DrawnPin { identity, pin, .. } in &applied.pins {
        console.line(&format!("{identity}  {}", pin.digits()));
    }
    let counts = plan.counts();
    let is_coloured = console.screen().is_coloured;
    let part = |count: usize, word: &str| {
        let style = if is_coloured && count > 0 {
            colors::of(word)
        } else {
            colors::NONE
        };
        format!("{style}{count} {word}{style:#}")
    };
    console.painted(&format!(
        "{}. {}, {}, {}, {}.",
        plan.done_to(applied.changed.len()),
        part(counts.no_change, "no change needed"),
        part(counts.skipped, "skipped"),
        part(counts.refused, "refused"),
        part(applied.drifted.len(), "drifted")
    ));
}
