//! Reports about plans that are applied whole: changes of settings, and undos of imports.

use serde::Serialize;

use super::Format;
use super::columns::NO_COLUMNS;
use super::console::Console;
use super::plan_change::PlanChange;
use super::table;
use crate::plan::{BatchId, ChangeLine, PlanId, PlanRef};

/// A plan that was shown, submitted or applied. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WholePlanReport {
    action: String,
    what_if: bool,
    /// The ID of the submitted plan. Null if it was not submitted.
    plan: Option<i64>,
    /// The batch that applied it. Null if it was not applied.
    batch: Option<i64>,
    changes: Vec<PlanChange>,
    left_out: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

/// The fate of a plan.
#[derive(Clone, Copy)]
pub(super) enum Reported {
    WhatIf,
    Submitted(PlanId),
    Applied(Option<BatchId>),
}

/// A plan to report about.
pub(super) struct WholePlan<'a> {
    pub plan: PlanRef<'a>,
    pub lines: Vec<ChangeLine>,
    /// Sentences about what is left out.
    pub left_out: Vec<String>,
    /// The counted things that change: "3 settings", "1 user".
    pub counted: String,
    /// Sentences about hooks that failed after the change.
    pub warnings: Vec<String>,
}

impl WholePlan<'_> {
    pub fn report(self, outcome: Reported, console: &mut Console<'_>) {
        let Self {
            plan,
            lines,
            left_out,
            counted,
            warnings,
        } = self;
        for text in &left_out {
            console.say(&format!("PinDesk : {text}"));
        }
        match console.format() {
            Format::Text => {
                if let Some(line) = headline(lines.is_empty(), &counted, outcome) {
                    console.line(&line);
                }
                let (start, lines) = match (outcome, plan) {
                    // A file may have a million rows.
                    (Reported::Applied(_), PlanRef::Import(_)) => ("", &[][..]),
                    (Reported::Applied(_), _) => ("", &lines[..]),
                    _ => ("What if: ", &lines[..]),
                };
                for line in lines {
                    console.line(&format!("{start}{line}"));
                }
            }
            Format::Json => console.json(&WholePlanReport {
                action: plan.batch_action().to_string(),
                what_if: !matches!(outcome, Reported::Applied(_)),
                plan: match outcome {
                    Reported::Submitted(id) => Some(id.0),
                    Reported::WhatIf | Reported::Applied(_) => plan.submitted().map(|id| id.0),
                },
                batch: match outcome {
                    Reported::Applied(batch) => batch.map(|batch| batch.0),
                    Reported::WhatIf | Reported::Submitted(_) => None,
                },
                changes: lines.into_iter().map(PlanChange::of).collect(),
                left_out,
                warnings,
            }),
            Format::Csv => {
                let rows: Vec<PlanChange> = lines.into_iter().map(PlanChange::of).collect();
                table::write(console, NO_COLUMNS, &rows, |_| []);
            }
        }
    }
}

/// The sentence before the changes. A preview of some changes needs none.
fn headline(is_empty: bool, counted: &str, outcome: Reported) -> Option<String> {
    match outcome {
        Reported::WhatIf if is_empty => Some("What if: nothing would change.".to_owned()),
        Reported::WhatIf => None,
        Reported::Submitted(id) => Some(format!(
            "Submitted as plan {}: {counted} would change.",
            id.0
        )),
        Reported::Applied(None) => Some("Nothing had to change.".to_owned()),
        Reported::Applied(Some(batch)) => Some(format!("{counted} changed, as batch {}.", batch.0)),
    }
}
