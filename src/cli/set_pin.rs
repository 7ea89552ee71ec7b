//! `pindesk set-pin`: a new PIN for one user. The plan is like any other, and never contains the
//! digits.

use std::io::BufRead;

use super::apply_plan::{carry_out_with, status};
use super::confirm::confirm;
use super::console::Console;
use super::failure::Failure;
use super::pin_input::{check_named, read_pin};
use super::{CommandEnvironment, CommandLine, ExitStatus, SetPinArgs};
use crate::plan::{Action, Keep, Request, Target};

pub(super) fn run(
    args: &SetPinArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    check_named(&args.identity)?;
    let mut store = command.open_store(environment, console)?;
    let request = Request {
        action: Action::SetPin,
        targets: vec![Target::Identity(args.identity.clone())],
        keep: Keep::All,
        reason: args.why.reason.trim().to_owned(),
        ticket: args.why.ticket.trim().to_owned(),
    };
    let now = (environment.clock)();
    let watch = console.watch("Looking users up", environment);
    let mut plan = store
        .plan(&request, &environment.operator, now, &watch)?
        .plan;
    drop(watch);
    let several = plan.changes().nth(1).is_some();
    if several && !args.generate {
        let text = format!(
            "\"{}\" is several users, and one PIN is for one of them. Name one exactly, or add --generate. \
             Nothing was done.",
            args.identity
        );
        return Err(Failure::Input(text));
    }
    let is_read = !args.generate && !args.how.what_if && plan.changes().next().is_some();
    if plan.changes().next().is_some() && !args.how.what_if {
        store.require_key()?;
    }
    let pin = is_read
        .then(|| read_pin(true, environment, stdin))
        .transpose()?;
    confirm(&mut plan, args.how, &store, environment, stdin, console)?;
    let applied = carry_out_with(
        &plan,
        pin.as_ref(),
        args.how,
        &mut store,
        environment,
        console,
    )?;
    Ok(status(&plan, applied.as_ref()))
}
