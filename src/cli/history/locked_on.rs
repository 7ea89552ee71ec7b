//! `pindesk history locked-on`: the users who were locked at a moment in the past.

use serde::Serialize;

use super::query::moment;
use crate::cli::columns::Column;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::table;
use crate::cli::table::OutputRow;
use crate::cli::{CommandEnvironment, ExitStatus};
use crate::domain::Time;
use crate::exchange::dates::moment_of;
use crate::store::{Store, WasLocked};
use crate::time_format::{as_iso_8601_or_null, date_and_time_or_empty};

/// A user who was locked at a moment. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WasLockedRow {
    identity: String,
    lock_cause: &'static str,
    locked_by: Option<String>,
    #[serde(serialize_with = "as_iso_8601_or_null")]
    locked_since: Option<Time>,
    #[serde(serialize_with = "as_iso_8601_or_null")]
    locked_until: Option<Time>,
    reason: String,
    ticket: String,
    batch: i64,
}

impl OutputRow for WasLockedRow {
    const FIELDS: &'static [&'static str] = &[
        "Identity",
        "LockCause",
        "LockedBy",
        "LockedSince",
        "LockedUntil",
        "Reason",
        "Ticket",
        "Batch",
    ];
}

pub(super) fn locked_on(
    text: &str,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let moment = moment(text, environment, moment_of)?;
    let found = store.locked_at(moment)?;
    let rows: Vec<WasLockedRow> = found.iter().map(row).collect();
    let column = Column::weighing;
    let columns = [
        column("Identity", 9),
        column("Cause", 8).toned(),
        column("By", 6),
        column("Since", 7),
        column("Until", 4),
        column("Reason", 3),
        column("Ticket", 3),
        column("Batch", 5),
    ];
    table::write(console, columns, &rows, |row| {
        [
            row.identity.clone(),
            row.lock_cause.to_owned(),
            row.locked_by.clone().unwrap_or_default(),
            date_and_time_or_empty(row.locked_since, environment.zone),
            date_and_time_or_empty(row.locked_until, environment.zone),
            row.reason.clone(),
            row.ticket.clone(),
            row.batch.to_string(),
        ]
    });
    Ok(ExitStatus::DONE)
}

fn row(was: &WasLocked) -> WasLockedRow {
    let lock = &was.lock;
    WasLockedRow {
        identity: was.target.clone(),
        lock_cause: lock.cause.word(),
        locked_by: lock.by.clone(),
        locked_since: lock.since,
        locked_until: lock.ends(),
        reason: lock.reason.clone(),
        ticket: lock.ticket.clone(),
        batch: was.batch.0,
    }
}
