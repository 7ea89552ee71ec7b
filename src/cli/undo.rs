//! `pindesk undo`: plans that undo a batch of the history.

use std::io::BufRead;

use super::apply_plan::{carry_out, status};
use super::confirm::{confirm, confirm_whole};
use super::console::Console;
use super::failure::Failure;
use super::messages::{needs_approval, say_warnings};
use super::settings::{apply_settings, recorded, submit_settings};
use super::submit::{ADD_SUBMIT, submit};
use super::whole_plan::{Reported, WholePlan};
use super::{CommandEnvironment, CommandLine, ExitStatus, How, UndoArgs};
use crate::domain::role::{Permission, cmdlet};
use crate::plan::import::ImportPlan;
use crate::plan::words::users;
use crate::plan::{BatchId, PlanRef, SettingsPlan};
use crate::store::Store;
use crate::zone::Zone;

pub(super) fn run(
    args: &UndoArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment, console)?;
    let batch = match args.batch {
        Some(batch) => Some(BatchId(batch)),
        None => store.last_undoable(&environment.operator)?,
    };
    let Some(batch) = batch else {
        return Err(Failure::Input(
            "There is nothing of yours to undo.".to_owned(),
        ));
    };
    let reason = args.why.reason.trim();
    let ticket = args.why.ticket.trim().to_owned();
    let reason_or = |usual: String| {
        if reason.is_empty() {
            usual
        } else {
            reason.to_owned()
        }
    };
    if let Some(wish) = store.wish_undo_settings(batch)? {
        let plan = match store.plan_undo_settings(batch, &environment.operator) {
            Err(error) if error.is_refusal() && !args.how.what_if => {
                return Err(recorded(error, &wish, args.submit, &mut store, environment));
            }
            plan => plan?.unwrap_or(wish),
        };
        let plan = SettingsPlan {
            reason: reason_or(plan.reason.clone()),
            ticket,
            ..plan
        };
        return undo_settings(&plan, args, &mut store, environment, stdin, console);
    }
    if let Some(plan) = store.plan_undo_import(batch)? {
        let plan = ImportPlan {
            reason: reason_or(plan.reason.clone()),
            ticket,
            ..plan
        };
        return undo_import(&plan, args, &mut store, environment, stdin, console);
    }
    let mut plan = store.plan_undo(batch, None, &environment.operator, (environment.clock)())?;
    if plan.items.is_empty() {
        return Err(Failure::Input(format!(
            "Batch {} changed nothing that can be undone.",
            batch.0
        )));
    }
    (plan.reason, plan.ticket) = (reason_or(plan.reason), ticket);
    if args.submit {
        submit(&plan, args.how.force, &mut store, environment, console)?;
        return Ok(status(&plan, None));
    }
    confirm(&mut plan, args.how, &store, environment, stdin, console)?;
    let applied = carry_out(&plan, args.how, &mut store, environment, console)
        .map_err(|failure| failure.with_way_to_approval(ADD_SUBMIT))?;
    Ok(status(&plan, applied.as_ref()))
}

fn undo_settings(
    plan: &SettingsPlan,
    args: &UndoArgs,
    store: &mut Store,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    if args.submit {
        submit_settings(plan, store, environment, console)?;
    } else if confirm_whole(plan, args.how, store, environment, stdin, console)? {
        apply_settings(plan, args.how.what_if, store, environment, console)
            .map_err(|failure| failure.with_way_to_approval(ADD_SUBMIT))?;
    }
    Ok(in_part(plan.left_out.is_empty()))
}

fn undo_import(
    plan: &ImportPlan,
    args: &UndoArgs,
    store: &mut Store,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    if args.submit {
        let id = store.submit(plan, &environment.operator, (environment.clock)())?;
        return Ok(report(
            plan,
            &[],
            Reported::Submitted(id),
            Vec::new(),
            environment,
            console,
        ));
    }
    if !confirm_whole(plan, args.how, store, environment, stdin, console)? {
        return Ok(ExitStatus::DONE);
    }
    apply_undo_of_import(plan, args.how, store, environment, console)
        .map_err(|failure| failure.with_way_to_approval(ADD_SUBMIT))
}

/// Applies the undo of an import, or with `--what-if` shows it.
pub(super) fn apply_undo_of_import(
    plan: &ImportPlan,
    how: How,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    // The store has this rule, too, and records the attempt.
    let is_permitted =
        store.permission(&environment.operator, cmdlet::IMPORT)? == Permission::Everywhere;
    if how.what_if {
        if !is_permitted {
            return Err(Failure::not_permitted(
                &environment.operator,
                cmdlet::IMPORT,
            ));
        }
        if let Some(text) = needs_approval(plan, store, environment)? {
            console.say(&text);
        }
        return Ok(report(
            plan,
            &[],
            Reported::WhatIf,
            Vec::new(),
            environment,
            console,
        ));
    }
    if is_permitted && !plan.changes_anything() {
        return Ok(report(
            plan,
            &[],
            Reported::Applied(None),
            Vec::new(),
            environment,
            console,
        ));
    }
    if is_permitted && !how.no_backup {
        let ticker = console.watch("Copying the store", environment);
        ticker.announce();
        store.back_up_before_import((environment.clock)())?;
        drop(ticker);
    }
    let ticker = console.watch("Undoing the import", environment);
    let done = store.import(plan, &environment.operator, (environment.clock)(), &ticker)?;
    drop(ticker);
    let drifted: Vec<String> = done
        .drifted
        .iter()
        .map(|drift| {
            format!(
                "{}: Changed since the plan: left as it is.",
                drift.display_name
            )
        })
        .collect();
    let applied = Reported::Applied(Some(done.batch));
    let warnings = say_warnings(store, console);
    Ok(report(
        plan,
        &drifted,
        applied,
        warnings,
        environment,
        console,
    ))
}

fn report(
    plan: &ImportPlan,
    drifted: &[String],
    outcome: Reported,
    warnings: Vec<String>,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> ExitStatus {
    let whole = PlanRef::from(plan);
    let left_out = whole.left_out().into_iter();
    let left_out: Vec<String> = left_out.chain(drifted.iter().cloned()).collect();
    let is_whole = left_out.is_empty();
    let zone = if console.is_text() {
        environment.zone
    } else {
        Zone::utc()
    };
    WholePlan {
        plan: whole,
        lines: whole.change_lines((environment.clock)(), zone),
        left_out,
        warnings,
        counted: users(whole.change_count() - drifted.len().min(whole.change_count())),
    }
    .report(outcome, console);
    in_part(is_whole)
}

fn in_part(is_whole: bool) -> ExitStatus {
    if is_whole {
        ExitStatus::DONE
    } else {
        ExitStatus::IN_PART
    }
}
