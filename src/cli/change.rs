//! `pindesk lock` and `pindesk unlock`: plan the change, and then show, submit or apply the plan.

use std::io::BufRead;
use std::path::PathBuf;

use super::apply_plan::{carry_out, status};
use super::confirm;
use super::confirm::confirm;
use super::console::Console;
use super::failure::Failure;
use super::list::{WantedChange, check_results};
use super::submit::{ADD_SUBMIT, submit};
use super::{ChangeArgs, CommandEnvironment, CommandLine, ExitStatus};
use crate::domain::Time;
use crate::exchange::dates::{end_of, no_moment};
use crate::exchange::save_plan;
use crate::plan::Action;
use crate::time_format::date_and_time;

pub(super) fn run(
    action: Action,
    args: &ChangeArgs,
    until: Option<&str>,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    confirm::check(args.how, &args.users.identities)?;
    let mut store = command.open_store(environment, console)?;
    let until = until.map(|text| end(text, environment)).transpose()?;
    let asked = WantedChange {
        action,
        users: &args.users,
        list: &args.list,
        why: &args.why,
    };
    if let Some(to) = &args.list.save_results {
        check_results(args.writing.file(to))?;
    }
    let mut planned = asked.plan(&store, environment, stdin, console)?;
    if let Some(until) = until {
        planned.plan = planned.plan.locking_until(until);
    }
    let saved = [
        args.list.csv.as_ref(),
        args.save_plan.as_ref(),
        args.list.save_results.as_ref(),
    ];
    if let Some(twice) = same_file_twice(&saved) {
        let text = format!(
            "{}: a list, a plan and results need a file each. Nothing was done.",
            twice.display()
        );
        return Err(Failure::Input(text));
    }
    // The questions come before saving, so that the file has only the confirmed users.
    confirm(
        &mut planned.plan,
        args.how,
        &store,
        environment,
        stdin,
        console,
    )?;
    let plan = &planned.plan;
    if let Some(to) = &args.save_plan {
        save_plan(plan, store.id(), args.writing.file(to))
            .map_err(|error| Failure::file(to, error))?;
        console.say(&format!("{}: the plan was saved.", to.display()));
    }
    if !args.how.force {
        for text in planned.left_out(&args.users) {
            console.say(&format!("{} : {text}", action.cmdlet()));
        }
    }
    let applied = if args.submit {
        submit(plan, args.how.force, &mut store, environment, console)?;
        None
    } else {
        let applied = carry_out(plan, args.how, &mut store, environment, console);
        applied.map_err(|failure| failure.with_way_to_approval(ADD_SUBMIT))?
    };
    let is_saved = match (&planned.list, &args.list.save_results) {
        (Some(list), Some(to)) => {
            let to = args.writing.file(to);
            list.save_results(plan, applied.as_ref(), to, environment, console)
        }
        _ => true,
    };
    let status = status(plan, applied.as_ref());
    Ok(if is_saved {
        status
    } else {
        ExitStatus::IN_PART
    })
}

/// Reads the end of a lock.
fn end(text: &str, environment: &CommandEnvironment) -> Result<Time, Failure> {
    let until = end_of(text, environment.zone).ok_or_else(|| Failure::Input(no_moment(text)))?;
    if until <= (environment.clock)() {
        let until = date_and_time(until, environment.zone);
        return Err(Failure::Input(format!(
            "The time in --until is in the past: {until}. Nothing was done."
        )));
    }
    Ok(until)
}

/// The first file that is named twice, even by different paths.
pub(super) fn same_file_twice<'a>(files: &[Option<&'a PathBuf>]) -> Option<&'a PathBuf> {
    let real_path =
        |file: &PathBuf| std::fs::canonicalize(file).unwrap_or_else(|_not_there_yet| file.clone());
    let named: Vec<&PathBuf> = files.iter().copied().flatten().collect();
    named
        .iter()
        .enumerate()
        .find(|(at, file)| {
            named[..*at]
                .iter()
                .any(|other| real_path(other) == real_path(file))
        })
        .map(|(_, file)| *file)
}
