//! `pindesk history`: what was done, and whether the chain of its hashes holds.

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::table;
use super::{Command, Environment, ExitStatus, HistoryArgs, HistoryTask};
use crate::store::BatchSummary;

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
    if let Some(HistoryTask::Verify) = args.task {
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
            console.line(&format!(
                "The chain of all {} entries holds. The last hash is {}.",
                verified.entries, verified.head
            ));
        }
        return Ok(if found.is_none() { ExitStatus::DONE } else { ExitStatus::STORE_FAILED });
    }
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
