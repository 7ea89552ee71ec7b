//! `pindesk apply` and `pindesk undo`: plans from a file and from the history.

use std::io::BufRead;
use std::path::Path;

use super::apply_plan::{carry_out, status};
use super::confirm::confirm;
use super::console::Console;
use super::failure::Failure;
use super::settings::undo_settings;
use super::submit::{ADD_SUBMIT, submit};
use super::{ApplyArgs, CommandEnvironment, CommandLine, ExitStatus, UndoArgs};
use crate::exchange::open_plan;
use crate::plan::{BatchId, Plan};
use crate::store::Store;

pub(super) fn apply(
    args: &ApplyArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment, console)?;
    let mut plan = open(&args.plan, &store, environment)?;
    confirm(&mut plan, args.how, &store, environment, stdin, console)?;
    let applied =
        carry_out(&plan, args.how, &mut store, environment, console).map_err(|failure| {
            let file = args.plan.display();
            failure.with_way_to_approval(&format!(
                "Submit it for review: pindesk plans submit {file}."
            ))
        })?;
    Ok(status(&plan, applied.as_ref()))
}

/// Opens a plan file, and refreshes the plan for the operator.
pub(super) fn open(
    file: &Path,
    store: &Store,
    environment: &CommandEnvironment,
) -> Result<Plan, Failure> {
    let permissions = store.permissions(&environment.operator)?;
    let plan = open_plan(file, store.id(), permissions)
        .map_err(|error| Failure::Input(format!("{}: {error}", file.display())))?;
    Ok(store
        .refresh(plan, &environment.operator, (environment.clock)())?
        .plan)
}

pub(super) fn undo(
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
    if let Some(plan) = store.plan_undo_settings(batch, &environment.operator)? {
        undo_settings(plan, args, &mut store, environment, console)?;
        return Ok(ExitStatus::DONE);
    }
    let mut plan = store.plan_undo(batch, None, &environment.operator, (environment.clock)())?;
    if plan.items.is_empty() {
        return Err(Failure::Input(format!(
            "Batch {} changed no PIN, or cannot be undone.",
            batch.0
        )));
    }
    if !args.why.reason.trim().is_empty() {
        args.why.reason.trim().clone_into(&mut plan.reason);
    }
    args.why.ticket.trim().clone_into(&mut plan.ticket);
    if args.submit {
        submit(&plan, args.how.force, &mut store, environment, console)?;
        return Ok(status(&plan, None));
    }
    confirm(&mut plan, args.how, &store, environment, stdin, console)?;
    let applied = carry_out(&plan, args.how, &mut store, environment, console)
        .map_err(|failure| failure.with_way_to_approval(ADD_SUBMIT))?;
    Ok(status(&plan, applied.as_ref()))
}
