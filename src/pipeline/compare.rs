//! PowerShell's rules of comparing: the type of the left value decides into what the right value is
//! turned, as
//! [about_Comparison_Operators](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_comparison_operators)
//! says.
//!
//! Texts are compared by culture: see the module `culture`. PinDesk
//! differs from PowerShell in two cases, unless [`ComparisonRules::PowerShell`] is asked for: a
//! missing date is neither before nor after another one, and the plain name of a cmdlet matches
//! only that cmdlet.

use std::cmp::Ordering;

use super::culture;
use super::operator::Comparison;
use super::pattern::Pattern;
use super::value::Value;
use crate::zone::Zone;

/// The rules by which values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ComparisonRules {
    PinDesk,
    PowerShell,
}

/// Two values and the operator between them.
pub(super) struct Compared<'a> {
    pub comparison: Comparison,
    pub is_exact: bool,
    pub left: &'a Value,
    pub right: &'a Value,
    pub pattern: Option<&'a Pattern>,
}

impl Compared<'_> {
    /// The result: true or false, or the items of a list on the left that pass.
    ///
    /// # Errors
    /// The right value cannot be turned into the type of the left one.
    pub fn result(&self, rules: ComparisonRules, zone: Zone) -> Result<Value, String> {
        use Comparison as C;
        if self.comparison.is_order()
            && rules == ComparisonRules::PinDesk
            && self.is_about_a_missing_date()
        {
            return Ok(Value::Bool(false));
        }
        let contains = |list: &Value, one: &Value| match list {
            Value::List(items) => items.iter().try_fold(false, |found, item| {
                Ok(found || self.scalar(C::Eq, item, one, zone)?)
            }),
            list => self.scalar(C::Eq, list, one, zone),
        };
        let truth = match (self.comparison, self.left) {
            (C::Contains, list) => contains(list, self.right)?,
            (C::NotContains, list) => !contains(list, self.right)?,
            (C::In, one) => contains(self.right, one)?,
            (C::NotIn, one) => !contains(self.right, one)?,
            (_, Value::List(items)) => return self.filtered(items, rules, zone),
            (comparison, left) => self.scalar(comparison, left, self.right, zone)?,
        };
        Ok(Value::Bool(truth))
    }

    /// Whether one of the values is a date that a user does not have.
    pub fn is_about_a_missing_date(&self) -> bool {
        *self.left == Value::NoDate || *self.right == Value::NoDate
    }

    /// The cmdlet that a list is searched for with `-match`.
    pub fn searched_cmdlet(&self) -> Option<&str> {
        let is_search = self.comparison == Comparison::Match && matches!(self.left, Value::List(_));
        self.pattern.and_then(Pattern::cmdlet).filter(|_| is_search)
    }

    fn filtered(
        &self,
        items: &[Value],
        rules: ComparisonRules,
        zone: Zone,
    ) -> Result<Value, String> {
        let exactly = self
            .searched_cmdlet()
            .filter(|_| rules == ComparisonRules::PinDesk);
        let mut left = Vec::new();
        for item in items {
            let stays = match exactly {
                Some(cmdlet) => match item {
                    Value::Text(item) if self.is_exact => item == cmdlet,
                    Value::Text(item) => item.eq_ignore_ascii_case(cmdlet),
                    _ => false,
                },
                None => self.scalar(self.comparison, item, self.right, zone)?,
            };
            if stays {
                left.push(item.clone());
            }
        }
        Ok(Value::List(left))
    }

    fn scalar(
        &self,
        comparison: Comparison,
        left: &Value,
        right: &Value,
        zone: Zone,
    ) -> Result<bool, String> {
        use Comparison as C;
        match comparison {
            _ if matches!(left, Value::Object(_)) => {}
            C::Like | C::Match => return self.matches(left, right, zone),
            C::NotLike | C::NotMatch => return Ok(!self.matches(left, right, zone)?),
            _ => {}
        }
        if left.is_null() || right.is_null() {
            return Ok(with_null(comparison, left, right));
        }
        if left.has_objects() || right.has_objects() {
            return Err(
                "An object cannot be compared. Name one of its properties, such as .DisplayName."
                    .to_owned(),
            );
        }
        if matches!(comparison, C::Eq | C::Ne) {
            if let Value::Text(text) = left {
                let other = match right {
                    Value::Text(other) => other,
                    other => &other.to_text(zone),
                };
                return Ok(culture::equal(text, other, self.is_exact) == (comparison == C::Eq));
            }
            return Ok(
                (self.order(left, right, zone) == Some(Ordering::Equal)) == (comparison == C::Eq)
            );
        }
        let order = self
            .order(left, right, zone)
            .ok_or_else(|| not_comparable(left, right, zone))?;
        Ok(match comparison {
            C::Lt => order.is_lt(),
            C::Le => order.is_le(),
            C::Gt => order.is_gt(),
            _ => order.is_ge(),
        })
    }

    /// Whether the left value matches the pattern, which is made of the right one if it was not
    /// known from the start.
    fn matches(&self, left: &Value, right: &Value, zone: Zone) -> Result<bool, String> {
        let made;
        let pattern = if let Some(pattern) = self.pattern {
            pattern
        } else {
            made = Pattern::new(self.comparison, &right.to_text(zone), self.is_exact)?;
            &made
        };
        match left {
            Value::Text(text) => pattern.matches(text),
            other => pattern.matches(&other.to_text(zone)),
        }
    }

    /// The order of two values; None when the right one cannot be turned into the type of the left.
    fn order(&self, left: &Value, right: &Value, zone: Zone) -> Option<Ordering> {
        match left {
            Value::Null | Value::NoDate | Value::List(_) | Value::Object(_) => None,
            Value::Text(text) => Some(culture::order(text, &right.to_text(zone), self.is_exact)),
            Value::Bool(is) => Some(is.cmp(&right.truth())),
            Value::Number(number) => number.partial_cmp(&right.to_number()?),
            Value::Date(time) => Some(time.cmp(&right.to_date(zone)?)),
            Value::Span(span) => match right {
                Value::Span(other) => Some(span.cmp(other)),
                _ => None,
            },
        }
    }
}

/// The result of a comparison with `$null`: only another `$null` equals it. It lies between the
/// negative numbers and 0, and before all other values.
fn with_null(comparison: Comparison, left: &Value, right: &Value) -> bool {
    use Comparison as C;
    match (comparison, left, right) {
        (C::Eq, ..) => left.is_null() == right.is_null(),
        (C::Ne, ..) => left.is_null() != right.is_null(),
        (C::Lt | C::Le, Value::Number(number), _) => *number < 0.0,
        (C::Gt | C::Ge, Value::Number(number), _) => *number >= 0.0,
        (C::Lt | C::Le, _, Value::Number(number)) => *number >= 0.0,
        (C::Gt | C::Ge, _, Value::Number(number)) => *number < 0.0,
        (C::Lt, ..) => !right.is_null(),
        (C::Le, ..) => left.is_null(),
        (C::Gt, ..) => !left.is_null(),
        _ => right.is_null(),
    }
}

fn not_comparable(left: &Value, right: &Value, zone: Zone) -> String {
    let what = match left {
        Value::Date(_) => "a date. Write it as 9/25/2026, month first, or as 2026-09-25",
        _ => "a number",
    };
    format!(
        "\"{}\" cannot be compared with \"{}\": it is not {what}.",
        right.to_text(zone),
        left.to_text(zone)
    )
}
