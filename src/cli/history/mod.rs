//! `pindesk history`: lists batches and their entries, and verifies the chain of hashes.

mod args;
mod batch;
mod batch_row;
mod locked_on;
mod query;

pub use args::{HistoryArgs, HistoryTask, WhichBatches};

use serde::Serialize;

use self::batch_row::BatchRow;
use self::query::query;
use super::columns::Column;
use super::console::Console;
use super::failure::Failure;
use super::table;
use super::table::OutputRow;
use super::{CommandEnvironment, CommandLine, ExitStatus};
use crate::exchange::{OutputFile, save_history};
use crate::plan::words::{plural, thousands};
use crate::store::Store;
use crate::time_format::date_and_time;

/// The number of batches that are listed without `--limit`.
const USUAL: usize = 50;

/// The result of verifying the chain of hashes. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ChainReport {
    holds: bool,
    entries: u64,
    last_hash: String,
    first_break: Option<i64>,
    what: Option<String>,
}

impl OutputRow for ChainReport {
    const FIELDS: &'static [&'static str] = &["holds", "entries", "lastHash", "firstBreak", "what"];
}

pub(super) fn run(
    args: &HistoryArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let store = command.open_store(environment)?;
    match &args.task {
        Some(HistoryTask::Verify) => verify(&store, environment, console),
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
        None => list(args, &store, environment, console),
    }
}

fn verify(
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let watch = console.watch("Verifying the history", environment);
    let verified = store.verify_history(&watch)?;
    drop(watch);
    let found = verified.first_break.as_ref();
    if !console.is_text() {
        let report = ChainReport {
            holds: found.is_none(),
            entries: verified.entries,
            last_hash: verified.head.clone(),
            first_break: found.map(|broken| broken.seq),
            what: found.map(|broken| broken.what.clone()),
        };
        table::write_one(console, &report);
    } else if let Some(broken) = found {
        console.line(&format!(
            "The chain breaks at entry {}: {}.",
            broken.seq, broken.what
        ));
    } else {
        console.line(&format!(
            "The chain of all {} entries holds. The last hash is {}.",
            verified.entries, verified.head
        ));
    }
    Ok(if found.is_none() {
        ExitStatus::DONE
    } else {
        ExitStatus::STORE_FAILED
    })
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
