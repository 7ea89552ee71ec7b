//! The value of a condition for an object, by PinDesk's rules or by PowerShell's.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use super::calculate::{calculated, cast, is_of, item_at};
use super::compare::{Compared, ComparisonRules};
use super::context::Context;
use super::fault::LocatedMessage;
use super::identity_match::target;
use super::objects::Shape;
use super::operator::{Comparison, Logic};
use super::syntax::{Compare, Expression};
use super::value::{Object, PipelineRow, Value};
use crate::domain::user::UserRecord;
use crate::plan::Target;

const OBJECT: &str = "This is an object, and not a text or a number. Name one of its properties, such as .DisplayName.";

/// A condition whose result surprises. The message says what PowerShell makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, strum::EnumMessage)]
pub(super) enum Trap {
    #[strum(
        message = "PowerShell takes every text but the empty one for $True, \"False\" and \"0\" too. To ask for what is not so, write $False."
    )]
    FalseText,
    #[strum(message = "Every number but 0 counts as $True here. Write $True or $False.")]
    NumberOfTruth,
    #[strum(
        message = "A number on the left side is compared with 1 for $True and 0 for $False, so only 1 and 0 find anybody. Write the property on the left side."
    )]
    TruthAsNumber,
    #[strum(
        message = "The text on the left side makes this a comparison of texts, not of dates. Write the property on the left side, or [datetime] before the text."
    )]
    DateAsText,
    #[strum(
        message = "A number that is compared with a date is a moment in the year 1, so every date is later. Write a date in quotes, such as '2026-01-01'."
    )]
    NumberAsDate,
    #[strum(
        message = "-contains looks for a value in a list. To look for a part of a text, write -like '*text*'."
    )]
    ContainsInText,
    #[strum(
        message = "The cells of a file are texts, and every text but the empty one counts as $True, \"False\" and \"0\" too. Compare with -eq 'TRUE'."
    )]
    TextOfFile,
    #[strum(
        message = "A negative comparison with a list passes wherever anything else is in the list. To ask for what is not in it, write -notcontains."
    )]
    NotInList,
}

/// Comparisons with a surprising result that were evaluated, for the warnings of the explanation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Noticed {
    /// The property without a date that was compared with a date.
    pub missing_date: Option<String>,
    /// The cmdlet that a list was searched for.
    pub cmdlet: Option<String>,
    pub traps: BTreeSet<Trap>,
}

impl Noticed {
    /// Adds the comparisons that were noticed with another object. The first one of each kind
    /// stays.
    pub fn add(&mut self, mut other: Self) {
        self.missing_date = self.missing_date.take().or(other.missing_date);
        self.cmdlet = self.cmdlet.take().or(other.cmdlet);
        self.traps.append(&mut other.traps);
    }
}

/// Finds the one user that a target means, or the reason why there is none.
pub(super) type Find<'a> = &'a dyn Fn(Target) -> Result<UserRecord, String>;

/// Evaluates a condition for one object.
pub(super) struct Evaluator<'a> {
    context: &'a Context,
    find: Find<'a>,
    rules: ComparisonRules,
    pub noticed: RefCell<Noticed>,
    /// Whether a comparison was met in which PinDesk's rules differ from PowerShell's.
    pub met_trap: Cell<bool>,
}

impl<'a> Evaluator<'a> {
    pub fn new(context: &'a Context, find: Find<'a>, rules: ComparisonRules) -> Self {
        Self {
            context,
            find,
            rules,
            noticed: RefCell::default(),
            met_trap: Cell::new(false),
        }
    }

    /// The value of an expression.
    ///
    /// # Errors
    /// A part of it has no value, or PowerShell itself would give an error.
    pub fn value(&self, expression: &Expression, object: &Object) -> Result<Value, LocatedMessage> {
        Ok(match expression {
            Expression::Literal(value) => value.clone(),
            Expression::Now(more) => {
                let moved = self.context.now.checked_add_signed(*more);
                moved.map_or(Value::Null, Value::Date)
            }
            Expression::It(_) => object.clone().into(),
            Expression::Property(property) => object.property(&property.name, self.context),
            Expression::Not(inner) => Value::Bool(!self.truth(inner, object)?),
            Expression::Logic(logic, left, right) => {
                let passes = |part| self.truth(part, object);
                let left = passes(left)?;
                Value::Bool(match (logic, left) {
                    (Logic::And, false) => false,
                    (Logic::Or, true) => true,
                    (Logic::Xor, left) => left != passes(right)?,
                    _ => passes(right)?,
                })
            }
            Expression::Compare(compare) => self.compare(compare, object)?,
            other => self.made(other, object)?,
        })
    }

