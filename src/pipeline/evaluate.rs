//! The value of a condition for an object, by PinDesk's rules or by PowerShell's.

use std::cell::{Cell, RefCell};

use super::calculate::{calculated, cast, is_of, item_at};
use super::compare::{Compared, ComparisonRules};
use super::context::Context;
use super::fault::LocatedMessage;
use super::objects::Object;
use super::operator::Logic;
use super::syntax::{Compare, Expression};
use super::value::Value;

/// Comparisons with a surprising result that were evaluated, for the warnings of the explanation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Noticed {
    /// The property without a date that was compared with a date.
    pub missing_date: Option<String>,
    /// The cmdlet that a list was searched for.
    pub cmdlet: Option<String>,
    /// A text such as "false" that a truth was compared with.
    pub false_text: Option<String>,
    /// The negative operator that a list was compared with.
    pub not_in_list: Option<&'static str>,
}

impl Noticed {
    /// Adds the comparisons that were noticed with another object. The first one of each kind
    /// stays.
    pub fn add(&mut self, other: Self) {
        self.missing_date = self.missing_date.take().or(other.missing_date);
        self.cmdlet = self.cmdlet.take().or(other.cmdlet);
        self.false_text = self.false_text.take().or(other.false_text);
        self.not_in_list = self.not_in_list.or(other.not_in_list);
    }
}

/// Evaluates a condition for one object.
pub(super) struct Evaluator<'a> {
    context: &'a Context,
    rules: ComparisonRules,
    pub noticed: RefCell<Noticed>,
    /// Whether a comparison was met in which PinDesk's rules differ from PowerShell's.
    pub met_trap: Cell<bool>,
}

impl<'a> Evaluator<'a> {
    pub fn new(context: &'a Context, rules: ComparisonRules) -> Self {
        Self {
            context,
            rules,
            noticed: RefCell::default(),
            met_trap: Cell::new(false),
        }
    }

    /// Whether an object passes.
    ///
    /// # Errors
    /// Two values cannot be compared.
    pub fn passes(&self, condition: &Expression, object: &Object) -> Result<bool, LocatedMessage> {
        Ok(self.value(condition, object)?.truth())
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
            Expression::It(_) => match object {
                Object::Value(value) => value.clone(),
                _ => Value::Null,
            },
            Expression::Property(property) => object.property(&property.name, self.context),
            Expression::Not(inner) => Value::Bool(!self.value(inner, object)?.truth()),
            Expression::Logic(logic, left, right) => {
                let left = self.passes(left, object)?;
                Value::Bool(match (logic, left) {
                    (Logic::And, false) => false,
                    (Logic::Or, true) => true,
                    (Logic::Xor, left) => left != self.passes(right, object)?,
                    _ => self.passes(right, object)?,
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
                    text.push_str(&self.value(part, object)?.to_text(zone));
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
            Expression::Calculate(calculation) => calculated(
                calculation.operator,
                calculation.pattern.as_ref(),
                calculation.is_exact,
                &self.value(&calculation.left, object)?,
                &self.value(&calculation.right, object)?,
                zone,
            )
            .map_err(located(calculation.at)),
            Expression::Choice(parts) => {
                let [condition, then, otherwise] = &**parts;
                if self.value(condition, object)?.truth() {
                    self.value(then, object)
                } else {
                    self.value(otherwise, object)
                }
            }
            _ => Ok(Value::Null),
        }
    }

    fn compare(&self, compare: &Compare, object: &Object) -> Result<Value, LocatedMessage> {
        let left = self.value(&compare.left, object)?;
        let right = self.value(&compare.right, object)?;
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
        match (compared.left, compared.right) {
            (Value::Bool(_), Value::Text(text))
                if text.eq_ignore_ascii_case("false") || text == "0" =>
            {
                noticed.false_text.get_or_insert_with(|| text.clone());
            }
            (Value::List(_), _)
                if compare.comparison.is_negative()
                    && compare.comparison.name() != "notcontains" =>
            {
                noticed.not_in_list.get_or_insert(compare.comparison.name());
            }
            _ => {}
        }
    }
}
