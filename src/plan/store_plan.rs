//! Everything that changes the store, as one kind of plan: it is submitted, reviewed, approved and
//! applied by the same rules.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::batch_action::BatchAction;
use super::change_line::ChangeLine;
use super::document::{Document, NoPlan};
use super::import::{ImportPlan, ImportVerdict};
use super::plan_value::{BatchId, Plan, PlanId};
use super::settings::{SettingChange, SettingsPlan};
use crate::domain::Time;
use crate::domain::role::{Permissions, cmdlet};
use crate::domain::user::{UserId, Version};
use crate::zone::Zone;

/// A plan of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorePlan {
    Pins(Plan),
    Import(ImportPlan),
    Settings(SettingsPlan),
}

/// A borrowed plan of any kind.
#[derive(Clone, Copy, Debug)]
pub enum PlanRef<'a> {
    Pins(&'a Plan),
    Import(&'a ImportPlan),
    Settings(&'a SettingsPlan),
}

/// The kind of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlanKind {
    Pins,
    Import,
    Settings,
}

impl PlanKind {
    /// The kind of a plan from the beginning of its line. A line of an unknown kind counts as one of
    /// PINs; it cannot be opened in any case.
    pub fn of_beginning(line: &str) -> Self {
        match line.strip_prefix(TAG) {
            Some(rest) if rest.starts_with("\"import\"") => Self::Import,
            Some(rest) if rest.starts_with("\"settings\"") => Self::Settings,
            _ => Self::Pins,
        }
    }
}

/// The written form of plans of other kinds than PINs. Other programs rely on the names of its
/// fields. The tag comes first in the line.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Written<'a> {
    Import {
        store: Cow<'a, str>,
        program: Cow<'a, str>,
        plan: Cow<'a, ImportPlan>,
    },
    Settings {
        store: Cow<'a, str>,
        program: Cow<'a, str>,
        plan: Cow<'a, SettingsPlan>,
    },
}

/// The beginning of a line of [`Written`]. The line of a PIN plan begins with another field.
const TAG: &str = "{\"kind\":";

impl StorePlan {
    /// The plan as a reference.
    pub fn as_ref(&self) -> PlanRef<'_> {
        match self {
            Self::Pins(plan) => PlanRef::Pins(plan),
            Self::Import(plan) => PlanRef::Import(plan),
            Self::Settings(plan) => PlanRef::Settings(plan),
        }
    }

    /// Reads a plan for a store from the line that [`PlanRef::line`] writes.
    ///
    /// # Errors
    /// The line is not a plan, is for another store, or contradicts itself.
    pub fn of_line(line: &str, store: &str) -> Result<Self, NoPlan> {
        let (of, plan) = if line.starts_with(TAG) {
            let written = serde_json::from_str(line).map_err(|error| NoPlan(error.to_string()))?;
            match written {
                Written::Import { store, plan, .. } => {
                    (store.into_owned(), Self::Import(plan.into_owned()))
                }
                Written::Settings { store, plan, .. } => {
                    let mut plan = plan.into_owned();
                    plan.store = store.into_owned();
                    (plan.store.clone(), Self::Settings(plan))
                }
            }
        } else {
            let document = Document::of_line(line)?;
            let of = document.store.clone();
            (of, Self::Pins(document.plan(Permissions::nothing())?))
        };
        if of == store {
            Ok(plan)
        } else {
            Err(NoPlan("it is for another store".to_owned()))
        }
    }

    /// Sets the reason and the ticket.
    pub fn set_why(&mut self, why: &str, number: &str) {
        let (reason, ticket) = match self {
            Self::Pins(plan) => (&mut plan.reason, &mut plan.ticket),
            Self::Import(plan) => (&mut plan.reason, &mut plan.ticket),
            Self::Settings(plan) => (&mut plan.reason, &mut plan.ticket),
        };
        why.clone_into(reason);
        number.clone_into(ticket);
    }

    /// Notes the submitted plan that this one was opened from.
    pub fn set_submitted(&mut self, id: PlanId) {
        match self {
            Self::Pins(plan) => plan.submitted = Some(id),
            Self::Import(plan) => plan.submitted = Some(id),
            Self::Settings(plan) => plan.submitted = Some(id),
        }
    }
}

