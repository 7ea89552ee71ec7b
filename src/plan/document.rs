//! The written form of a plan, for plan files and for the store while the plan waits for review.
//! Pure.

use chrono::Datelike as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::item::{Own, PlanItem, PlannedUser, RowPosition, SourceFile};
use super::outcome::{Caution, Outcome, Refusal, SkipReason, TwoColumns};
use super::plan_value::{BatchId, Plan};
use super::request::Candidate;
use crate::domain::Time;
use crate::domain::action::Action;
use crate::domain::pin::PinState;
use crate::domain::role::Permissions;
use crate::domain::text::{hex, shown};
use crate::zone::Zone;

/// The years that a plan can have: those that ISO 8601 writes with four digits.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;

/// The reason why a document is not a valid plan: it cannot be read, or it contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", shown(.0))]
pub struct NoPlan(pub String);

/// The written form of a plan. Other programs rely on the names of its fields.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Document {
    pub store: String,
    program: String,
    made_by: String,
    made_at: Time,
    action: Option<Action>,
    undoes: Option<i64>,
    reason: String,
    ticket: String,
    source: Option<SourceFile>,
    pins_set: u64,
    items: Vec<Item>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    action: Action,
    given: String,
    /// Line and byte in the source file.
    #[serde(rename = "place", default, skip_serializing_if = "Option::is_none")]
    position: Option<RowPosition>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<PlannedUser>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    own: Option<Box<Own>>,
    outcome: String,
    /// The reason of the outcome, in plain words.
    reason: String,
    /// The index of the other item, if the outcome is about two items.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    locked_by: Option<LockedBy>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Candidate>,
    /// The columns of the file, if the outcome is about two of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    columns: Option<TwoColumns>,
}

#[derive(Serialize, Deserialize)]
struct LockedBy {
    by: String,
    since: Option<Time>,
    reason: String,
}

impl Document {
    /// The document of a plan for a store.
    pub fn of(plan: &Plan, store: &str) -> Self {
        Self {
            store: store.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            made_by: plan.operator.clone(),
            made_at: plan.taken_at,
            action: plan.action,
            undoes: plan.undoes.map(|batch| batch.0),
            reason: plan.reason.clone(),
            ticket: plan.ticket.clone(),
            source: plan.source.clone(),
            pins_set: plan.pins_set,
            items: plan.items.iter().map(|item| Item::of(plan, item)).collect(),
        }
    }

    /// The plan as JSON on one line without spaces.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn line(&self) -> Result<String, NoPlan> {
        serde_json::to_string(self).map_err(|error| NoPlan(error.to_string()))
    }

    /// Reads a plan from the line that [`Document::line`] writes.
    ///
    /// # Errors
    /// The line is not a plan.
    pub fn of_line(line: &str) -> Result<Self, NoPlan> {
        serde_json::from_str(line).map_err(|error| NoPlan(error.to_string()))
    }

    /// The SHA-256 of the plan's line, in hexadecimal.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn sha256(&self) -> Result<String, NoPlan> {
        Ok(sha256(&self.line()?))
    }

    /// The plan, for an operator with these permissions. Its users must be compared with the store
    /// again.
    ///
    /// # Errors
    /// It contradicts itself.
    pub fn plan(self, permissions: Permissions) -> Result<Plan, NoPlan> {
        let times = self.items.iter().flat_map(Item::times);
        if let Some(time) = times
            .chain([self.made_at])
            .find(|time| !YEARS.contains(&time.year()))
        {
            return Err(NoPlan(format!("it has the year {}", time.year())));
        }
        let count = self.items.len();
        let mut seen = std::collections::HashSet::new();
        for item in &self.items {
            // Only a plan to set PINs may set any. Under another action, the history would record
            // it as something else, and it could be undone.
            let is_other = match self.action {
                Some(action) => action != item.action,
                None => !item.action.is_listed(),
            };
            let (changes, restores) = (
                item.outcome == "change",
                item.own.as_ref().is_some_and(|own| own.restores.is_some()),
            );
            // Only an undo restores states, and each of its changes restores one.
            let restores = if self.undoes.is_none() {
                restores
            } else {
                changes && !restores
            };
            let twice = changes && item.user.as_ref().is_some_and(|user| !seen.insert(user.id));
            if is_other || restores || twice {
                return Err(NoPlan(format!(
                    "what it says about {} contradicts itself",
                    item.given
                )));
            }
        }
        let items = self
            .items
            .into_iter()
            .map(|item| item.item(count))
            .collect::<Result<_, _>>()?;
        Ok(Plan {
            action: self.action,
            undoes: self.undoes.map(BatchId),
            submitted: None,
            reason: self.reason,
            ticket: self.ticket,
            source: self.source,
            operator: self.made_by,
            permissions,
            taken_at: self.made_at,
            items,
            pins_set: self.pins_set,
        })
    }
}

