//! Carries out the stages of a pipeline, object by object.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use super::context::Context;
use super::fault::LocatedMessage;
use super::gather::{grouped, in_order, measured};
use super::identity_match::{is_pattern, means, target};
use super::objects::Shape;
use super::sort_key::SortKey;
use super::stage_state::StageState;
use super::syntax::{Expression, NamedValue, SortStage, Stage, StageKind};
use super::value::{Object, PipelineRow, Value};
use crate::domain::dn::DistinguishedName;
use crate::domain::user::{UserId, UserRecord, Version};
use crate::plan::Target;

/// Hands objects from stage to stage, one after the other.
pub(super) struct StageRunner<'a> {
    pub context: Context,
    /// Takes the rows of the result. Returns false if no more are needed.
    sink: &'a mut dyn FnMut(PipelineRow) -> bool,
    /// Objects of the result that are kept instead, if the pipeline is a part of another one.
    pub kept: Option<Vec<Value>>,
    /// Rows that went to the sink.
    pub rows: usize,
    /// The properties of users, PIN states and roles that are shown when none were selected.
    shown: [Arc<[String]>; 3],
    pub targets: Vec<Target>,
    pub seen: HashMap<UserId, Version>,
    pub lookup: RefCell<Option<&'a mut Lookup<'a>>>,
}

/// Finds the one user that a target means, or the reason why there is none.
pub type Lookup<'a> = dyn FnMut(Target) -> Result<UserRecord, String> + 'a;

/// Whether more objects are needed.
pub(super) type GoesOn = Result<bool, LocatedMessage>;

