//! What each stage does with what comes to it.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::compare::Rules;
use super::evaluate::{Broken, Evaluator, Met};
use super::objects::{IDENTITY, Object, Row, Shape};
use super::run::Context;
use super::syntax::{Expression, Kind, Property, Select, Stage};
use super::value::Value;
use crate::domain::identity::Identity;
use crate::domain::text::{identity_key, search_key};
use crate::domain::user::{UserId, UserNames, UserRecord, Version};
use crate::plan::Target;

/// What a stage has seen, and what it keeps.
pub(super) struct State {
    pub counts: Counts,
    pub trap: Trap,
    pub met: Met,
    /// The identity that users must have, where one was named.
    identity: Option<Identity>,
    /// The chosen properties.
    columns: Arc<[String]>,
    kept: VecDeque<(Vec<SortKey>, Object)>,
    unique: HashSet<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub taken: usize,
    pub passed: usize,
}

/// Where PowerShell would have answered otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trap {
    /// So many objects it would have taken, too.
    pub also: usize,
    /// So many it would have left out.
    pub without: usize,
    /// The roles among those that it would have taken.
    pub roles: Vec<String>,
}

/// Works on objects one after the other.
pub(super) struct Work<'a> {
    context: Context,
    sink: &'a mut dyn FnMut(Row) -> bool,
    pub rows: usize,
    /// What is shown of users, PIN states and roles where nothing was chosen.
    shown: [Arc<[String]>; 3],
    targets: Vec<Target>,
    seen: HashMap<UserId, Version>,
    /// Finds the user whom a text or a row names.
    pub lookup: Option<&'a mut Lookup<'a>>,
}

/// Finds the one user whom a target means, or says why there is none.
pub type Lookup<'a> = dyn FnMut(Target) -> Result<UserRecord, String> + 'a;

/// The place of a value in an order: kinds one after the other, and within a kind by number, or by text.
struct SortKey(u8, f64, String, String);

impl State {
    pub fn new(kind: &Kind) -> Self {
        let identity = match kind {
            Kind::Users {
                identity: Some(text),
            }
            | Kind::Pins {
                identity: Some(text),
            } => Identity::parse(text).ok(),
            _ => None,
        };
        let columns: Vec<String> = match kind {
            Kind::Select(select) => select
                .properties
                .iter()
                .map(|property| property.name.clone())
                .collect(),
            _ => Vec::new(),
        };
        Self {
            counts: Counts::default(),
            trap: Trap::default(),
            met: Met::default(),
            identity,
            columns: columns.into(),
            kept: VecDeque::new(),
            unique: HashSet::new(),
        }
    }
}

