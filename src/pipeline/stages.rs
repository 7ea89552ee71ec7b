//! Carries out the stages of a pipeline, object by object.

use std::collections::HashMap;
use std::sync::Arc;

use super::context::Context;
use super::fault::LocatedMessage;
use super::identity_match::{is_pattern, means, target};
use super::objects::{Object, PipelineRow, Shape};
use super::sort_key::SortKey;
use super::stage_state::StageState;
use super::syntax::{Property, Select, Stage, StageKind};
use super::value::Value;
use crate::domain::user::{UserId, UserRecord, Version};
use crate::plan::Target;

/// Hands objects from stage to stage, one after the other.
pub(super) struct StageRunner<'a> {
    context: Context,
    /// Takes the rows of the result. Returns false if no more are needed.
    sink: &'a mut dyn FnMut(PipelineRow) -> bool,
    /// Rows that went to the sink.
    pub rows: usize,
    /// The properties of users, PIN states and roles that are shown when none were selected.
    shown: [Arc<[String]>; 3],
    targets: Vec<Target>,
    seen: HashMap<UserId, Version>,
    pub lookup: Option<&'a mut Lookup<'a>>,
}

/// Finds the one user that a target means, or the reason why there is none.
pub type Lookup<'a> = dyn FnMut(Target) -> Result<UserRecord, String> + 'a;

impl<'a> StageRunner<'a> {
    pub fn new(context: Context, sink: &'a mut dyn FnMut(PipelineRow) -> bool) -> Self {
        let shown = [Shape::Users, Shape::Pins, Shape::Roles]
            .map(|shape| shape.shown(context.brief).into());
        Self {
            context,
            sink,
            rows: 0,
            shown,
            targets: Vec::new(),
            seen: HashMap::new(),
            lookup: None,
        }
    }

    /// The users that the last stage changes, and the versions in which the pipeline saw them.
    pub fn take_targets(&mut self) -> (Vec<Target>, HashMap<UserId, Version>) {
        (
            std::mem::take(&mut self.targets),
            std::mem::take(&mut self.seen),
        )
    }

    /// Hands an object to a stage. Returns false if no more objects are needed.
    ///
    /// # Errors
    /// A condition cannot be evaluated, or an identity does not name one user.
    pub fn push(
        &mut self,
        stages: &[Stage],
        states: &mut [StageState],
        index: usize,
        object: Object,
    ) -> Result<bool, LocatedMessage> {
        let (Some(stage), Some(state)) = (stages.get(index), states.get_mut(index)) else {
            return Ok(self.out(&object));
        };
        state.counts.taken += 1;
        match &stage.kind {
            StageKind::Pins { identity: None }
                if matches!(object, Object::Row(_) | Object::Value(_)) =>
            {
                let object = self.pin_of(stage.at, &object)?;
                self.pass(stages, states, index, object)
            }
            StageKind::Users { .. }
            | StageKind::Pins { .. }
            | StageKind::Roles { .. }
            | StageKind::Import { .. } => {
                // All users are checked even when no more are needed: an identity that means a
                // second user must be noticed.
                let goes_on = state.is_about_one_user();
                let Some(object) = with_identity(stage, state, object)? else {
                    return Ok(true);
                };
                Ok(self.pass(stages, states, index, object)? || goes_on)
            }
            StageKind::Where(condition) => {
                if state.passes(condition, &object, &self.context)? {
                    self.pass(stages, states, index, object)
                } else {
                    Ok(true)
                }
            }
            StageKind::Sort { properties, .. } => {
                let keys = self.sort_keys(properties, &object);
                state.kept.push_back((keys, object));
                Ok(true)
            }
            StageKind::Select(Select {
                last: Some(last), ..
            }) => {
                state.kept.push_back((Vec::new(), object));
                if state.kept.len() > *last {
                    state.kept.pop_front();
                }
                Ok(true)
            }
            StageKind::Select(select) => {
                let number = state.counts.taken;
                let is_last = select.first.is_some_and(|first| number >= first);
                if select.first.is_some_and(|first| number > first) {
                    state.counts.taken -= 1;
                    return Ok(false);
                }
                Ok(self.select(stages, states, index, select, object)? && !is_last)
            }
            StageKind::Measure => Ok(true),
            StageKind::Export { .. } | StageKind::Texts(_) => {
                self.pass(stages, states, index, object)
            }
            StageKind::Change(_) => {
                state.counts.passed += 1;
                self.seen.extend(object.user());
                self.targets
                    .push(target(stage.at, &object, self.context.zone)?);
                Ok(true)
            }
        }
    }

    fn pass(
        &mut self,
        stages: &[Stage],
        states: &mut [StageState],
        index: usize,
        object: Object,
    ) -> Result<bool, LocatedMessage> {
        states[index].counts.passed += 1;
        self.push(stages, states, index + 1, object)
    }

