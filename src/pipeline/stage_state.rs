//! The state of a stage during a run: its counts, and the objects that it keeps for the end.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::check::MEASURED;
use super::compare::ComparisonRules;
use super::context::Context;
use super::evaluate::{Evaluator, Find, Noticed};
use super::fault::LocatedMessage;
use super::identity_match::is_pattern;
use super::sort_key::SortKey;
use super::syntax::{Expression, StageKind};
use super::value::{Object, Value};
use crate::domain::identity::Identity;

/// The state of one stage during a run.
pub(super) struct StageState {
    pub counts: StageCounts,
    pub differences: Differences,
    pub noticed: Noticed,
    /// The identity that users must have, if the stage names one.
    pub identity: Option<Identity>,
    /// The names of the columns of the rows that it makes.
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
                .columns
                .iter()
                .map(|column| column.name.clone())
                .collect(),
            StageKind::Group { with_members, .. } => {
                let names = ["Count", "Name", "Group"].into_iter();
                names
                    .take(if *with_members { 3 } else { 2 })
                    .map(str::to_owned)
                    .collect()
            }
            StageKind::Measure(..) => MEASURED.map(str::to_owned).into(),
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

    /// The value of an expression for an object. Counts objects for which PowerShell would have taken
    /// a condition the other way.
    ///
    /// # Errors
    /// The expression has no value for this object.
    pub fn value(
        &mut self,
        expression: &Expression,
        object: &Object,
        context: &Context,
        find: Find<'_>,
    ) -> Result<Value, LocatedMessage> {
        let evaluator = Evaluator::new(context, find, ComparisonRules::PinDesk);
        let value = evaluator.value(expression, object)?;
        if evaluator.met_trap.get() {
            let there = Evaluator::new(context, find, ComparisonRules::PowerShell)
                .value(expression, object);
            match (value.truth(), there.map(|there| there.truth())) {
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
        self.noticed.add(evaluator.noticed.into_inner());
        Ok(value)
    }

    /// Whether a condition is true for an object.
    ///
    /// # Errors
    /// As for [`StageState::value`].
    pub fn passes(
        &mut self,
        condition: &Expression,
        object: &Object,
        context: &Context,
        find: Find<'_>,
    ) -> Result<bool, LocatedMessage> {
        // A text of a file as the whole condition is a trap of its own.
        if let (Expression::Property(_), Object::Row(_)) = (condition, object) {
            let evaluator = Evaluator::new(context, find, ComparisonRules::PinDesk);
            evaluator.truth(condition, object)?;
            self.noticed.add(evaluator.noticed.into_inner());
        }
        Ok(self.value(condition, object, context, find)?.truth())
    }
}
