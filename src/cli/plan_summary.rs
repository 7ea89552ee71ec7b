//! A submitted plan in one row: for the list of plans, and at the head of one of them.

use serde::Serialize;

use super::table::OutputRow;
use crate::domain::Time;
use crate::store::PlanSummary;
use crate::time_format::as_iso_8601;

/// A submitted plan. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlanSummaryRow<'a> {
    pub plan: i64,
    pub status: &'static str,
    #[serde(serialize_with = "as_iso_8601")]
    pub time: Time,
    pub author: &'a str,
    pub action: &'a str,
    pub undoes: Option<i64>,
    pub changes: u64,
    pub drifted: u64,
    pub comments: u64,
    pub reason: &'a str,
    pub ticket: &'a str,
    pub source: Option<&'a str>,
}

impl OutputRow for PlanSummaryRow<'_> {
    const FIELDS: &'static [&'static str] = &[
        "plan", "status", "time", "author", "action", "undoes", "changes", "drifted", "comments",
        "reason", "ticket", "source",
    ];
}

/// The age in the largest unit that fits: `5 min`, `3 h`, `2 d`.
pub(super) fn age(at: Time, now: Time) -> String {
    let minutes = (now - at).num_minutes().max(0);
    match minutes {
        0..60 => format!("{minutes} min"),
        60..1440 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1440),
    }
}

impl<'a> PlanSummaryRow<'a> {
    pub fn of(plan: &'a PlanSummary) -> Self {
        Self {
            plan: plan.id.0,
            status: plan.status.word(),
            time: plan.at,
            author: &plan.author,
            action: plan.action.word(),
            undoes: plan.undoes.map(|batch| batch.0),
            changes: plan.changes,
            drifted: plan.drifted,
            comments: plan.comments,
            reason: &plan.reason,
            ticket: &plan.ticket,
            source: plan.source.as_deref(),
        }
    }
}
