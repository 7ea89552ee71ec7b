//! A report of one batch of the history as HTML, for people without PinDesk.

use std::io::{self, Write};

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::html;
use super::html::escaped;
use super::output_file::OutputFile;
use crate::domain::Time;
use crate::plan::words::thousands;
use crate::plan::{BatchAction, BatchId};
use crate::progress::Progress;
use crate::store::{BatchSummary, HistoryEntry, HistoryQuery, Store, StoreError};
use crate::time_format::utc;

/// Saves the report of a batch.
///
/// # Errors
/// There is no such batch, the store could not be read, the file cannot be written, or the work was
/// cancelled.
pub fn save_batch_report<'a>(
    store: &Store,
    batch: BatchId,
    to: impl Into<OutputFile<'a>>,
    now: Time,
    progress: &dyn Progress,
) -> Result<(), ReadError> {
    write_whole(to, |file| {
        write_batch_report(store, batch, &mut io::BufWriter::new(file), now, progress)
    })
}

/// Writes the report of a batch.
///
/// # Errors
/// There is no such batch, the store could not be read, the writer failed, or the work was
/// cancelled.
pub fn write_batch_report(
    store: &Store,
    batch: BatchId,
    out: &mut dyn Write,
    now: Time,
    progress: &dyn Progress,
) -> Result<(), ReadError> {
    // The snapshot makes the counts in the head match the rows.
    let _one_moment = store.snapshot()?;
    let summary = store
        .batch(batch)?
        .ok_or(StoreError::NoSuchBatch { id: batch.0 })?;
    let undone_by = store.undone_by(batch)?;
    let title = match summary.counts_in_words() {
        counts if counts.is_empty() => {
            format!("Batch {}: {}", batch.0, summary.action.label())
        }
        counts => format!("Batch {}: {}, {counts}", batch.0, summary.action.label()),
    };
    let review = review(store, &summary)?;
    let begun = html::begin(out, &title, &facts(&summary, &undone_by, review, now));
    begun.and_then(|()| table(out)).map_err(cannot_write)?;
    let query = HistoryQuery {
        batch: Some(batch),
        ..HistoryQuery::default()
    };
    store.each_entry(&query, progress, |_, entry| {
        entry
            .map_or(Ok(()), |entry| write_entry(out, &summary, entry))
            .map_err(cannot_write)
    })?;
    html::end(out)
        .and_then(|()| out.flush())
        .map_err(cannot_write)
}

fn table(out: &mut dyn Write) -> io::Result<()> {
    html::begin_table(out, &["Entry", "Verdict", "User", "State", "What was done"])
}

/// The steps of the plan's review before this batch, each with its operator and time.
fn review(store: &Store, batch: &BatchSummary) -> Result<String, StoreError> {
    let Some(plan) = batch.plan else {
        return Ok(String::new());
    };
    let events = store.plan_events(plan)?;
    let steps = events
        .iter()
        .filter(|event| event.batch < batch.id)
        .map(|event| {
            let step = format!("{} at {}", event.headline(), utc(event.at));
            // The reason of submitting is the reason of the batch.
            if event.text.is_empty() || event.action == BatchAction::SubmitPlan {
                step
            } else {
                format!("{step}: {}", event.text)
            }
        });
    Ok(steps.collect::<Vec<_>>().join("; "))
}

fn facts(
    batch: &BatchSummary,
    undone_by: &[BatchId],
    review: String,
    now: Time,
) -> Vec<(&'static str, String)> {
    let names = |batches: &[BatchId]| {
        let names: Vec<String> = batches
            .iter()
            .map(|batch| format!("batch {}", batch.0))
            .collect();
        names.join(", ")
    };
    let number = |count: u64| thousands(usize::try_from(count).unwrap_or(usize::MAX));
    let undone = match (batch.undone, undone_by) {
        (0, _) | (_, []) => String::new(),
        (users, by) => format!(
            "{}, for {} of {}",
            names(by),
            number(users),
            number(batch.undoable.max(users))
        ),
    };
    vec![
        ("Done at", utc(batch.at)),
        ("By", batch.operator.clone()),
        ("On machine", batch.machine.clone()),
        ("Reason", batch.reason.clone()),
        ("Ticket", batch.ticket.clone()),
        ("File", batch.source.clone().unwrap_or_default()),
        (
            "SHA-256 of the file",
            batch.source_sha256.clone().unwrap_or_default(),
        ),
        (
            "Undoes",
            batch
                .undoes
                .map(|batch| names(&[batch]))
                .unwrap_or_default(),
        ),
        ("Undone by", undone),
        (
            "Plan",
            batch
                .plan
                .map(|plan| plan.0.to_string())
                .unwrap_or_default(),
        ),
        ("Review", review),
        ("In all", batch.counts_in_words()),
        ("Report made at", utc(now)),
    ]
}

fn write_entry(out: &mut dyn Write, batch: &BatchSummary, entry: &HistoryEntry) -> io::Result<()> {
    let states = match entry.before_and_after() {
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (Some(state), None) | (None, Some(state)) => state,
        (None, None) => String::new(),
    };
    // The reason and ticket of the whole batch are above the table.
    let own = [
        ("Reason", &entry.reason, &batch.reason),
        ("Ticket", &entry.ticket, &batch.ticket),
    ]
    .into_iter()
    .filter(|(_, own, all)| own != all)
    .map(|(name, own, _)| format!(" {name}: {own}."));
    let what: String = std::iter::once(format!("{}.", entry.what_was_done()))
        .chain(own)
        .collect();
    writeln!(
        out,
        "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        entry.seq,
        entry.kind.label(),
        escaped(&entry.target),
        escaped(&states),
        escaped(&what)
    )
}
