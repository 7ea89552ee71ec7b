//! `pindesk history show` and `report`: one batch, as text and as an HTML page.

use serde::Serialize;

use super::batch_row::BatchRow;
use crate::cli::columns::{Column, NO_COLUMNS};
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::table;
use crate::cli::table::OutputRow;
use crate::cli::{CommandEnvironment, ExitStatus, Format};
use crate::exchange::{OutputFile, save_batch_report, save_evidence};
use crate::plan::BatchId;
use crate::store::{BatchSummary, HistoryQuery, Store, StoreError};
use crate::time_format::with_offset;

/// A batch with its entries. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BatchDetails {
    #[serde(flatten)]
    batch: BatchRow,
    entries: Vec<EntryRow>,
}

/// An entry; null where the history has nothing.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EntryRow {
    /// The ID of the batch in CSV, where each row stands alone. JSON has it once, outside of the
    /// entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    batch: Option<i64>,
    entry: i64,
    kind: &'static str,
    user: String,
    before: Option<String>,
    after: Option<String>,
    reason: String,
    ticket: String,
}

impl OutputRow for EntryRow {
    const FIELDS: &'static [&'static str] = &[
        "Batch", "Entry", "Kind", "User", "Before", "After", "Reason", "Ticket",
    ];
}

pub(super) fn show(
    batch: i64,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let one_moment = store.snapshot()?;
    let summary = store
        .batch(BatchId(batch))?
        .ok_or(StoreError::NoSuchBatch { id: batch })?;
    let query = HistoryQuery {
        batch: Some(summary.id),
        ..HistoryQuery::default()
    };
    let (mut entries, is_csv) = (Vec::new(), console.format() == Format::Csv);
    let watch = console.watch("Reading the batch", environment);
    store.each_entry(&query, &watch, |_, entry| {
        let row = entry.map(|entry| {
            let (before, after) = entry.before_and_after();
            let (user, reason, ticket) = (
                entry.target.clone(),
                entry.reason.clone(),
                entry.ticket.clone(),
            );
            EntryRow {
                batch: is_csv.then_some(batch),
                entry: entry.seq,
                kind: entry.kind.label(),
                user,
                before,
                after,
                reason,
                ticket,
            }
        });
        entries.extend(row);
        Ok::<_, StoreError>(())
    })?;
    drop(watch);
    // A reader that waits, such as a pager, must not hold the moment: the log would grow.
    drop(one_moment);
    match console.format() {
        Format::Json => console.json(&BatchDetails {
            batch: BatchRow::of(&summary),
            entries,
        }),
        Format::Csv => table::write(console, NO_COLUMNS, &entries, |_| []),
        Format::Text => show_text(&summary, &entries, environment, console),
    }
    Ok(ExitStatus::DONE)
}

fn show_text(
    summary: &BatchSummary,
    entries: &[EntryRow],
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) {
    let at = with_offset(summary.at, environment.zone);
    console.line(&summary.headline());
    console.line(&format!(
        "{at} by {} on {}",
        summary.operator, summary.machine
    ));
    let file = match (&summary.source, &summary.source_sha256) {
        (Some(file), Some(sha256)) => format!("{file} (SHA-256 {sha256})"),
        (file, _) => file.clone().unwrap_or_default(),
    };
    let number =
        |batch: Option<BatchId>| batch.map(|batch| batch.0.to_string()).unwrap_or_default();
    for (name, text) in [
        ("Reason", summary.reason.clone()),
        ("Ticket", summary.ticket.clone()),
        ("File", file),
        ("Undoes batch", number(summary.undoes)),
        ("Undone by batch", number(summary.undone_by)),
        (
            "Plan",
            summary
                .plan
                .map(|plan| plan.0.to_string())
                .unwrap_or_default(),
        ),
    ] {
        if !text.is_empty() {
            console.line(&format!("{name}: {text}"));
        }
    }
    console.line("");
    let column = Column::weighing;
    let columns = [
        column("Entry", 5),
        column("Kind", 6).toned(),
        column("User", 9),
        column("Before", 7).toned(),
        column("After", 8).toned(),
        column("Reason", 3),
        column("Ticket", 3),
    ];
    table::write(console, columns, entries, |row| {
        let state = |state: &Option<String>| state.clone().unwrap_or_default();
        [
            row.entry.to_string(),
            row.kind.to_owned(),
            row.user.clone(),
            state(&row.before),
            state(&row.after),
            row.reason.clone(),
            row.ticket.clone(),
        ]
    });
}

pub(super) fn report(
    batch: i64,
    file: OutputFile<'_>,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let watch = console.watch("Writing the report", environment);
    let saved = save_batch_report(store, BatchId(batch), file, (environment.clock)(), &watch);
    drop(watch);
    saved.map_err(|error| Failure::file(file.path, error))?;
    console.say(&format!(
        "{}: the report of batch {batch} was saved.",
        file.path.display()
    ));
    Ok(ExitStatus::DONE)
}

pub(super) fn evidence(
    batch: i64,
    file: OutputFile<'_>,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let watch = console.watch("Gathering the evidence", environment);
    let (operator, now) = (&environment.operator, (environment.clock)());
    let saved = save_evidence(store, BatchId(batch), file, operator, now, &watch);
    drop(watch);
    saved.map_err(|error| Failure::file(file.path, error))?;
    console.say(&format!(
        "{}: the evidence of batch {batch} was saved. Its README.txt says how to check it.",
        file.path.display()
    ));
    Ok(ExitStatus::DONE)
}