impl<'a> PlanRef<'a> {
    /// The plan as JSON on one line without spaces, for a store.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn line(self, store: &str) -> Result<String, NoPlan> {
        let (store, program) = (Cow::Borrowed(store), env!("CARGO_PKG_VERSION").into());
        let written = match self {
            Self::Pins(plan) => return Document::of(plan, &store).line(),
            Self::Import(plan) => Written::Import {
                store,
                program,
                plan: Cow::Borrowed(plan),
            },
            Self::Settings(plan) => Written::Settings {
                store,
                program,
                plan: Cow::Borrowed(plan),
            },
        };
        serde_json::to_string(&written).map_err(|error| NoPlan(error.to_string()))
    }

    /// The action that the history names when the plan is applied.
    pub fn batch_action(self) -> BatchAction {
        match self {
            Self::Pins(plan) => plan.batch_action(),
            Self::Import(plan) => plan.batch_action(),
            Self::Settings(plan) => plan.batch_action(),
        }
    }

    /// The batch that the plan undoes.
    pub fn undoes(self) -> Option<BatchId> {
        match self {
            Self::Pins(plan) => plan.undoes,
            Self::Import(plan) => plan.undoes,
            Self::Settings(plan) => plan.undoes,
        }
    }

    /// The submitted plan that the plan was opened from.
    pub fn submitted(self) -> Option<PlanId> {
        match self {
            Self::Pins(plan) => plan.submitted,
            Self::Import(plan) => plan.submitted,
            Self::Settings(plan) => plan.submitted,
        }
    }

    pub fn reason(self) -> &'a str {
        match self {
            Self::Pins(plan) => &plan.reason,
            Self::Import(plan) => &plan.reason,
            Self::Settings(plan) => &plan.reason,
        }
    }

    pub fn ticket(self) -> &'a str {
        match self {
            Self::Pins(plan) => &plan.ticket,
            Self::Import(plan) => &plan.ticket,
            Self::Settings(plan) => &plan.ticket,
        }
    }

    /// The name and the SHA-256 of the file that the plan came from.
    pub fn source(self) -> Option<(&'a str, &'a str)> {
        match self {
            Self::Pins(plan) => {
                let source = plan.source.as_ref()?;
                Some((&source.name, &source.sha256))
            }
            Self::Import(plan) => plan
                .undoes
                .is_none()
                .then_some((&plan.source, &plan.sha256)),
            Self::Settings(_) => None,
        }
    }

    /// The number of changes that the plan makes.
    pub fn change_count(self) -> usize {
        match self {
            Self::Pins(plan) => plan.counts().will_change,
            Self::Import(plan) => plan.changes().count(),
            Self::Settings(plan) => plan.changes.len(),
        }
    }

    /// The changes in words, for a plan that is not about PINs. Those have sentences of their own.
    pub fn change_lines(self, at: Time, zone: Zone) -> Vec<ChangeLine> {
        match self {
            Self::Pins(_) => Vec::new(),
            Self::Import(plan) => plan
                .changes()
                .filter_map(|row| row.change_line(at, zone))
                .collect(),
            Self::Settings(plan) => plan
                .changes
                .iter()
                .map(SettingChange::change_line)
                .collect(),
        }
    }

    /// Sentences about what a plan that is not about PINs leaves out.
    pub fn left_out(self) -> Vec<String> {
        match self {
            Self::Pins(_) => Vec::new(),
            Self::Import(plan) => plan
                .rows
                .iter()
                .filter_map(|row| match &row.verdict {
                    ImportVerdict::Conflict(why) => Some(format!("{}: {why}", row.label)),
                    _ => None,
                })
                .collect(),
            Self::Settings(plan) => plan.left_out.clone(),
        }
    }

    /// The users whose PINs the plan would change, with the versions that it saw.
    pub fn users(self) -> Vec<(UserId, Version)> {
        match self {
            Self::Pins(plan) => plan
                .changes()
                .map(|(_, user)| (user.id, user.version))
                .collect(),
            Self::Import(plan) => plan.pin_versions().collect(),
            Self::Settings(_) => Vec::new(),
        }
    }

    /// The cmdlets that must be permitted everywhere, for a plan that is not about single users.
    pub fn cmdlets_everywhere(self) -> Vec<&'static str> {
        match self {
            Self::Pins(_) => Vec::new(),
            Self::Import(_) => vec![cmdlet::IMPORT],
            Self::Settings(plan) => plan.cmdlets(),
        }
    }
}

impl<'a> From<&'a Plan> for PlanRef<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self::Pins(plan)
    }
}

impl<'a> From<&'a Arc<Plan>> for PlanRef<'a> {
    fn from(plan: &'a Arc<Plan>) -> Self {
        Self::Pins(plan)
    }
}

impl<'a> From<&'a StorePlan> for PlanRef<'a> {
    fn from(plan: &'a StorePlan) -> Self {
        plan.as_ref()
    }
}

impl<'a> From<&'a ImportPlan> for PlanRef<'a> {
    fn from(plan: &'a ImportPlan) -> Self {
        Self::Import(plan)
    }
}

impl<'a> From<&'a SettingsPlan> for PlanRef<'a> {
    fn from(plan: &'a SettingsPlan) -> Self {
        Self::Settings(plan)
    }
}