    /// The value of an expression that is neither a property nor a condition.
    fn made(&self, expression: &Expression, object: &Object) -> Result<Value, LocatedMessage> {
        let zone = self.context.zone;
        let located = |at: usize| move |message: String| LocatedMessage { at, message };
        match expression {
            Expression::Parts(parts) => {
                let mut text = String::new();
                for part in parts {
                    let value = self.value(part, object)?;
                    if value.has_objects() {
                        let at = match part {
                            Expression::Part(part) => part.at,
                            Expression::It(at)
                            | Expression::Index(.., at)
                            | Expression::LookUp(.., at) => *at,
                            _ => 0,
                        };
                        return Err(located(at)(OBJECT.to_owned()));
                    }
                    text.push_str(&value.to_text(zone));
                }
                Ok(Value::Text(text))
            }
            Expression::List(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.value(item, object)?);
                }
                Ok(Value::List(values))
            }
            Expression::Member(of, member, at) => member
                .of(&self.value(of, object)?, zone)
                .map_err(located(*at)),
            Expression::Call(call) => {
                let of = self.value(&call.of, object)?;
                let mut arguments = Vec::with_capacity(call.arguments.len());
                for argument in &call.arguments {
                    arguments.push(self.value(argument, object)?);
                }
                call.method
                    .call(&of, &arguments, zone)
                    .map_err(located(call.at))
            }
            Expression::Cast(to, value, at) => {
                cast(&self.value(value, object)?, *to, zone).map_err(located(*at))
            }
            Expression::Is(value, wanted) => {
                Ok(Value::Bool(is_of(&self.value(value, object)?, *wanted)))
            }
            Expression::Index(of, index, at) => {
                item_at(&self.value(of, object)?, &self.value(index, object)?).map_err(located(*at))
            }
            Expression::Calculate(calculation) => {
                let left = self.value(&calculation.left, object)?;
                let right = self.value(&calculation.right, object)?;
                if left.has_objects() || right.has_objects() {
                    return Err(located(calculation.at)(OBJECT.to_owned()));
                }
                calculated(
                    calculation.operator,
                    calculation.pattern.as_ref(),
                    calculation.is_exact,
                    &left,
                    &right,
                    zone,
                )
                .map_err(located(calculation.at))
            }
            Expression::Choice(parts) => {
                let [condition, then, otherwise] = &**parts;
                if self.value(condition, object)?.truth() {
                    self.value(then, object)
                } else {
                    self.value(otherwise, object)
                }
            }
            Expression::Array(of) => Ok(Value::List(match self.value(of, object)? {
                Value::List(items) => items,
                Value::Null if matches!(**of, Expression::Part(_)) => Vec::new(),
                one => vec![one],
            })),
            Expression::Of(of, property) => self
                .property_of(self.value(of, object)?, &property.name)
                .map_err(located(property.at)),
            Expression::Part(part) => part.found.clone().ok_or_else(|| {
                located(part.at)("What is in these brackets has not been found yet.".to_owned())
            }),
            Expression::LookUp(shape, of, at) => {
                let value = self.value(of, object)?;
                if matches!(value, Value::List(_)) || value.is_null() {
                    let message = "-Identity takes one user, and there are several here or none. Hand them on with |.";
                    return Err(located(*at)(message.to_owned()));
                }
                let named = target(*at, &value.into(), zone)?;
                let user = Box::new((self.find)(named).map_err(located(*at))?);
                Ok(Value::Object(Box::new(match shape {
                    Shape::Pins => Object::Pin(user),
                    _ => Object::User(user),
                })))
            }
            Expression::Object(columns) => {
                let cells: Result<Vec<Value>, LocatedMessage> = columns
                    .iter()
                    .map(|column| self.value(&column.value, object))
                    .collect();
                Ok(Value::Object(Box::new(Object::Row(PipelineRow {
                    columns: columns.iter().map(|column| column.name.clone()).collect(),
                    cells: cells?,
                    user: None,
                }))))
            }
            _ => Ok(Value::Null),
        }
    }

    /// A property of an object, or of each one in a list.
    fn property_of(&self, value: Value, name: &str) -> Result<Value, String> {
        match value {
            Value::Null | Value::NoDate => Ok(Value::Null),
            Value::List(items) => {
                let each: Result<Vec<Value>, String> = items
                    .into_iter()
                    .map(|item| self.property_of(item, name))
                    .collect();
                each.map(Value::List)
            }
            Value::Object(object) => object
                .any_property(name, self.context)
                .ok_or_else(|| format!("There is no property {name} here.")),
            other => Err(format!(
                "{} has no property {name} here.",
                other.type_words()
            )),
        }
    }

    /// The value of a side of a comparison. Literals and lists that are known are not copied.
    fn side<'e>(
        &self,
        side: &'e Expression,
        object: &Object,
    ) -> Result<Cow<'e, Value>, LocatedMessage> {
        match side {
            Expression::Literal(value) => Ok(Cow::Borrowed(value)),
            Expression::Part(part) => match &part.found {
                Some(found) => Ok(Cow::Borrowed(found)),
                None => self.value(side, object).map(Cow::Owned),
            },
            other => self.value(other, object).map(Cow::Owned),
        }
    }

    fn compare(&self, compare: &Compare, object: &Object) -> Result<Value, LocatedMessage> {
        let left = self.side(&compare.left, object)?;
        let right = self.side(&compare.right, object)?;
        let compared = Compared {
            comparison: compare.comparison,
            is_exact: compare.is_exact,
            left: &left,
            right: &right,
            pattern: compare.pattern.as_ref(),
        };
        self.notice(compare, &compared);
        compared
            .result(self.rules, self.context.zone)
            .map_err(|message| LocatedMessage {
                at: compare.at,
                message,
            })
    }

    fn notice(&self, compare: &Compare, compared: &Compared<'_>) {
        let mut noticed = self.noticed.borrow_mut();
        if compare.comparison.is_order() && compared.is_about_a_missing_date() {
            self.met_trap.set(true);
            let side = if *compared.left == Value::NoDate {
                &compare.left
            } else {
                &compare.right
            };
            if let Expression::Property(property) = side {
                noticed
                    .missing_date
                    .get_or_insert_with(|| property.name.clone());
            }
        }
        if let Some(cmdlet) = compared.searched_cmdlet() {
            self.met_trap.set(true);
            noticed.cmdlet.get_or_insert_with(|| cmdlet.to_owned());
        }
        if let Some(trap) = trap(compare.comparison, compared.left, compared.right) {
            noticed.traps.insert(trap);
        }
    }

    /// Whether the value of a condition is true.
    ///
    /// # Errors
    /// As for [`Evaluator::value`].
    pub fn truth(&self, condition: &Expression, object: &Object) -> Result<bool, LocatedMessage> {
        let value = self.value(condition, object)?;
        if let (Value::Text(text), Object::Row(_)) = (&value, object)
            && is_false(text)
        {
            self.noticed.borrow_mut().traps.insert(Trap::TextOfFile);
        }
        Ok(value.truth())
    }
}

