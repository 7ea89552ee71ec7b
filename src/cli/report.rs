//! A plan or its result as JSON and CSV.

use std::collections::HashMap;

use serde::{Serialize, Serializer};

use super::console::Console;
use super::messages::{drift_reason, reason};
use super::table;
use super::table::OutputRow;
use crate::domain::Time;
use crate::domain::pin_digits::Pin;
use crate::domain::user::UserId;
use crate::plan::attack::Attack;
use crate::plan::{Outcome, Plan, PlanId, PlanItem};
use crate::store::{Applied, Drift};
use crate::time_format::as_iso_8601;
use crate::zone::Zone;

/// A plan, or the result of applying it. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PlanReport<'a> {
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
    /// Signs of an attack, in a preview that shows some.
    #[serde(skip_serializing_if = "Option::is_none")]
    attack: Option<AttackReport<'a>>,
    /// Sentences about hooks that failed after the change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
    items: ReportItems<'a>,
}

/// PINs that wrong PINs have locked within minutes, from few origins.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AttackReport<'a> {
    origins: Vec<AttackOrigin<'a>>,
    users: Vec<AttackedUser<'a>>,
}

#[derive(Serialize)]
struct AttackOrigin<'a> {
    origin: Option<&'a str>,
    users: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AttackedUser<'a> {
    user: &'a str,
    #[serde(serialize_with = "as_iso_8601")]
    locked_since: Time,
    origin: Option<&'a str>,
}

/// The items of a report. Each is made when it is written, so that a plan of a million rows is not
/// in memory twice.
struct ReportItems<'a> {
    plan: &'a Plan,
    drifted: HashMap<UserId, &'a Drift>,
    pins: HashMap<UserId, &'a Pin>,
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
struct DrawnItem(ReportItem);

impl OutputRow for DrawnItem {
    const FIELDS: &'static [&'static str] = &[
        "identity", "user", "outcome", "reason", "before", "after", "pin",
    ];
}

/// A submitted plan: its ID, and what it would do.
#[derive(Serialize)]
pub(super) struct SubmitReport<'a> {
    plan: i64,
    #[serde(flatten)]
    report: PlanReport<'a>,
}

/// A row of CSV: an item with the ID of its plan.
#[derive(Serialize)]
struct SubmittedItem {
    plan: i64,
    #[serde(flatten)]
    item: ReportItem,
}

impl OutputRow for ReportItem {
    const FIELDS: &'static [&'static str] =
        &["identity", "user", "outcome", "reason", "before", "after"];
}

impl OutputRow for SubmittedItem {
    const FIELDS: &'static [&'static str] = &[
        "plan", "identity", "user", "outcome", "reason", "before", "after",
    ];
}

impl<'a> SubmitReport<'a> {
    /// Writes it as JSON or CSV.
    pub fn write(&self, console: &mut Console<'_>) {
        if console.is_json() {
            console.json(self);
            return;
        }
        let items = self.report.items.each().map(|item| SubmittedItem {
            plan: self.plan,
            item,
        });
        table::write_each(console, items);
    }

    pub fn new(id: PlanId, plan: &'a Plan) -> Self {
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

impl<'a> PlanReport<'a> {
    /// Writes it as JSON, or its items as CSV.
    pub fn write(&self, console: &mut Console<'_>) {
        if console.is_json() {
            console.json(self);
        } else if self.items.has_pins() {
            table::write_each(console, self.items.each().map(DrawnItem));
        } else {
            table::write_each(console, self.items.each());
        }
    }

    pub fn new(plan: &'a Plan, applied: Option<&'a Applied>) -> Self {
        let counts = plan.counts();
        let drifted: &[Drift] = applied.map_or(&[], |applied| &applied.drifted);
        Self {
            action: plan.batch_action().to_string(),
            what_if: applied.is_none(),
            will_change: applied.is_none().then_some(counts.will_change),
            changed: applied.map(|applied| applied.changed.len()),
            no_change: counts.no_change,
            skipped: counts.skipped,
            refused: counts.refused,
            drifted: drifted.len(),
            attack: None,
            warnings: Vec::new(),
            items: ReportItems::new(plan, applied),
        }
    }

    /// With the signs of an attack.
    pub fn with_attack(self, attack: Option<&'a Attack>) -> Self {
        let attack = attack.map(|attack| AttackReport {
            origins: attack
                .origins
                .iter()
                .map(|(origin, users)| AttackOrigin {
                    origin: origin.as_deref(),
                    users: *users,
                })
                .collect(),
            users: attack
                .pins
                .iter()
                .map(|pin| AttackedUser {
                    user: &pin.identity,
                    locked_since: pin.since,
                    origin: pin.origin.as_deref(),
                })
                .collect(),
        });
        Self { attack, ..self }
    }

    /// With sentences about hooks that failed after the change.
    pub fn with_warnings(self, warnings: Vec<String>) -> Self {
        Self { warnings, ..self }
    }

    /// One object for each item of a plan that is only looked at.
    pub fn items(plan: &'a Plan) -> impl Iterator<Item = ReportItem> + 'a {
        let none = HashMap::new();
        plan.items
            .iter()
            .map(move |item| ReportItem::new(plan, item, &none))
    }
}

impl<'a> ReportItems<'a> {
    fn new(plan: &'a Plan, applied: Option<&'a Applied>) -> Self {
        let drifted = applied.map_or(&[][..], |applied| &applied.drifted);
        let pins = applied.map_or(&[][..], |applied| &applied.pins);
        Self {
            plan,
            drifted: drifted.iter().map(|drift| (drift.id, drift)).collect(),
            pins: pins.iter().map(|drawn| (drawn.user, &drawn.pin)).collect(),
        }
    }

    fn has_pins(&self) -> bool {
        !self.pins.is_empty()
    }

    fn each(&self) -> impl Iterator<Item = ReportItem> {
        self.plan.items.iter().map(|item| ReportItem {
            pin: self.pin(item).cloned(),
            ..ReportItem::new(self.plan, item, &self.drifted)
        })
    }

    /// The drawn PIN of an item that changes its user.
    fn pin(&self, item: &PlanItem) -> Option<&Pin> {
        let is_change = matches!(item.outcome, Outcome::Change { .. });
        let user = item.user.as_ref().filter(|_| is_change)?;
        self.pins.get(&user.id).copied()
    }
}

impl Serialize for ReportItems<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.each())
    }
}

/// Writes the digits of a PIN. They are not copied into a text that nobody wipes.
#[expect(
    clippy::ref_option,
    reason = "serde hands over a reference to the field"
)]
fn serialize_digits<S: Serializer>(pin: &Option<Pin>, serializer: S) -> Result<S::Ok, S::Error> {
    pin.as_ref().map(Pin::digits).serialize(serializer)
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
