//! `pindesk plans`: the submitted plans, and the steps of their review.

use std::io::BufRead;

use serde::Serialize;

use super::apply_plan::{carry_out, status};
use super::columns::Column;
use super::confirm::confirm;
use super::console::Console;
use super::failure::Failure;
use super::import::apply_import;
use super::plan_summary::{PlanSummaryRow, age};
use super::settings::apply_settings;
use super::submit::submit;
use super::table;
use super::table::OutputRow;
use super::{
    CommandEnvironment, CommandLine, DecideArgs, ExitStatus, How, PlansArgs, PlansTask,
    plan_commands, plans_show,
};
use crate::plan::PlanId;
use crate::store::{Decision, PlanStatus, Reviewed, Store, StoreError};

/// A step of a review that was taken.
#[derive(Serialize)]
struct Decided {
    plan: i64,
    decision: &'static str,
}

impl OutputRow for Decided {
    const FIELDS: &'static [&'static str] = &["plan", "decision"];
}

pub(super) fn run(
    args: &PlansArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment, console)?;
    let (decision, DecideArgs { id, comment }) = match &args.task {
        None => return list(&args.statuses, &store, environment, console),
        Some(PlansTask::Show { id }) => return plans_show::run(*id, &store, environment, console),
        Some(PlansTask::Apply { id, how }) => {
            return apply(*id, *how, &mut store, environment, stdin, console);
        }
        Some(PlansTask::Submit { plan, force }) => {
            let plan = plan_commands::open(plan, &store, environment)?;
            submit(&plan, *force, &mut store, environment, console)?;
            return Ok(status(&plan, None));
        }
        Some(PlansTask::Approve(args)) => (Decision::Approve, args.clone()),
        Some(PlansTask::Reject(args)) => (Decision::Reject, args.clone()),
        Some(PlansTask::Withdraw(args)) => (Decision::Withdraw, args.clone()),
        Some(PlansTask::Comment(args)) => {
            let text = args.text.as_ref().or(args.comment.as_ref()).cloned();
            (
                Decision::Comment,
                DecideArgs {
                    id: args.id,
                    comment: text.unwrap_or_default(),
                },
            )
        }
    };
    store.decide(
        id,
        decision,
        &comment,
        &environment.operator,
        (environment.clock)(),
    )?;
    if !console.is_text() {
        table::write_one(
            console,
            &Decided {
                plan: id.0,
                decision: decision.done(),
            },
        );
    } else if decision == Decision::Comment {
        console.line(&format!("Plan {} has a new comment.", id.0));
    } else {
        console.line(&format!("Plan {} is {} now.", id.0, decision.done()));
    }
    Ok(ExitStatus::DONE)
}

/// Applies a submitted plan as it is now.
fn apply(
    id: PlanId,
    how: How,
    store: &mut Store,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut opened = store.submitted(id, &environment.operator, (environment.clock)())?;
    if opened.summary.status.is_closed() {
        return Err(StoreError::PlanClosed {
            id: id.0,
            status: opened.summary.status.word(),
        }
        .into());
    }
    let plan = match &mut opened.reviewed {
        Reviewed::Pins(reviewed) => &mut reviewed.plan,
        Reviewed::Import(reviewed) => {
            let status = apply_import(&reviewed.plan, how, store, environment, console)
                .map_err(|failure| failure.with_way_to_approval(&approve_way(id)))?;
            say_may_not(opened.may_not.apply.filter(|_| how.what_if), console);
            return Ok(status);
        }
        Reviewed::Settings(reviewed) => {
            apply_settings(&reviewed.plan, how.what_if, store, environment, console)
                .map_err(|failure| failure.with_way_to_approval(&approve_way(id)))?;
            say_may_not(opened.may_not.apply.filter(|_| how.what_if), console);
            return Ok(ExitStatus::DONE);
        }
    };
    confirm(plan, how, store, environment, stdin, console)?;
    let applied = carry_out(plan, how, store, environment, console)
        .map_err(|failure| failure.with_way_to_approval(&approve_way(id)))?;
    let status = status(plan, applied.as_ref());
    say_may_not(opened.may_not.apply.filter(|_| how.what_if), console);
    Ok(status)
}

/// Says how somebody else approves a plan.
fn approve_way(id: PlanId) -> String {
    format!("They approve it with: pindesk plans approve {}.", id.0)
}

/// Says with `--what-if` why the plan cannot be applied yet.
fn say_may_not(why: Option<String>, console: &mut Console<'_>) {
    if let Some(why) = why {
        console.say(&format!("PinDesk : {why}"));
    }
}

fn list(
    statuses: &[PlanStatus],
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut plans = store.plans()?;
    plans.retain(|plan| statuses.is_empty() || statuses.contains(&plan.status));
    if console.is_text() && plans.is_empty() {
        let words: Vec<&str> = statuses.iter().map(|status| status.word()).collect();
        let what = if words.is_empty() {
            "was submitted yet".to_owned()
        } else {
            format!("is {}", words.join(" or "))
        };
        console.say(&format!("No plan {what}."));
    } else {
        let column = Column::weighing;
        let columns = [
            column("Plan", 9),
            column("Status", 8).toned(),
            column("Age", 3),
            column("Author", 5),
            column("Action", 6),
            column("Changes", 7),
            column("Drifted", 4),
            column("Reason", 2),
            column("Ticket", 2),
            column("File", 1),
        ];
        let plans: Vec<PlanSummaryRow<'_>> = plans.iter().map(PlanSummaryRow::of).collect();
        table::write(console, columns, &plans, |plan| {
            [
                plan.plan.to_string(),
                plan.status.to_owned(),
                age(plan.time, (environment.clock)()),
                plan.author.to_owned(),
                plan.action.to_owned(),
                plan.changes.to_string(),
                plan.drifted.to_string(),
                plan.reason.to_owned(),
                plan.ticket.to_owned(),
                plan.source.unwrap_or_default().to_owned(),
            ]
        });
    }
    Ok(ExitStatus::DONE)
}
