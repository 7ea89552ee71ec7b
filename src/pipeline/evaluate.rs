//! What a condition says about an object, and whether PowerShell would say the same.

use std::cell::{Cell, RefCell};

use super::compare::{Compared, Rules};
use super::objects::Object;
use super::operator::Logic;
use super::run::Context;
use super::syntax::{Compare, Expression};
use super::value::Value;

/// What was met while conditions were worked out, for those who should know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Met {
    /// The property without a date that was put in order.
    pub missing_date: Option<String>,
    /// The cmdlet that a list was searched for.
    pub cmdlet: Option<String>,
    /// A truth was compared with a text that reads like the opposite of what it means.
    pub false_text: Option<String>,
    /// A list was asked for what is not so.
    pub not_in_list: Option<&'static str>,
}

impl Met {
    /// Adds what was met with another object.
    pub fn add(&mut self, other: Self) {
        self.missing_date = self.missing_date.take().or(other.missing_date);
        self.cmdlet = self.cmdlet.take().or(other.cmdlet);
        self.false_text = self.false_text.take().or(other.false_text);
        self.not_in_list = self.not_in_list.or(other.not_in_list);
    }
}

/// Works a condition out for one object after the other.
pub(super) struct Evaluator<'a> {
    pub context: &'a Context,
    pub rules: Rules,
    pub met: RefCell<Met>,
    /// A documented trap lay on the way.
    pub met_trap: Cell<bool>,
}

/// Why a condition cannot be worked out, and where.
pub(super) type Broken = (usize, String);

impl<'a> Evaluator<'a> {
    pub fn new(context: &'a Context, rules: Rules) -> Self {
        Self {
            context,
            rules,
            met: RefCell::default(),
            met_trap: Cell::new(false),
        }
    }

    /// Does an object pass?
    pub fn passes(&self, condition: &Expression, object: &Object) -> Result<bool, Broken> {
        Ok(self.value(condition, object)?.truth())
    }

    fn value(&self, expression: &Expression, object: &Object) -> Result<Value, Broken> {
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
        })
    }

    fn compare(&self, compare: &Compare, object: &Object) -> Result<Value, Broken> {
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
            .map_err(|why| (compare.at, why))
    }

    fn notice(&self, compare: &Compare, compared: &Compared<'_>) {
        if compare.comparison.is_order() && compared.is_about_a_missing_date() {
            self.met_trap.set(true);
            let is_missing = |value: &Value| *value == Value::NoDate;
            let side = if is_missing(compared.left) {
                &compare.left
            } else {
                &compare.right
            };
            if let Expression::Property(property) = side {
                self.met
                    .borrow_mut()
                    .missing_date
                    .get_or_insert_with(|| property.name.clone());
            }
        }
        if let Some(cmdlet) = compared.searched_cmdlet() {
            self.met_trap.set(true);
            self.met
                .borrow_mut()
                .cmdlet
                .get_or_insert_with(|| cmdlet.to_owned());
        }
        match (compared.left, compared.right) {
            (Value::Bool(_), Value::Text(text))
                if text.eq_ignore_ascii_case("false") || text == "0" =>
            {
                self.met
                    .borrow_mut()
                    .false_text
                    .get_or_insert_with(|| text.clone());
            }
            (Value::List(_), _)
                if compare.comparison.is_negative()
                    && compare.comparison.name() != "notcontains" =>
            {
                self.met
                    .borrow_mut()
                    .not_in_list
                    .get_or_insert(compare.comparison.name());
            }
            _ => {}
        }
    }
}