impl<'a> StageRunner<'a> {
    pub fn new(
        context: Context,
        is_part: bool,
        sink: &'a mut dyn FnMut(PipelineRow) -> bool,
    ) -> Self {
        let shown = [Shape::Users, Shape::Pins, Shape::Roles]
            .map(|shape| shape.shown(context.brief).into());
        Self {
            context,
            sink,
            kept: is_part.then(Vec::new),
            rows: 0,
            shown,
            targets: Vec::new(),
            seen: HashMap::new(),
            lookup: RefCell::new(None),
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
    ) -> GoesOn {
        let (Some(stage), Some(state)) = (stages.get(index), states.get_mut(index)) else {
            return Ok(self.out(object));
        };
        state.counts.taken += 1;
        match &stage.kind {
            StageKind::Users { identity: None } | StageKind::Pins { identity: None }
                if matches!(object, Object::Row(_) | Object::Value(_)) =>
            {
                let user = Box::new(self.user_of(stage.at, &object)?);
                let object = match &stage.kind {
                    StageKind::Users { .. } => Object::User(user),
                    _ => Object::Pin(user),
                };
                self.pass(stages, states, index, object)
            }
            StageKind::Users { .. }
            | StageKind::Pins { .. }
            | StageKind::Roles { .. }
            | StageKind::Import(_)
            | StageKind::Lines { .. } => {
                // All users are checked even when no more are needed: an identity that means a
                // second user must be noticed.
                let goes_on = state.is_about_one_user();
                let Some(object) = with_identity(stage, state, object)? else {
                    return Ok(true);
                };
                Ok(self.pass(stages, states, index, object)? || goes_on)
            }
            StageKind::Where(condition) => {
                if self.passes(state, condition, &object)? {
                    self.pass(stages, states, index, object)
                } else {
                    Ok(true)
                }
            }
            StageKind::Within(unit) => {
                if is_within(&object, unit) {
                    self.pass(stages, states, index, object)
                } else {
                    Ok(true)
                }
            }
            kind if kind.is_count() => Ok(true),
            StageKind::Sort(SortStage { by, .. })
            | StageKind::Group { by, .. }
            | StageKind::Measure(by, _) => {
                let keys = self.keys(state, by, &object)?;
                state.kept.push_back((keys, object));
                Ok(true)
            }
            StageKind::Select(select) => self.chosen(stages, states, index, select, object),
            StageKind::ForEach(blocks) => {
                if state.counts.taken == 1
                    && !self.steps(stages, states, index, &blocks.begin, &NOTHING)?
                {
                    return Ok(false);
                }
                self.steps(stages, states, index, &blocks.each, &object)
            }
            StageKind::Csv(_) | StageKind::Export(_) | StageKind::Values(_) => {
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

    pub fn pass(
        &mut self,
        stages: &[Stage],
        states: &mut [StageState],
        index: usize,
        object: Object,
    ) -> GoesOn {
        states[index].counts.passed += 1;
        self.push(stages, states, index + 1, object)
    }

    pub fn pass_all(
        &mut self,
        stages: &[Stage],
        states: &mut [StageState],
        index: usize,
        objects: impl IntoIterator<Item = Object>,
    ) -> GoesOn {
        for object in objects {
            if !self.pass(stages, states, index, object)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub fn value(
        &self,
        state: &mut StageState,
        expression: &Expression,
        object: &Object,
    ) -> Result<Value, LocatedMessage> {
        state.value(expression, object, &self.context, &|target| {
            self.find(target)
        })
    }

    pub fn passes(
        &self,
        state: &mut StageState,
        condition: &Expression,
        object: &Object,
    ) -> Result<bool, LocatedMessage> {
        state.passes(condition, object, &self.context, &|target| {
            self.find(target)
        })
    }

    fn find(&self, target: Target) -> Result<UserRecord, String> {
        match &mut *self.lookup.borrow_mut() {
            Some(lookup) => lookup(target),
            None => Err("Nobody can be looked up here.".to_owned()),
        }
    }

    /// Ends the run: passes on the objects that stages have kept, and the values and identities that
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
            let kept = std::mem::take(&mut state.kept);
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
                StageKind::Values(value) => {
                    let items = self.value(state, value, &NOTHING)?.into_items();
                    state.counts.taken += items.len();
                    self.pass_all(stages, states, index, items.into_iter().map(Object::from))?;
                }
                StageKind::Sort(sort) => {
                    self.pass_all(stages, states, index, in_order(sort, kept))?;
                }
                StageKind::Group { by, with_members } => {
                    let mut names = Vec::new();
                    let groups = grouped(kept);
                    for (_, members) in &groups {
                        names.push(self.group_name(&mut states[index], stage.at, by, members)?);
                    }
                    for ((_, members), name) in groups.into_iter().zip(names) {
                        let mut cells =
                            vec![Value::Number(members.len() as f64), Value::Text(name)];
                        if *with_members {
                            cells.push(Value::List(members.into_iter().map(Value::from).collect()));
                        }
                        if !self.pass_row(stages, states, index, cells)? {
                            break;
                        }
                    }
                }
                StageKind::Measure(by, wanted) => {
                    let is_count =
                        stage.kind.is_count() && index + 1 == stages.len() && self.kept.is_none();
                    if !is_count {
                        let count = state.counts.taken;
                        let mut values = Vec::new();
                        for (_, object) in &kept {
                            values.push(self.key_value(state, by, object)?);
                        }
                        let located = |message| LocatedMessage {
                            at: stage.at,
                            message,
                        };
                        let cells = measured(count, values, by, wanted, self.context.zone)
                            .map_err(located)?;
                        self.pass_row(stages, states, index, cells)?;
                    }
                }
                StageKind::Select(select) => {
                    // -Skip with -Last counts from the end.
                    let keeps = if select.last.is_some() {
                        kept.len().saturating_sub(select.skip)
                    } else {
                        0
                    };
                    for (_, object) in kept.into_iter().take(keeps) {
                        if !self.select(stages, states, index, select, object)? {
                            break;
                        }
                    }
                }
                StageKind::ForEach(blocks) => {
                    if state.counts.taken == 0 {
                        self.steps(stages, states, index, &blocks.begin, &NOTHING)?;
                    }
                    self.steps(stages, states, index, &blocks.end, &NOTHING)?;
                }
                StageKind::Change(change) if index == 0 => {
                    self.change(state, change, &NOTHING)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn pass_row(
        &mut self,
        stages: &[Stage],
        states: &mut [StageState],
        index: usize,
        cells: Vec<Value>,
    ) -> GoesOn {
        let row = PipelineRow {
            columns: Arc::clone(&states[index].columns),
            cells,
            user: None,
        };
        self.pass(stages, states, index, Object::Row(row))
    }

    /// The keys of an object. Without columns, it is a value itself.
    fn keys(
        &self,
        state: &mut StageState,
        by: &[NamedValue],
        object: &Object,
    ) -> Result<Vec<SortKey>, LocatedMessage> {
        let key = |value: &Value| SortKey::of(value, self.context.zone);
        if by.is_empty() {
            return Ok(vec![key(&object.clone().into())]);
        }
        by.iter()
            .map(|column| Ok(key(&self.value(state, &column.value, object)?)))
            .collect()
    }

    fn key_value(
        &self,
        state: &mut StageState,
        by: &[NamedValue],
        object: &Object,
    ) -> Result<Value, LocatedMessage> {
        match by.first() {
            Some(column) => self.value(state, &column.value, object),
            None => Ok(object.clone().into()),
        }
    }

    /// The name of a group: the values of its first member.
    fn group_name(
        &self,
        state: &mut StageState,
        at: usize,
        by: &[NamedValue],
        members: &[Object],
    ) -> Result<String, LocatedMessage> {
        let mut texts = Vec::new();
        let first = members.first().unwrap_or(&NOTHING);
        for column in by.iter().map(Some).chain(by.is_empty().then_some(None)) {
            let value = match column {
                Some(column) => self.value(state, &column.value, first)?,
                None => first.clone().into(),
            };
            if matches!(value, Value::Date(_)) {
                let message = "How a date is written in the name of a group depends on the culture. Group by a text: \
                               {$_.PinExpirationTime.ToString('yyyy-MM')}.";
                return Err(LocatedMessage {
                    at,
                    message: message.to_owned(),
                });
            }
            texts.push(value.to_text(self.context.zone));
        }
        Ok(texts.join(", "))
    }

    /// The user that a row or a text names. A user who is not found ends the run, so that none is
    /// skipped unnoticed.
    fn user_of(&self, at: usize, object: &Object) -> Result<UserRecord, LocatedMessage> {
        let target = target(at, object, self.context.zone)?;
        self.find(target)
            .map_err(|message| LocatedMessage { at, message })
    }

    /// Hands a row to the sink. Returns false if no more rows are needed.
    fn out(&mut self, object: Object) -> bool {
        self.rows += 1;
        if let Some(kept) = &mut self.kept {
            kept.push(object.into());
            return true;
        }
        let [users, pins, roles] = &self.shown;
        let row = match object {
            Object::User(_) => object.row(users, &self.context),
            Object::Pin(_) => object.row(pins, &self.context),
            Object::Role(_) => object.row(roles, &self.context),
            Object::Row(row) => row,
            Object::Value(value) => PipelineRow {
                columns: Arc::from(Vec::new()),
                cells: vec![value],
                user: None,
            },
        };
        (self.sink)(row)
    }
}

/// The object of a block that gets none.
pub(super) const NOTHING: Object = Object::Value(Value::Null);

/// Whether the distinguished name of a user lies in an organisational unit.
fn is_within(object: &Object, unit: &DistinguishedName) -> bool {
    let (Object::User(user) | Object::Pin(user)) = object else {
        return false;
    };
    let dn = user.names.dn.as_deref().map(DistinguishedName::parse);
    dn.and_then(Result::ok).is_some_and(|dn| dn.is_within(unit))
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