/// The SHA-256 of a text in hexadecimal.
pub fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

impl Item {
    /// All times of the item.
    fn times(&self) -> impl Iterator<Item = Time> {
        let own = self.own.as_deref();
        let before = self.user.as_ref().map(|user| &user.before);
        let restored = own.and_then(|own| own.restores.as_ref());
        let states = before.into_iter().chain(restored);
        states
            .flat_map(PinState::times)
            .chain(own.and_then(|own| own.until))
            .chain(self.locked_by.as_ref().and_then(|lock| lock.since))
    }

    fn of(plan: &Plan, item: &PlanItem) -> Self {
        let (mut with, mut locked_by, mut candidates): (_, _, &[Candidate]) = (None, None, &[]);
        let mut columns = None;
        match &item.outcome {
            Outcome::Duplicate { of: index }
            | Outcome::Refused(Refusal::Contradiction { with: index }) => {
                with = Some(*index);
            }
            Outcome::Change {
                caution: Some(Caution::LockedByAnother { by, since, reason }),
            } => {
                locked_by = Some(LockedBy {
                    by: by.clone(),
                    since: *since,
                    reason: reason.clone(),
                });
            }
            Outcome::Refused(Refusal::NotFound { nearest }) => candidates = nearest,
            Outcome::Refused(
                Refusal::Ambiguous { candidates: some } | Refusal::Lost { candidates: some },
            ) => candidates = some,
            Outcome::Refused(
                Refusal::Disagree {
                    columns: two,
                    candidates: some,
                }
                | Refusal::Elsewhere {
                    columns: two,
                    candidates: some,
                },
            ) => (candidates, columns) = (some, Some(two.clone())),
            _ => {}
        }
        Self {
            action: item.action,
            given: item.given.clone(),
            position: item.position,
            user: item.user.as_deref().cloned(),
            own: item.own.clone(),
            outcome: item.outcome.word().to_owned(),
            reason: plan.reason(item, Zone::utc()),
            with,
            locked_by,
            candidates: candidates.to_vec(),
            columns,
        }
    }

    fn item(self, count: usize) -> Result<PlanItem, NoPlan> {
        let broken = || {
            NoPlan(format!(
                "the outcome {} of {} says too little",
                self.outcome, self.given
            ))
        };
        let with = self.with.filter(|index| *index < count);
        let candidates = || self.candidates.clone();
        let outcome = match self.outcome.as_str() {
            "change" if self.user.is_some() => Outcome::Change {
                caution: self.locked_by.map(|LockedBy { by, since, reason }| {
                    Caution::LockedByAnother { by, since, reason }
                }),
            },
            "no-change" => Outcome::NoChange,
            "skipped" => Outcome::Skipped(SkipReason::NotDone(self.reason)),
            "duplicate" => Outcome::Duplicate {
                of: with.ok_or_else(broken)?,
            },
            "not-found" => Outcome::Refused(match self.columns {
                Some(columns) => Refusal::Elsewhere {
                    columns,
                    candidates: candidates().into(),
                },
                None => Refusal::NotFound {
                    nearest: candidates(),
                },
            }),
            "ambiguous" if with.is_some() => Outcome::Refused(Refusal::Contradiction {
                with: with.unwrap_or(0),
            }),
            "ambiguous" => Outcome::Refused(match self.columns {
                Some(columns) => Refusal::Disagree {
                    columns,
                    candidates: candidates().into(),
                },
                None => Refusal::Ambiguous {
                    candidates: candidates().into(),
                },
            }),
            "denied" => Outcome::Refused(Refusal::Denied),
            "unreadable" => Outcome::Refused(Refusal::Unreadable(self.reason)),
            _ => return Err(broken()),
        };
        Ok(PlanItem {
            action: self.action,
            given: self.given,
            position: self.position,
            own: self.own,
            user: self.user.map(Box::new),
            outcome,
        })
    }
}