fn is_false(text: &str) -> bool {
    text.eq_ignore_ascii_case("false") || text == "0"
}

/// Whether a number is neither 0 nor 1, which stand for `$False` and `$True`.
fn is_no_truth(number: f64) -> bool {
    number.fract() != 0.0 || !(0.0..2.0).contains(&number)
}

/// The trap that a comparison of two values is.
fn trap(comparison: Comparison, left: &Value, right: &Value) -> Option<Trap> {
    use Comparison as C;
    let is_equality = matches!(comparison, C::Eq | C::Ne);
    match (left, right) {
        (Value::Bool(_), Value::Text(text)) if is_equality && is_false(text) => {
            Some(Trap::FalseText)
        }
        (Value::Bool(_), Value::Number(number)) if is_equality && is_no_truth(*number) => {
            Some(Trap::NumberOfTruth)
        }
        (Value::Number(number), Value::Bool(_)) if is_equality && is_no_truth(*number) => {
            Some(Trap::TruthAsNumber)
        }
        (Value::Text(_), Value::Date(_)) if comparison.is_order() => Some(Trap::DateAsText),
        (Value::Date(_), Value::Number(_)) => Some(Trap::NumberAsDate),
        (Value::Text(_), Value::Text(_)) if matches!(comparison, C::Contains | C::NotContains) => {
            Some(Trap::ContainsInText)
        }
        (Value::List(_), _) if comparison.is_negative() && comparison != C::NotContains => {
            Some(Trap::NotInList)
        }
        _ => None,
    }
}
