//! `pindesk history`: what was done, and whether the chain of its hashes holds.

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::table;
use super::{Command, Environment, ExitStatus, HistoryArgs, HistoryTask};
use crate::exchange::dates::{DateOrder, WrittenDate};
use crate::store::{BatchSummary, Store};

/// How many batches are listed, unless more are asked for.
const USUAL: usize = 50;

/// A batch. The names are promised to scripts.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    batch: i64,
    time: String,
    operator: String,
    machine: String,
    action: String,
    changed: u64,
    drifted: u64,
    denied: u64,
    reason: String,
    ticket: String,
    source: Option<String>,
    undoes: Option<i64>,
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

pub(super) fn run(
    args: &HistoryArgs,
    command: &Command,
    environment: &Environment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let store = command.open_store(environment)?;
    match &args.task {
        Some(HistoryTask::Verify) => verify(&store, environment, console),
        Some(HistoryTask::LockedOn { time }) => locked_on(time, &store, environment, console),
        None => list(args, &store, environment, console),
    }
}

fn verify(store: &Store, environment: &Environment, console: &mut Console<'_>) -> Result<ExitStatus, Failure> {
    let watch = console.watch("Verifying the history", environment);
    let verified = store.verify_history(&watch)?;
    drop(watch);
    let found = verified.first_break.as_ref();
    if console.is_json() {
        console.json(&Report {
            holds: found.is_none(),
            entries: verified.entries,
            last_hash: verified.head.clone(),
            first_break: found.map(|place| place.seq),
            what: found.map(|place| place.what.clone()),
        });
    } else if let Some(place) = found {
        console.line(&format!("The chain breaks at entry {}: {}.", place.seq, place.what));
    } else {
        console
            .line(&format!("The chain of all {} entries holds. The last hash is {}.", verified.entries, verified.head));
    }
    Ok(if found.is_none() { ExitStatus::DONE } else { ExitStatus::STORE_FAILED })
}

/// Who was locked at a moment. The names are promised to scripts.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WasLockedRow {
    identity: String,
    lock_cause: &'static str,
    locked_by: Option<String>,
    reason: String,
    ticket: String,
    batch: i64,
}

fn locked_on(
    text: &str,
    store: &Store,
    environment: &Environment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let year_first = WrittenDate::read(text).filter(|date| !matches!(date, WrittenDate::Open { .. }));
    let moment = year_first.and_then(|date| date.moment(DateOrder::DayMonthYear, environment.zone));
    let moment = moment.ok_or_else(|| {
        Failure::Input(format!("\"{text}\" is no time. Write it as in 2026-11-22T13:35:00Z or 2026-11-22 13:35."))
    })?;
    let found = store.locked_at(moment)?;
    let rows: Vec<WasLockedRow> = found
        .into_iter()
        .map(|was| WasLockedRow {
            identity: was.target,
            lock_cause: was.lock.cause.word(),
            locked_by: was.lock.by,
            reason: was.lock.reason,
            ticket: was.lock.ticket,
            batch: was.batch.0,
        })
        .collect();
    if console.is_json() {
        console.json(&rows);
    } else {
        table::write(console, ["Identity", "Cause", "By", "Reason", "Ticket", "Batch"], &rows, |row| {
            let by = row.locked_by.clone().unwrap_or_default();
            let cause = row.lock_cause.to_owned();
            [row.identity.clone(), cause, by, row.reason.clone(), row.ticket.clone(), row.batch.to_string()]
        });
    }
    Ok(ExitStatus::DONE)
}

fn list(
    args: &HistoryArgs,
    store: &Store,
    environment: &Environment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let text = args.text.as_deref().unwrap_or_default();
    let limit = args.limit.unwrap_or(USUAL);
    let batches = store.batches(text, limit)?;
    if console.is_json() {
        console.json(&batches.iter().map(row).collect::<Vec<_>>());
    } else {
        table::write(
            console,
            ["Batch", "Time", "Operator", "Action", "Changed", "Reason", "Ticket", "File"],
            &batches,
            |batch| {
                [
                    batch.id.0.to_string(),
                    environment.zone.local(batch.at).format("%Y-%m-%d %H:%M").to_string(),
                    batch.operator.clone(),
                    batch.action.clone(),
                    batch.changed.to_string(),
                    batch.reason.clone(),
                    batch.ticket.clone(),
                    batch.source.clone().unwrap_or_default(),
                ]
            },
        );
        if batches.len() == limit {
            console.say(&format!("Only the newest {limit} are shown. --limit shows more."));
        }
    }
    Ok(ExitStatus::DONE)
}

fn row(batch: &BatchSummary) -> Row {
    Row {
        batch: batch.id.0,
        time: batch.at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        operator: batch.operator.clone(),
        machine: batch.machine.clone(),
        action: batch.action.clone(),
        changed: batch.changed,
        drifted: batch.drifted,
        denied: batch.denied,
        reason: batch.reason.clone(),
        ticket: batch.ticket.clone(),
        source: batch.source.clone(),
        undoes: batch.undoes.map(|batch| batch.0),
        undone: batch.undone,
    }
}
