//! Exports the history as CSV that Excel and `Import-Csv` read, with one row for each entry.

use std::io::{self, Write};

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::export::{begin_csv, write_row};
use super::output_file::OutputFile;
use crate::progress::Progress;
use crate::store::{BatchSummary, HistoryEntry, HistoryQuery, Store};
use crate::time_format::iso_8601;

/// The columns, in their order.
pub const HISTORY_COLUMNS: [&str; 16] = [
    "Batch",
    "Entry",
    "Time",
    "Operator",
    "Machine",
    "Action",
    "Kind",
    "User",
    "Before",
    "After",
    "Reason",
    "Ticket",
    "Source",
    "SourceSha256",
    "Undoes",
    "Plan",
];

/// Saves the entries of the batches that a query finds, the oldest first. Returns the number of
/// rows.
///
/// # Errors
/// The store could not be read, the file cannot be written, or the work was cancelled.
pub fn save_history<'a>(
    store: &Store,
    query: &HistoryQuery,
    to: impl Into<OutputFile<'a>>,
    progress: &dyn Progress,
) -> Result<u64, ReadError> {
    write_whole(to, |file| {
        export_history(store, query, &mut io::BufWriter::new(file), progress)
    })
}

/// Writes the entries of the batches that a query finds, as of one moment. A batch without entries
/// is one row.
///
/// # Errors
/// The store could not be read, the writer failed, or the work was cancelled.
pub fn export_history(
    store: &Store,
    query: &HistoryQuery,
    out: &mut dyn Write,
    progress: &dyn Progress,
) -> Result<u64, ReadError> {
    begin_csv(out, &HISTORY_COLUMNS).map_err(cannot_write)?;
    let rows = store.each_entry(query, progress, |batch, entry| {
        write_row(out, ',', row(batch, entry).into_iter()).map_err(cannot_write)
    })?;
    out.flush().map_err(cannot_write)?;
    Ok(rows)
}

fn row(
    batch: &BatchSummary,
    entry: Option<&HistoryEntry>,
) -> [Option<String>; HISTORY_COLUMNS.len()] {
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let (before, after) = entry.map(HistoryEntry::states).unwrap_or_default();
    [
        Some(batch.id.0.to_string()),
        entry.map(|entry| entry.seq.to_string()),
        Some(iso_8601(batch.at)),
        Some(batch.operator.clone()),
        Some(batch.machine.clone()),
        Some(batch.action.to_string()),
        entry.map(|entry| entry.kind.label().to_owned()),
        entry.map(|entry| entry.target.clone()),
        before.map(str::to_owned),
        after.map(str::to_owned),
        // An entry from a row of a list may have its own reason and ticket.
        filled(entry.map_or(&batch.reason, |entry| &entry.reason)),
        filled(entry.map_or(&batch.ticket, |entry| &entry.ticket)),
        batch.source.clone(),
        batch.source_sha256.clone(),
        batch.undoes.map(|batch| batch.0.to_string()),
        batch.plan.map(|plan| plan.0.to_string()),
    ]
}
