//! `pindesk history locked-on`: who was locked at a moment in the past.

use chrono::SecondsFormat;
use serde::Serialize;

use super::moment;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::{Environment, ExitStatus, table};
use crate::domain::Time;
use crate::exchange::dates::moment_of;
use crate::store::{Store, WasLocked};

/// Who was locked at a moment. The names are promised to scripts.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WasLockedRow {
    identity: String,
    lock_cause: &'static str,
    locked_by: Option<String>,
    locked_since: Option<String>,
    locked_until: Option<String>,
    reason: String,
    ticket: String,
    batch: i64,
}

pub(super) fn locked_on(
    text: &str,
    store: &Store,
    environment: &Environment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let moment = moment(text, environment, moment_of)?;
    let found = store.locked_at(moment)?;
    if console.is_json() {
        console.json(&found.iter().map(row).collect::<Vec<_>>());
    } else {
        let headers = ["Identity", "Cause", "By", "Since", "Until", "Reason", "Ticket", "Batch"];
        let time = |time: Option<Time>| {
            let local = time.map(|time| environment.zone.local(time).format("%Y-%m-%d %H:%M").to_string());
            local.unwrap_or_default()
        };
        table::write(console, headers, &found, |was| {
            let lock = &was.lock;
            [
                was.target.clone(),
                lock.cause.word().to_owned(),
                lock.by.clone().unwrap_or_default(),
                time(lock.since),
                time(lock.ends()),
                lock.reason.clone(),
                lock.ticket.clone(),
                was.batch.0.to_string(),
            ]
        });
    }
    Ok(ExitStatus::DONE)
}

fn row(was: &WasLocked) -> WasLockedRow {
    let time = |time: Time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let lock = &was.lock;
    WasLockedRow {
        identity: was.target.clone(),
        lock_cause: lock.cause.word(),
        locked_by: lock.by.clone(),
        locked_since: lock.since.map(time),
        locked_until: lock.ends().map(time),
        reason: lock.reason.clone(),
        ticket: lock.ticket.clone(),
        batch: was.batch.0,
    }
}
