//! The state of a stage during a run: its counts, and the objects that it keeps for the end.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::compare::ComparisonRules;
use super::context::Context;
use super::evaluate::{Evaluator, Noticed};
use super::fault::LocatedMessage;
use super::identity_match::is_pattern;
use super::objects::Object;
use super::sort_key::SortKey;
use super::syntax::{Expression, StageKind};
use crate::domain::identity::Identity;

/// The state of one stage during a run.
pub(super) struct StageState {
    pub counts: StageCounts,
    pub differences: Differences,
    pub noticed: Noticed,
    /// The identity that users must have, if the stage names one.
    pub identity: Option<Identity>,
    /// The selected properties.
    pub columns: Arc<[String]>,
    /// Objects that are passed on at the end of the run, with the keys by which they are sorted.
    pub kept: VecDeque<(Vec<SortKey>, Object)>,
    /// The objects that `-Unique` has let pass, as texts.
    pub unique: HashSet<String>,
}

/// The number of objects that came to a stage, and of those that it passed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct StageCounts {
    pub taken: usize,
    pub passed: usize,
}

/// Objects about which PowerShell's own rules would have decided otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Differences {
    /// The number of objects that only PowerShell would have taken.
    pub also: usize,
    /// The number of objects that only PowerShell would have left out.
    pub without: usize,
    /// The roles among those that only PowerShell would have taken.
    pub roles: Vec<String>,
}

impl StageState {
    pub fn new(kind: &StageKind) -> Self {
        let identity = match kind {
            StageKind::Users {
                identity: Some(text),
            }
            | StageKind::Pins {
                identity: Some(text),
            } => Identity::parse(text).ok(),
            _ => None,
        };
        let columns: Vec<String> = match kind {
            StageKind::Select(select) => select
                .properties
                .iter()
                .map(|property| property.name.clone())
                .collect(),
            _ => Vec::new(),
        };
        Self {
            counts: StageCounts::default(),
            differences: Differences::default(),
            noticed: Noticed::default(),
            identity,
            columns: columns.into(),
            kept: VecDeque::new(),
            unique: HashSet::new(),
        }
    }

    /// Whether the stage names exactly one user.
    pub fn is_about_one_user(&self) -> bool {
        self.identity
            .as_ref()
            .is_some_and(|identity| !is_pattern(identity))
    }

    /// Whether an object passes a condition. Counts objects about which PowerShell would have
    /// decided otherwise.
    ///
    /// # Errors
    /// The condition cannot be evaluated for this object.
    pub fn passes(
        &mut self,
        condition: &Expression,
        object: &Object,
        context: &Context,
    ) -> Result<bool, LocatedMessage> {
        let evaluator = Evaluator::new(context, ComparisonRules::PinDesk);
        let passes = evaluator.passes(condition, object)?;
        let noticed = evaluator.noticed.take();
        if evaluator.met_trap.get() {
            let in_powershell =
                Evaluator::new(context, ComparisonRules::PowerShell).passes(condition, object);
            match (passes, in_powershell) {
                (false, Ok(true)) => {
                    self.differences.also += 1;
                    if let Object::Role(role) = object {
                        self.differences.roles.push(role.name.clone());
                    }
                }
                (true, Ok(false)) => self.differences.without += 1,
                _ => {}
            }
        }
        self.noticed.add(noticed);
        Ok(passes)
    }
}
