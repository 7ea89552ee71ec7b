//! A plan or its result as JSON and CSV.

use std::collections::HashMap;

use serde::Serialize;

use super::columns::NO_COLUMNS;
use super::console::Console;
use super::messages::{drift_reason, reason};
use super::table;
use super::table::OutputRow;
use crate::domain::pin_digits::Pin;
use crate::domain::user::UserId;
use crate::plan::{Outcome, Plan, PlanId, PlanItem};
use crate::store::{Applied, Drift};
use crate::zone::Zone;

/// A plan, or the result of applying it. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlanReport {
    action: String,
    what_if: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    will_change: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<usize>,
    no_change: usize,
    skipped: usize,
    refused: usize,
    drifted: usize,
    items: Vec<ReportItem>,
}

#[derive(Serialize)]
pub(super) struct ReportItem {
    identity: String,
    user: Option<String>,
    outcome: &'static str,
    reason: Option<String>,
    before: Option<&'static str>,
    after: Option<&'static str>,
    /// A drawn PIN. It is written once and not kept.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "serialize_digits"
    )]
    pin: Option<Pin>,
}

/// A row of CSV with a column for the drawn PIN.
#[derive(Serialize)]
struct DrawnItem<'a> {
    identity: &'a str,
    user: Option<&'a str>,
    outcome: &'static str,
    reason: Option<&'a str>,
    before: Option<&'static str>,
    after: Option<&'static str>,
    pin: Option<&'a str>,
}

impl OutputRow for DrawnItem<'_> {
    const FIELDS: &'static [&'static str] = &[
        "identity", "user", "outcome", "reason", "before", "after", "pin",
    ];
}

/// A submitted plan: its ID, and what it would do.
#[derive(Serialize)]
pub(super) struct SubmitReport {
    plan: i64,
    #[serde(flatten)]
    report: PlanReport,
}

/// A row of CSV: an item with the ID of its plan.
#[derive(Serialize)]
struct SubmittedItem<'a> {
    plan: i64,
    #[serde(flatten)]
    item: &'a ReportItem,
}

impl OutputRow for ReportItem {
    const FIELDS: &'static [&'static str] =
        &["identity", "user", "outcome", "reason", "before", "after"];
}

impl OutputRow for SubmittedItem<'_> {
    const FIELDS: &'static [&'static str] = &[
        "plan", "identity", "user", "outcome", "reason", "before", "after",
    ];
}

impl SubmitReport {
    /// Writes it as JSON or CSV.
    pub fn write(&self, console: &mut Console<'_>) {
        if console.is_json() {
            console.json(self);
            return;
        }
        let items: Vec<_> = self
            .report
            .items
            .iter()
            .map(|item| SubmittedItem {
                plan: self.plan,
                item,
            })
            .collect();
        table::write(console, NO_COLUMNS, &items, |_| []);
    }

    pub fn new(id: PlanId, plan: &Plan) -> Self {
        // Submitting is not a preview, although it changes no user.
        Self {
            plan: id.0,
            report: PlanReport {
                what_if: false,
                ..PlanReport::new(plan, None)
            },
        }
    }
}

impl PlanReport {
    /// Writes it as JSON, or its items as CSV.
    pub fn write(&self, console: &mut Console<'_>) {
        if console.is_json() {
            console.json(self);
        } else if self.items.iter().any(|item| item.pin.is_some()) {
            let items: Vec<DrawnItem<'_>> = self.items.iter().map(DrawnItem::of).collect();
            table::write(console, NO_COLUMNS, &items, |_| []);
        } else {
            table::write(console, NO_COLUMNS, &self.items, |_| []);
        }
    }

    pub fn new(plan: &Plan, applied: Option<&Applied>) -> Self {
        let counts = plan.counts();
        let drifted: &[Drift] = applied.map_or(&[], |applied| &applied.drifted);
        let by_id: HashMap<UserId, &Drift> =
            drifted.iter().map(|drift| (drift.id, drift)).collect();
        let pins: HashMap<UserId, &Pin> = applied
            .into_iter()
            .flat_map(|applied| &applied.pins)
            .map(|drawn| (drawn.user, &drawn.pin))
            .collect();
        let mut items: Vec<ReportItem> = plan
            .items
            .iter()
            .map(|item| ReportItem::new(plan, item, &by_id))
            .collect();
        for (item, planned) in items
            .iter_mut()
            .zip(&plan.items)
            .filter(|_| !pins.is_empty())
        {
            let is_change = matches!(planned.outcome, Outcome::Change { .. });
            let pin = planned
                .user
                .as_ref()
                .filter(|_| is_change)
                .and_then(|user| pins.get(&user.id));
            item.pin = pin.map(|pin| (*pin).clone());
        }
        Self {
            action: plan.batch_action().to_string(),
            what_if: applied.is_none(),
            will_change: applied.is_none().then_some(counts.will_change),
            changed: applied.map(|applied| applied.changed.len()),
            no_change: counts.no_change,
            skipped: counts.skipped,
            refused: counts.refused,
            drifted: drifted.len(),
            items,
        }
    }

    /// One object for each item of a plan that is only looked at.
    pub fn items(plan: &Plan) -> Vec<ReportItem> {
        plan.items
            .iter()
            .map(|item| ReportItem::new(plan, item, &HashMap::new()))
            .collect()
    }
}

/// Writes the digits of a PIN. They are not copied into a text that nobody wipes.
#[expect(
    clippy::ref_option,
    reason = "serde hands over a reference to the field"
)]
fn serialize_digits<S: serde::Serializer>(
    pin: &Option<Pin>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    pin.as_ref().map(Pin::digits).serialize(serializer)
}

impl<'a> DrawnItem<'a> {
    fn of(item: &'a ReportItem) -> Self {
        let ReportItem {
            identity,
            user,
            outcome,
            reason,
            before,
            after,
            pin,
        } = item;
        Self {
            identity,
            user: user.as_deref(),
            outcome,
            reason: reason.as_deref(),
            before: *before,
            after: *after,
            pin: pin.as_ref().map(Pin::digits),
        }
    }
}

impl ReportItem {
    fn new(plan: &Plan, item: &PlanItem, drifted: &HashMap<UserId, &Drift>) -> Self {
        let user = item.user.as_ref();
        let planned = Self {
            identity: item.given.clone(),
            user: user.map(|user| user.identity.clone()),
            outcome: item.outcome.word(),
            reason: Some(reason(plan, item, Zone::utc())).filter(|reason| !reason.is_empty()),
            before: plan.before(item).map(|status| status.describe()),
            after: plan.planned_after(item).map(|status| status.describe()),
            pin: None,
        };
        let is_change = matches!(item.outcome, Outcome::Change { .. });
        match user
            .filter(|_| is_change)
            .and_then(|user| drifted.get(&user.id))
        {
            None => planned,
            Some(drift) => Self {
                outcome: "drifted",
                reason: Some(drift_reason(drift, plan, Zone::utc())),
                after: drift
                    .current
                    .as_ref()
                    .map(|state| state.status(plan.taken_at).describe()),
                ..planned
            },
        }
    }
}
