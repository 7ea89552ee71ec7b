//! `pindesk export` and `pindesk backup`: writing files. Nothing in the store changes.

use std::io::{self, BufRead, BufWriter};
use std::path::Path;

use super::apply_plan::status;
use super::change::same_file_twice;
use super::console::Console;
use super::failure::Failure;
use super::list::WantedChange;
use super::messages::{messages, permitted_nowhere};
use super::targets::NamedUsers;
use super::{
    BackupArgs, CommandEnvironment, CommandLine, ExitStatus, ExportArgs, ExportTask, ExportTo,
    ScriptArgs,
};
use crate::domain::user::UserId;
use crate::exchange::{ExportKind, ReadError, export, save_script, write_plan_script, write_whole};
use crate::plan::passes;
use crate::plan::words::{plural, thousands, users};
use crate::progress::Unwatched;
use crate::store::Store;

/// The file name that means standard output.
const STANDARD_OUTPUT: &str = "-";

pub(super) fn run(
    args: &ExportArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let store = command.open_store(environment, console)?;
    match &args.task {
        ExportTask::Users { to } => {
            save(ExportKind::Users, to, &store, environment, stdin, console)
        }
        ExportTask::Pins { to } => save(ExportKind::Pins, to, &store, environment, stdin, console),
        ExportTask::Script(args) => script(args, &store, environment, stdin, console),
    }
}

pub(super) fn back_up(
    args: &BackupArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let store = command.open_store(environment, console)?;
    let watch = console.watch("Copying the store", environment);
    watch.announce();
    let made = store.back_up(&args.file);
    drop(watch);
    let differences = made?;
    let size = std::fs::metadata(&args.file).map_or(0, |file| file.len());
    console.say(&format!(
        "{}: a copy of the store, {}, checked.",
        args.file.display(),
        bytes(size)
    ));
    if differences.is_empty() {
        return Ok(ExitStatus::DONE);
    }
    console.say("pindesk: The store, and so its copy, is not as its history says:");
    for difference in &differences {
        console.say(&format!("- {}", difference.sentence()));
    }
    Ok(ExitStatus::IN_PART)
}

fn save(
    kind: ExportKind,
    to: &ExportTo,
    store: &Store,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let now = (environment.clock)();
    let (ids, status) = chosen(to, store, environment, stdin, console)?;
    if goes_out(&to.file) {
        // The results appear on standard output as they are written, so no progress is shown.
        let written = export(store, kind, &ids, now, &mut *console.file(true), &Unwatched);
        return match written {
            Err(ReadError::Write(detail)) => {
                console.fail(io::Error::other(detail));
                Ok(status)
            }
            other => other
                .map(|_| status)
                .map_err(|error| Failure::file(&to.file, error)),
        };
    }
    let watch = console.watch("Exporting", environment);
    let one_moment = store.snapshot()?;
    let saved = write_whole(to.writing.file(&to.file), |file| {
        export(store, kind, &ids, now, &mut BufWriter::new(file), &watch)
    });
    drop(one_moment);
    drop(watch);
    let count = saved.map_err(|error| Failure::file(&to.file, error))?;
    let what = match kind {
        ExportKind::Users => users(count),
        ExportKind::Pins => format!(
            "{} {}",
            thousands(count),
            plural(count, "PIN state", "PIN states")
        ),
    };
    console.say(&format!("{}: {what}.", to.file.display()));
    Ok(status)
}

/// The users to export: the named ones, or all who pass the filters, in the order of display names.
fn chosen(
    to: &ExportTo,
    store: &Store,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<(Vec<UserId>, ExitStatus), Failure> {
    let now = (environment.clock)();
    if to.users.names_users() {
        let NamedUsers {
            users,
            problems,
            left_out,
        } = to.users.look_up(store, environment, stdin, console, now)?;
        for (_, problem) in &problems {
            console.say(&format!("PinDesk : {problem}"));
        }
        if let Some(text) = left_out {
            console.say(&text);
        }
        let status = if problems.is_empty() {
            ExitStatus::DONE
        } else {
            ExitStatus::IN_PART
        };
        return Ok((users.iter().map(|user| user.id).collect(), status));
    }
    let mut ids = Vec::new();
    store.for_each_user_by_name(|user| {
        if passes(&user, &to.users.filters, now) {
            ids.push(user.id);
        }
        true
    })?;
    Ok((ids, ExitStatus::DONE))
}

fn script(
    args: &ScriptArgs,
    store: &Store,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let file = Some(&args.file).filter(|file| !goes_out(file));
    if let Some(twice) = same_file_twice(&[
        args.list.csv.as_ref(),
        file,
        args.list.save_results.as_ref(),
    ]) {
        let text = format!(
            "{}: a list, a script and results need a file each. Nothing was saved.",
            twice.display()
        );
        return Err(Failure::Input(text));
    }
    let asked = WantedChange {
        action: args.action,
        users: &args.users,
        list: &args.list,
        why: &args.why,
    };
    let planned = asked.plan(store, environment, stdin, console)?;
    let plan = &planned.plan;
    if let Some(cmdlet) = permitted_nowhere(plan) {
        return Err(Failure::not_permitted(&environment.operator, cmdlet));
    }
    for text in planned.left_out(&args.users) {
        console.say(&format!("{} : {text}", args.action.cmdlet()));
    }
    messages(plan, None, false, environment.zone, console);
    let now = (environment.clock)();
    match file {
        None => {
            let written = write_plan_script(plan, "pindesk", now, &mut *console.file(false));
            if let Err(error) = written {
                console.fail(error);
            }
        }
        Some(file) => {
            let count = save_script(plan, args.writing.file(file), now)
                .map_err(|error| Failure::file(file, error))?;
            let words = format!("{} of {}", args.action.cmdlet(), users(count));
            console.say(&format!(
                "{}: a script for {words}. Nothing was changed here.",
                file.display()
            ));
        }
    }
    let is_saved = match (&planned.list, &args.list.save_results) {
        (Some(list), Some(to)) => {
            list.save_results(plan, None, args.writing.file(to), environment, console)
        }
        _ => true,
    };
    Ok(if is_saved {
        status(plan, None)
    } else {
        ExitStatus::IN_PART
    })
}

fn goes_out(file: &Path) -> bool {
    file == Path::new(STANDARD_OUTPUT)
}

/// "1.4 MB"
fn bytes(size: u64) -> String {
    match size {
        0..1_000_000 => format!("{} KB", size.div_ceil(1000)),
        _ => format!("{:.1} MB", size as f64 / 1e6),
    }
}
