//! `pindesk history`: lists batches and their entries, and verifies them.

mod args;
mod batch;
mod batch_row;
mod forward;
mod heads;
mod locked_on;
mod query;
mod syslog;
mod verify;

pub use args::{HeadsArgs, HistoryArgs, HistoryTask, WhichBatches};

use self::batch_row::BatchRow;
use self::query::query;
use super::columns::Column;
use super::console::Console;
use super::failure::Failure;
use super::table;
use super::{CommandEnvironment, CommandLine, ExitStatus};
use crate::exchange::{OutputFile, save_history};
use crate::plan::words::{plural, thousands};
use crate::store::Store;
use crate::time_format::date_and_time;

/// The number of batches that are listed without `--limit`.
const USUAL: usize = 50;

pub(super) fn run(
    args: &HistoryArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let store = command.open_store(environment, console)?;
    match &args.task {
        Some(HistoryTask::Verify) => verify::verify(&store, environment, console),
        Some(HistoryTask::LockedOn { time }) => {
            locked_on::locked_on(time, &store, environment, console)
        }
        Some(HistoryTask::Show { batch }) => batch::show(*batch, &store, environment, console),
        Some(HistoryTask::Export {
            file,
            writing,
            which,
        }) => export(writing.file(file), which, &store, environment, console),
        Some(HistoryTask::Report {
            batch,
            file,
            writing,
        }) => batch::report(*batch, writing.file(file), &store, environment, console),
        Some(HistoryTask::Evidence {
            batch,
            file,
            writing,
        }) => batch::evidence(*batch, writing.file(file), &store, environment, console),
        Some(HistoryTask::Heads(args)) => heads::heads(args, &store, environment, console),
        Some(HistoryTask::Forward(args)) => forward::run(args, &store, environment, console),
        None => list(args, &store, environment, console),
    }
}

fn list(
    args: &HistoryArgs,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let wanted = query(&args.which, store, environment)?;
    let limit = args.limit.unwrap_or(USUAL);
    let batches = store.batches(
        &wanted,
        limit,
        &console.watch("Reading the history", environment),
    )?;
    let rows: Vec<BatchRow> = batches.iter().map(BatchRow::of).collect();
    let column = Column::weighing;
    let columns = [
        column("Batch", 9),
        column("Time", 8),
        column("Operator", 5),
        column("Action", 7),
        column("Changed", 6),
        column("Reason", 3),
        column("Ticket", 3),
        column("File", 2),
    ];
    table::write(console, columns, &rows, |batch| {
        [
            batch.batch.to_string(),
            date_and_time(batch.time, environment.zone),
            batch.operator.clone(),
            batch.action.clone(),
            batch.changed.to_string(),
            batch.reason.clone(),
            batch.ticket.clone(),
            batch.source.clone().unwrap_or_default(),
        ]
    });
    if batches.len() == limit {
        console.say(&format!(
            "Only the newest {limit} are shown. --limit shows more."
        ));
    }
    Ok(ExitStatus::DONE)
}

fn export(
    file: OutputFile<'_>,
    which: &WhichBatches,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let wanted = query(which, store, environment)?;
    let watch = console.watch("Exporting the history", environment);
    let saved = save_history(store, &wanted, file, &watch);
    drop(watch);
    let rows = saved.map_err(|error| Failure::file(file.path, error))?;
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let count = format!("{} {}", thousands(rows), plural(rows, "row", "rows"));
    console.say(&format!("{}: {count} of the history.", file.path.display()));
    Ok(ExitStatus::DONE)
}
