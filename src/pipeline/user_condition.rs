//! A condition on users and their PINs, as the filter of the window has it.

use super::check::check_condition;
use super::compare::ComparisonRules;
use super::context::Context;
use super::evaluate::Evaluator;
use super::fault::Fault;
use super::objects::Shape;
use super::parser::{PipelineParser, Scope};
use super::syntax::Expression;
use super::value::Object;
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

/// A condition of the pipeline language. Names of properties need no `$_`, as in `-Filter`:
/// `IsLockedOut -eq $True -and LockedBy -eq 'bob'`.
#[derive(Clone, Debug)]
pub struct UserCondition {
    text: String,
    condition: Expression,
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
        let shape = Shape::named(PROPERTIES.iter().map(|name| (*name).to_owned()));
        check_condition(text, &mut condition, &shape)?;
        Ok(Self {
            text: text.to_owned(),
            condition,
        })
    }

    /// Whether a user passes. A condition that cannot be evaluated for a user lets nobody pass.
    pub fn holds(&self, user: UserRecord, context: &Context) -> bool {
        let nobody = |_target| Err("Nobody can be looked up here.".to_owned());
        let evaluator = Evaluator::new(context, &nobody, ComparisonRules::PinDesk);
        let object = Object::Pin(Box::new(user));
        evaluator.truth(&self.condition, &object).unwrap_or(false)
    }

    /// The condition as it stands in `Where-Object`, where each property has its `$_`.
    pub fn in_where_object(&self) -> String {
        let mut places = Vec::new();
        let mut condition = self.condition.clone();
        properties(&mut condition, &mut places);
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

/// The positions of the properties of an expression.
fn properties(expression: &mut Expression, places: &mut Vec<usize>) {
    if let Expression::Property(property) = expression {
        places.push(property.at);
    }
    for part in expression.parts_mut() {
        properties(part, places);
    }
}
