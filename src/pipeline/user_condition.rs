//! A condition on users and their PINs, as the filter of the window has it.

use std::sync::Arc;

use super::check::check_condition;
use super::compare::ComparisonRules;
use super::context::Context;
use super::evaluate::Evaluator;
use super::fault::Fault;
use super::objects::Shape;
use super::parser::{PipelineParser, Scope};
use super::syntax::{Expression, Property};
use super::value::{Object, PipelineRow, Value};
use crate::domain::user::UserRecord;

/// The properties that the directory in memory has.
const PROPERTIES: [&str; 14] = [
    "DisplayName",
    "SipAddress",
    "UserPrincipalName",
    "SamAccountName",
    "Domain",
    "DistinguishedName",
    "Identity",
    "IsPinSet",
    "IsLockedOut",
    "LockCause",
    "LockedBy",
    "LockedSince",
    "LastPinChangeTime",
    "PinExpirationTime",
];

/// The properties that only the store has.
const OF_STORE: [&str; 2] = [POLICY, FAILURES];
const POLICY: &str = "PinPolicy";
const FAILURES: &str = "Failures";

/// Values of a user that the directory in memory reads from the store when a condition asks for
/// them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreFacts<'a> {
    /// The name of the policy that holds for the PIN.
    pub policy: &'a str,
    /// The failed logons that count for the global limit.
    pub failures: u32,
}

/// A condition of the pipeline language. Names of properties need no `$_`, as in `-Filter`:
/// `IsLockedOut -eq $True -and LockedBy -eq 'bob'`.
#[derive(Clone, Debug)]
pub struct UserCondition {
    text: String,
    condition: Expression,
    /// The properties that it names, if one of them is only in the store.
    with_store: Option<Arc<[String]>>,
}

impl UserCondition {
    /// Reads a condition.
    ///
    /// # Errors
    /// The text is no condition, or names a property that the directory in memory does not have.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let mut parser = PipelineParser::new(text, text);
        parser.is_filter = true;
        let mut condition = parser.scoped(Scope::Row, |parser| {
            parser.cursor.skip_lines()?;
            let condition = parser.expression()?;
            parser.cursor.skip_lines()?;
            match parser.cursor.peek() {
                None => Ok(condition),
                Some(_) => parser
                    .cursor
                    .fault("The condition ends before this. Connect conditions with -and or -or."),
            }
        })?;
        let all = PROPERTIES.iter().chain(&OF_STORE);
        let shape = Shape::named(all.map(|name| (*name).to_owned()));
        check_condition(text, &mut condition, &shape)?;
        let mut named = Vec::new();
        properties(&mut condition.clone(), &mut |property| {
            named.push(property.name.clone());
        });
        let is_of_store = |name: &String| {
            let mut of_store = OF_STORE.iter();
            of_store.any(|known| known.eq_ignore_ascii_case(name))
        };
        let with_store = named.iter().any(is_of_store).then(|| named.into());
        Ok(Self {
            text: text.to_owned(),
            condition,
            with_store,
        })
    }

    /// Whether it asks for values that only the store has.
    pub fn needs_store(&self) -> bool {
        self.with_store.is_some()
    }

    /// Whether a user passes. A condition that cannot be evaluated for a user lets nobody pass.
    pub fn holds(&self, user: UserRecord, facts: StoreFacts<'_>, context: &Context) -> bool {
        let nobody = |_target| Err("Nobody can be looked up here.".to_owned());
        let evaluator = Evaluator::new(context, &nobody, ComparisonRules::PinDesk);
        let user = Object::Pin(Box::new(user));
        let object = match &self.with_store {
            None => user,
            Some(columns) => {
                let cell = |name: &String| match name.as_str() {
                    name if name.eq_ignore_ascii_case(POLICY) => Value::text(facts.policy),
                    name if name.eq_ignore_ascii_case(FAILURES) => {
                        Value::Number(f64::from(facts.failures))
                    }
                    name => user.any_property(name, context).unwrap_or(Value::Null),
                };
                Object::Row(PipelineRow {
                    cells: columns.iter().map(cell).collect(),
                    columns: Arc::clone(columns),
                    user: None,
                })
            }
        };
        evaluator.truth(&self.condition, &object).unwrap_or(false)
    }

    /// The condition as it stands in `Where-Object`, where each property has its `$_`.
    pub fn in_where_object(&self) -> String {
        let mut places = Vec::new();
        let mut condition = self.condition.clone();
        properties(&mut condition, &mut |property| places.push(property.at));
        places.sort_unstable();
        places.dedup();
        let mut text = self.text.clone();
        for at in places.into_iter().rev() {
            let is_bare = text[at..].starts_with(char::is_alphabetic) && !text[..at].ends_with('.');
            if is_bare {
                text.insert_str(at, "$_.");
            }
        }
        text
    }
}

/// Calls `found` with each property of an expression.
fn properties(expression: &mut Expression, found: &mut dyn FnMut(&Property)) {
    if let Expression::Property(property) = expression {
        found(property);
    }
    for part in expression.parts_mut() {
        properties(part, found);
    }
}