impl<'a> Work<'a> {
    pub fn new(context: Context, sink: &'a mut dyn FnMut(Row) -> bool) -> Self {
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

    pub fn take_targets(&mut self) -> (Vec<Target>, HashMap<UserId, Version>) {
        (
            std::mem::take(&mut self.targets),
            std::mem::take(&mut self.seen),
        )
    }

    /// Hands an object to the stage at a place. False: nothing more is needed.
    pub fn push(
        &mut self,
        stages: &[Stage],
        states: &mut [State],
        place: usize,
        object: Object,
    ) -> Result<bool, Broken> {
        let (Some(stage), Some(state)) = (stages.get(place), states.get_mut(place)) else {
            return Ok(self.out(&object));
        };
        state.counts.taken += 1;
        match &stage.kind {
            Kind::Pins { identity: None }
                if matches!(object, Object::Row(_) | Object::Value(_)) =>
            {
                let object = self.pin_of(stage.at, &object)?;
                self.pass(stages, states, place, object)
            }
            Kind::Users { .. } | Kind::Pins { .. } | Kind::Roles { .. } | Kind::Import { .. } => {
                // Also where no more is needed: whether the identity means somebody else too must be known.
                let is_exact = state
                    .identity
                    .as_ref()
                    .is_some_and(|identity| !is_pattern(identity));
                let Some(object) = source(stage, state, object)? else {
                    return Ok(true);
                };
                Ok(self.pass(stages, states, place, object)? || is_exact)
            }
            Kind::Where(condition) => {
                if passes(&self.context, condition, state, &object)? {
                    self.pass(stages, states, place, object)
                } else {
                    Ok(true)
                }
            }
            Kind::Sort { properties, .. } => {
                state
                    .kept
                    .push_back((self.sort_keys(properties, &object), object));
                Ok(true)
            }
            Kind::Select(Select {
                last: Some(last), ..
            }) => {
                state.kept.push_back((Vec::new(), object));
                if state.kept.len() > *last {
                    state.kept.pop_front();
                }
                Ok(true)
            }
            Kind::Select(select) => {
                let number = state.counts.taken;
                let is_last = select.first.is_some_and(|first| number >= first);
                if select.first.is_some_and(|first| number > first) {
                    state.counts.taken -= 1;
                    return Ok(false);
                }
                Ok(self.select(stages, states, place, select, object)? && !is_last)
            }
            Kind::Measure => Ok(true),
            Kind::Export { .. } | Kind::Texts(_) => self.pass(stages, states, place, object),
            Kind::Change(_) => {
                state.counts.passed += 1;
                self.aim(stage.at, &object)?;
                Ok(true)
            }
        }
    }

    fn pass(
        &mut self,
        stages: &[Stage],
        states: &mut [State],
        place: usize,
        object: Object,
    ) -> Result<bool, Broken> {
        states[place].counts.passed += 1;
        self.push(stages, states, place + 1, object)
    }

    /// Hands on what stages have kept for the end, and asks whether identities found somebody.
    pub fn flush(&mut self, stages: &[Stage], states: &mut [State]) -> Result<(), Broken> {
        for (place, stage) in stages.iter().enumerate() {
            let state = &mut states[place];
            let mut kept = std::mem::take(&mut state.kept);
            match &stage.kind {
                Kind::Users {
                    identity: Some(text),
                }
                | Kind::Pins {
                    identity: Some(text),
                }
                | Kind::Roles {
                    identity: Some(text),
                } if state.counts.passed == 0 => {
                    return Err((
                        stage.at,
                        format!("Management object not found for identity \"{text}\"."),
                    ));
                }
                Kind::Texts(texts) => {
                    for text in texts {
                        states[place].counts.taken += 1;
                        if !self.pass(
                            stages,
                            states,
                            place,
                            Object::Value(Value::Text(text.clone())),
                        )? {
                            break;
                        }
                    }
                }
                Kind::Sort { descending, .. } => {
                    kept.make_contiguous().sort_by(|(left, _), (right, _)| {
                        let order = left.cmp(right);
                        if *descending { order.reverse() } else { order }
                    });
                    for (_, object) in kept {
                        if !self.pass(stages, states, place, object)? {
                            break;
                        }
                    }
                }
                Kind::Select(select) => {
                    for (_, object) in kept {
                        if !self.select(stages, states, place, select, object)? {
                            break;
                        }
                    }
                }
                Kind::Change(change) if place == 0 => {
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
        states: &mut [State],
        place: usize,
        select: &Select,
        object: Object,
    ) -> Result<bool, Broken> {
        let state = &mut states[place];
        let chosen = match &select.expand {
            Some(expand) => match object.property(&expand.name, &self.context) {
                Value::List(items) => items
                    .into_iter()
                    .map(|item| Object::Value(Value::Text(item)))
                    .collect(),
                // PowerShell hands on an empty value too; a cmdlet would only stumble over it.
                value if value.is_null() => Vec::new(),
                value => vec![Object::Value(value)],
            },
            None if state.columns.is_empty() => vec![object],
            None => vec![Object::Row(object.row(&state.columns, &self.context))],
        };
        for object in chosen {
            if select.unique && !states[place].unique.insert(self.all_of(&object)) {
                continue;
            }
            if !self.pass(stages, states, place, object)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// All that an object says, to tell it from others.
    fn all_of(&self, object: &Object) -> String {
        let columns = |shape: Shape| shape.shown(false).into();
        match object {
            Object::User(_) => format!(
                "{:?}",
                object.row(&columns(Shape::Users), &self.context).cells
            ),
            Object::Pin(_) => format!(
                "{:?}",
                object.row(&columns(Shape::Pins), &self.context).cells
            ),
            Object::Role(_) => format!(
                "{:?}",
                object.row(&columns(Shape::Roles), &self.context).cells
            ),
            Object::Row(row) => format!("{:?}", row.cells),
            Object::Value(value) => format!("{value:?}"),
        }
    }

    fn sort_keys(&self, properties: &[Property], object: &Object) -> Vec<SortKey> {
        match object {
            Object::Value(value) if properties.is_empty() => vec![self.sort_key(value)],
            _ => properties
                .iter()
                .map(|property| self.sort_key(&object.property(&property.name, &self.context)))
                .collect(),
        }
    }

    fn sort_key(&self, value: &Value) -> SortKey {
        let none = String::new;
        match value {
            Value::Null | Value::NoDate => SortKey(0, 0.0, none(), none()),
            Value::Bool(is) => SortKey(1, f64::from(u8::from(*is)), none(), none()),
            Value::Number(number) => SortKey(2, *number, none(), none()),
            Value::Date(time) => SortKey(3, time.timestamp_millis() as f64, none(), none()),
            Value::Text(_) | Value::List(_) => {
                let text = value.to_text(self.context.zone);
                SortKey(4, 0.0, search_key(&text), identity_key(&text))
            }
        }
    }

    /// Whom Lock or Unlock is to take.
    fn aim(&mut self, at: usize, object: &Object) -> Result<(), Broken> {
        self.seen.extend(object.user());
        let target = self.target(at, object)?;
        self.targets.push(target);
        Ok(())
    }

    /// The PIN state of the user whom a row or a text names. Nobody is passed over: where one is not found, nothing is done.
    fn pin_of(&mut self, at: usize, object: &Object) -> Result<Object, Broken> {
        let target = self.target(at, object)?;
        let found = match &mut self.lookup {
            Some(lookup) => lookup(target),
            None => Err("Nobody can be looked up here.".to_owned()),
        };
        found
            .map(|user| Object::Pin(Box::new(user)))
            .map_err(|why| (at, why))
    }

    fn target(&self, at: usize, object: &Object) -> Result<Target, Broken> {
        if let Some((id, _)) = object.user() {
            return Ok(Target::User(id));
        }
        let text = match object {
            Object::Row(row) => {
                let place = row
                    .columns
                    .iter()
                    .position(|name| name.eq_ignore_ascii_case(IDENTITY));
                place
                    .and_then(|place| row.cells.get(place))
                    .map(|cell| cell.to_text(self.context.zone))
            }
            Object::Value(value) => Some(value.to_text(self.context.zone)),
            Object::User(_) | Object::Pin(_) | Object::Role(_) => None,
        };
        let text = text.unwrap_or_default();
        // What comes from a file or a property names one user each.
        if Identity::parse(&text).is_ok_and(|identity| is_pattern(&identity)) {
            let message = format!(
                "\"{text}\" has a wildcard and would take several users. What is handed on must name one user each."
            );
            return Err((at, message));
        }
        Ok(Target::Identity(text))
    }

    fn out(&mut self, object: &Object) -> bool {
        self.rows += 1;
        let [users, pins, roles] = &self.shown;
        let row = match object {
            Object::User(_) => object.row(users, &self.context),
            Object::Pin(_) => object.row(pins, &self.context),
            Object::Role(_) => object.row(roles, &self.context),
            Object::Row(row) => row.clone(),
            Object::Value(value) => Row {
                columns: Arc::from(Vec::new()),
                cells: vec![value.clone()],
                user: None,
            },
        };
        (self.sink)(row)
    }
}

/// What a stage makes of what it is fed with; None where an identity leaves it out.
fn source(stage: &Stage, state: &State, object: Object) -> Result<Option<Object>, Broken> {
    match (&stage.kind, object) {
        (Kind::Users { .. } | Kind::Pins { .. }, Object::User(user)) => {
            if let Some(identity) = &state.identity {
                if !points_at(identity, &user.names) {
                    return Ok(None);
                }
                if state.counts.passed > 0 && !is_pattern(identity) {
                    let message = format!(
                        "Several users match this identity; one of them is {}.",
                        user.names.identity()
                    );
                    return Err((stage.at, message));
                }
            }
            Ok(Some(if matches!(stage.kind, Kind::Pins { .. }) {
                Object::Pin(user)
            } else {
                Object::User(user)
            }))
        }
        (
            Kind::Roles {
                identity: Some(name),
            },
            Object::Role(role),
        ) if !name.eq_ignore_ascii_case(&role.name) => Ok(None),
        (_, object) => Ok(Some(object)),
    }
}

/// May it mean several users?
fn is_pattern(identity: &Identity) -> bool {
    matches!(identity, Identity::Pattern(_))
}

fn points_at(identity: &Identity, names: &UserNames) -> bool {
    let keys = names.keys();
    let is = |key: &Option<String>| key.is_some() && *key == identity.key();
    match identity {
        Identity::Sip(_) => is(&keys.sip),
        Identity::Address(_) => is(&keys.sip) || is(&keys.upn),
        Identity::Account { .. } => is(&keys.account),
        Identity::DisplayName(_) => is(&Some(keys.display)),
        Identity::Dn(_) => is(&keys.dn),
        Identity::Pattern(pattern) => pattern.matches_key(&keys.display),
    }
}

/// Whether an object passes a condition, and whether PowerShell would say the same.
fn passes(
    context: &Context,
    condition: &Expression,
    state: &mut State,
    object: &Object,
) -> Result<bool, Broken> {
    let evaluator = Evaluator::new(context, Rules::PinDesk);
    let passes = evaluator.passes(condition, object)?;
    let met = evaluator.met.take();
    if evaluator.met_trap.get() {
        let raw = Evaluator::new(context, Rules::PowerShell).passes(condition, object);
        match (passes, raw) {
            (false, Ok(true)) => {
                state.trap.also += 1;
                if let Object::Role(role) = object {
                    state.trap.roles.push(role.name.clone());
                }
            }
            (true, Ok(false)) => state.trap.without += 1,
            _ => {}
        }
    }
    state.met.add(met);
    Ok(passes)
}

impl Ord for SortKey {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0
            .cmp(&other.0)
            .then_with(|| self.1.total_cmp(&other.1))
            .then_with(|| self.2.cmp(&other.2))
            .then_with(|| self.3.cmp(&other.3))
    }
}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for SortKey {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for SortKey {}
