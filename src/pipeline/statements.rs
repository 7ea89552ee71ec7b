//! Carries out the statements in the blocks of `ForEach-Object`, and changes with identities of their
//! own.

use super::fault::LocatedMessage;
use super::identity_match::target;
use super::stage_state::StageState;
use super::stages::{GoesOn, StageRunner};
use super::syntax::{ChangeStage, Expression, Stage, Statement};
use super::value::{Object, Value};
use crate::plan::Target;

impl StageRunner<'_> {
    /// Carries out the statements of a block.
    pub fn steps(
        &mut self,
        stages: &[Stage],
        states: &mut [StageState],
        index: usize,
        steps: &[Statement],
        object: &Object,
    ) -> GoesOn {
        for step in steps {
            let goes_on = match step {
                Statement::Emit(value) => {
                    let found = match self.value(&mut states[index], value, object)? {
                        Value::List(items) => items,
                        Value::Null if matches!(value, Expression::Part(_)) => Vec::new(),
                        one => vec![one],
                    };
                    self.pass_all(stages, states, index, found.into_iter().map(Object::from))?
                }
                Statement::Change(change) => {
                    self.change(&mut states[index], change, object)?;
                    true
                }
                Statement::If(condition, then, otherwise) => {
                    let is_so = self.passes(&mut states[index], condition, object)?;
                    let steps = if is_so { then } else { otherwise };
                    self.steps(stages, states, index, steps, object)?
                }
            };
            if !goes_on {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Adds the users of a change that has identities of its own.
    pub fn change(
        &mut self,
        state: &mut StageState,
        change: &ChangeStage,
        object: &Object,
    ) -> Result<(), LocatedMessage> {
        for (identity, at) in &change.identities {
            if let Expression::Literal(text) = identity {
                self.targets
                    .push(Target::Identity(text.to_text(self.context.zone)));
                continue;
            }
            let value = self.value(state, identity, object)?;
            let message = match &value {
                Value::List(_) => {
                    "Several are meant here, and -Identity takes one. Hand them on with |, or write foreach."
                }
                _ if value.is_null() => "The identity is empty here.",
                _ => {
                    let named = Object::from(value);
                    self.seen.extend(named.user());
                    self.targets.push(target(*at, &named, self.context.zone)?);
                    state.counts.passed += 1;
                    continue;
                }
            };
            return Err(LocatedMessage {
                at: *at,
                message: message.to_owned(),
            });
        }
        Ok(())
    }
}
