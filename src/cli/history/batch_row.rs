//! A batch in one row: in the list of batches, and at the head of one of them.

use serde::Serialize;

use crate::cli::table::OutputRow;
use crate::domain::Time;
use crate::store::BatchSummary;
use crate::time_format::as_iso_8601;

/// A batch. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::cli) struct BatchRow {
    pub batch: i64,
    #[serde(serialize_with = "as_iso_8601")]
    pub time: Time,
    pub operator: String,
    pub machine: String,
    pub action: String,
    pub changed: u64,
    pub drifted: u64,
    pub denied: u64,
    pub reason: String,
    pub ticket: String,
    pub source: Option<String>,
    pub source_sha256: Option<String>,
    pub undoes: Option<i64>,
    pub plan: Option<i64>,
    pub undone: u64,
}

impl OutputRow for BatchRow {
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

impl BatchRow {
    pub fn of(batch: &BatchSummary) -> Self {
        Self {
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
}
