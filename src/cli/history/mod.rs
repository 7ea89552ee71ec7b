//! `pindesk history`: what was done, for whom and by whom, and whether the chain of its hashes holds.

mod args;
mod batch;
mod locked_on;

pub use args::{HistoryArgs, HistoryTask, WhichBatches};

use std::path::Path;

use serde::Serialize;

use super::columns::Column;
use super::console::Console;
use super::failure::Failure;
use super::table;
use super::table::Row;
use super::{Command, CommandEnvironment, ExitStatus};
use crate::domain::Time;
use crate::exchange::dates::{end_of, moment_of, no_moment};
use crate::exchange::save_history;
use crate::plan::BatchAction;
use crate::plan::words::{plural, thousands};
use crate::store::{BatchSummary, HistoryQuery, Store};
use crate::time_format::{as_iso_8601, date_and_time};
use crate::zone::Zone;

/// How many batches are listed, unless more are asked for.
const USUAL: usize = 50;

/// A batch. The names are promised to scripts.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BatchRow {
    batch: i64,
    #[serde(serialize_with = "as_iso_8601")]
    time: Time,
    operator: String,
    machine: String,
    action: String,
    changed: u64,
    drifted: u64,
    denied: u64,
    reason: String,
    ticket: String,
    source: Option<String>,
    source_sha256: Option<String>,
    undoes: Option<i64>,
    plan: Option<i64>,
    undone: u64,
}

/// What a walk along the chain found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    holds: bool,
    entries: u64,
    last_hash: String,
    first_break: Option<i64>,
    what: Option<String>,
}

impl Row for BatchRow {
    const FIELDS: &'static [&'static str] = &[
        "Batch",
        "Time",
        "Operator",
        "Machine",
        "Action",
        "Changed",
        "Drifted",
        "Denied",
        "Reason",
        "Ticket",
        "Source",
        "SourceSha256",
        "Undoes",
        "Plan",
        "Undone",
    ];
}

impl Row for Report {
    const FIELDS: &'static [&'static str] = &["holds", "entries", "lastHash", "firstBreak", "what"];
}

pub(super) fn run(
    args: &HistoryArgs,
    command: &Command,
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
        Some(HistoryTask::Export { file, which }) => {
            export(file, which, &store, environment, console)
        }
        Some(HistoryTask::Report { batch, file }) => {
            batch::report(*batch, file, &store, environment, console)
        }
        Some(HistoryTask::Evidence { batch, file }) => {
            batch::evidence(*batch, file, &store, environment, console)
        }
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
        let report = Report {
            holds: found.is_none(),
            entries: verified.entries,
            last_hash: verified.head.clone(),
            first_break: found.map(|place| place.seq),
            what: found.map(|place| place.what.clone()),
        };
        table::write_one(console, &report);
    } else if let Some(place) = found {
        console.line(&format!(
            "The chain breaks at entry {}: {}.",
            place.seq, place.what
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
    let query = query(&args.which, store, environment)?;
    let limit = args.limit.unwrap_or(USUAL);
    let batches = store.batches(
        &query,
        limit,
        &console.watch("Reading the history", environment),
    )?;
    let rows: Vec<BatchRow> = batches.iter().map(row).collect();
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
    file: &Path,
    which: &WhichBatches,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let query = query(which, store, environment)?;
    let watch = console.watch("Exporting the history", environment);
    let saved = save_history(store, &query, file, &watch);
    drop(watch);
    let rows = saved.map_err(|error| Failure::file(file, error))?;
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    let count = format!("{} {}", thousands(rows), plural(rows, "row", "rows"));
    console.say(&format!("{}: {count} of the history.", file.display()));
    Ok(ExitStatus::DONE)
}

/// What the command line asks for, as the store is asked.
fn query(
    which: &WhichBatches,
    store: &Store,
    environment: &CommandEnvironment,
) -> Result<HistoryQuery, Failure> {
    let WhichBatches {
        text,
        operator,
        user,
        action,
        since,
        until,
    } = which.clone();
    if let Some(word) = &action {
        let in_history = store.history_choices()?.actions;
        let newer = in_history
            .into_iter()
            .filter(|action| matches!(action, BatchAction::Unknown(_)));
        let known: Vec<String> = BatchAction::known()
            .chain(newer)
            .map(|action| action.to_string())
            .collect();
        if !known.contains(word) {
            return Err(Failure::Input(format!(
                "There is no action \"{word}\". Known are {}.",
                known.join(", ")
            )));
        }
    }
    let from = since
        .map(|text| moment(&text, environment, moment_of))
        .transpose()?;
    let until = until
        .map(|text| moment(&text, environment, end_of))
        .transpose()?;
    if let (Some(from), Some(until)) = (from, until)
        && from >= until
    {
        return Err(Failure::Input(
            "--until lies before --since, so there is nothing between them.".to_owned(),
        ));
    }
    Ok(HistoryQuery {
        batch: None,
        text: text.unwrap_or_default(),
        operator,
        user,
        action: action.as_deref().map(BatchAction::of_word),
        from,
        until,
    })
}

/// A moment as it stands on the command line, read by one of the ways of reading it.
fn moment(
    text: &str,
    environment: &CommandEnvironment,
    read: fn(&str, Zone) -> Option<Time>,
) -> Result<Time, Failure> {
    read(text, environment.zone).ok_or_else(|| Failure::Input(no_moment(text)))
}

fn row(batch: &BatchSummary) -> BatchRow {
    BatchRow {
        batch: batch.id.0,
        time: batch.at,
        operator: batch.operator.clone(),
        machine: batch.machine.clone(),
        action: batch.action.to_string(),
        changed: batch.changed,
        drifted: batch.drifted,
        denied: batch.denied,
        reason: batch.reason.clone(),
        ticket: batch.ticket.clone(),
        source: batch.source.clone(),
        source_sha256: batch.source_sha256.clone(),
        undoes: batch.undoes.map(|batch| batch.0),
        plan: batch.plan.map(|plan| plan.0),
        undone: batch.undone,
    }
}