    /// Ends the run: passes on the objects that stages have kept, and the texts and identities that
    /// a pipeline begins with.
    ///
    /// # Errors
    /// An identity found no user or role, or a later stage failed.
    pub fn flush(
        &mut self,
        stages: &[Stage],
        states: &mut [StageState],
    ) -> Result<(), LocatedMessage> {
        for (index, stage) in stages.iter().enumerate() {
            let state = &mut states[index];
            let mut kept = std::mem::take(&mut state.kept);
            match &stage.kind {
                StageKind::Users {
                    identity: Some(text),
                }
                | StageKind::Pins {
                    identity: Some(text),
                }
                | StageKind::Roles {
                    identity: Some(text),
                } if state.counts.passed == 0 => {
                    return Err(LocatedMessage {
                        at: stage.at,
                        message: format!("Management object not found for identity \"{text}\"."),
                    });
                }
                StageKind::Texts(texts) => {
                    for text in texts {
                        states[index].counts.taken += 1;
                        let object = Object::Value(Value::Text(text.clone()));
                        if !self.pass(stages, states, index, object)? {
                            break;
                        }
                    }
                }
                StageKind::Sort { descending, .. } => {
                    kept.make_contiguous().sort_by(|(left, _), (right, _)| {
                        let order = left.cmp(right);
                        if *descending { order.reverse() } else { order }
                    });
                    for (_, object) in kept {
                        if !self.pass(stages, states, index, object)? {
                            break;
                        }
                    }
                }
                StageKind::Select(select) => {
                    for (_, object) in kept {
                        if !self.select(stages, states, index, select, object)? {
                            break;
                        }
                    }
                }
                StageKind::Change(change) if index == 0 => {
                    self.targets
                        .extend(change.identity.clone().map(Target::Identity));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn select(
        &mut self,
        stages: &[Stage],
        states: &mut [StageState],
        index: usize,
        select: &Select,
        object: Object,
    ) -> Result<bool, LocatedMessage> {
        let state = &mut states[index];
        let selected = match &select.expand {
            Some(expand) => match object.property(&expand.name, &self.context) {
                Value::List(items) => items.into_iter().map(Object::Value).collect(),
                // PowerShell passes on an empty value too, which a cmdlet after it would refuse.
                value if value.is_null() => Vec::new(),
                value => vec![Object::Value(value)],
            },
            None if state.columns.is_empty() => vec![object],
            None => vec![Object::Row(object.row(&state.columns, &self.context))],
        };
        for object in selected {
            if select.unique && !states[index].unique.insert(self.all_of(&object)) {
                continue;
            }
            if !self.pass(stages, states, index, object)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// All values of an object as a text, by which `-Unique` compares objects.
    fn all_of(&self, object: &Object) -> String {
        let shape = match object {
            Object::User(_) => Shape::Users,
            Object::Pin(_) => Shape::Pins,
            Object::Role(_) => Shape::Roles,
            Object::Row(row) => return format!("{:?}", row.cells),
            Object::Value(value) => return format!("{value:?}"),
        };
        let columns = shape.shown(false).into();
        format!("{:?}", object.row(&columns, &self.context).cells)
    }

    fn sort_keys(&self, properties: &[Property], object: &Object) -> Vec<SortKey> {
        let key = |value: &Value| SortKey::of(value, self.context.zone);
        match object {
            Object::Value(value) if properties.is_empty() => vec![key(value)],
            _ => properties
                .iter()
                .map(|property| key(&object.property(&property.name, &self.context)))
                .collect(),
        }
    }

    /// The PIN state of the user that a row or a text names. A user who is not found ends the run,
    /// so that none is skipped unnoticed.
    fn pin_of(&mut self, at: usize, object: &Object) -> Result<Object, LocatedMessage> {
        let target = target(at, object, self.context.zone)?;
        let found = match &mut self.lookup {
            Some(lookup) => lookup(target),
            None => Err("Nobody can be looked up here.".to_owned()),
        };
        found
            .map(|user| Object::Pin(Box::new(user)))
            .map_err(|message| LocatedMessage { at, message })
    }

    /// Hands a row to the sink. Returns false if no more rows are needed.
    fn out(&mut self, object: &Object) -> bool {
        self.rows += 1;
        let [users, pins, roles] = &self.shown;
        let row = match object {
            Object::User(_) => object.row(users, &self.context),
            Object::Pin(_) => object.row(pins, &self.context),
            Object::Role(_) => object.row(roles, &self.context),
            Object::Row(row) => row.clone(),
            Object::Value(value) => PipelineRow {
                columns: Arc::from(Vec::new()),
                cells: vec![value.clone()],
                user: None,
            },
        };
        (self.sink)(row)
    }
}

/// The object that a first stage makes of the one it was fed with; None when the identity of the
/// stage means another one.
fn with_identity(
    stage: &Stage,
    state: &StageState,
    object: Object,
) -> Result<Option<Object>, LocatedMessage> {
    match (&stage.kind, object) {
        (StageKind::Users { .. } | StageKind::Pins { .. }, Object::User(user)) => {
            if let Some(identity) = &state.identity {
                if !means(identity, &user.names) {
                    return Ok(None);
                }
                if state.counts.passed > 0 && !is_pattern(identity) {
                    let message = format!(
                        "Several users match this identity; one of them is {}.",
                        user.names.identity()
                    );
                    return Err(LocatedMessage {
                        at: stage.at,
                        message,
                    });
                }
            }
            Ok(Some(if matches!(stage.kind, StageKind::Pins { .. }) {
                Object::Pin(user)
            } else {
                Object::User(user)
            }))
        }
        (
            StageKind::Roles {
                identity: Some(name),
            },
            Object::Role(role),
        ) if !name.eq_ignore_ascii_case(&role.name) => Ok(None),
        (_, object) => Ok(Some(object)),
    }
}
