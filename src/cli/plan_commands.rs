//! `pindesk apply`: plans from a file.

use std::io::BufRead;
use std::path::Path;

use super::apply_plan::{carry_out, status};
use super::confirm::confirm;
use super::console::Console;
use super::failure::Failure;
use super::{ApplyArgs, CommandEnvironment, CommandLine, ExitStatus};
use crate::exchange::open_plan;
use crate::plan::Plan;
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
