//! PowerShell's rules of comparing: the type of the left value decides into what the right value is
//! turned, as
//! [about_Comparison_Operators](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_comparison_operators)
//! says.
//!
//! Texts are compared without case and Unicode normal form, as identities are. Their order is
//! decided without accents and then with them, which is close to .NET's invariant culture. PinDesk
//! differs from PowerShell in two cases, unless [`ComparisonRules::PowerShell`] is asked for: a
//! missing date is neither before nor after another one, and the plain name of a cmdlet matches
//! only that cmdlet.

use std::cmp::Ordering;

use super::operator::Comparison;
use super::pattern::Pattern;
use super::value::Value;
use crate::domain::text::{identity_key, search_key};
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
                Ok(found || self.scalar(C::Eq, &Value::text(item), one, zone)?)
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
        items: &[String],
        rules: ComparisonRules,
        zone: Zone,
    ) -> Result<Value, String> {
        let exactly = self
            .searched_cmdlet()
            .filter(|_| rules == ComparisonRules::PinDesk);
        let mut left = Vec::new();
        for item in items {
            let stays = match exactly {
                Some(cmdlet) if self.is_exact => item == cmdlet,
                Some(cmdlet) => item.eq_ignore_ascii_case(cmdlet),
                None => self.scalar(self.comparison, &Value::text(item), self.right, zone)?,
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
        let matches = || {
            self.pattern
                .is_some_and(|pattern| pattern.matches(&left.to_text(zone)))
        };
        match comparison {
            C::Like | C::Match => return Ok(matches()),
            C::NotLike | C::NotMatch => return Ok(!matches()),
            _ => {}
        }
        if left.is_null() || right.is_null() {
            return Ok(with_null(comparison, left, right));
        }
        if matches!(comparison, C::Eq | C::Ne) {
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

    /// The order of two values; None when the right one cannot be turned into the type of the left.
    fn order(&self, left: &Value, right: &Value, zone: Zone) -> Option<Ordering> {
        match left {
            Value::Null | Value::NoDate | Value::List(_) => None,
            Value::Text(text) if self.is_exact => Some(text.cmp(&right.to_text(zone))),
            Value::Text(text) => Some(text_order(text, &right.to_text(zone))),
            Value::Bool(is) => Some(is.cmp(&right.truth())),
            Value::Number(number) => number.partial_cmp(&right.to_number()?),
            Value::Date(time) => Some(time.cmp(&right.to_date(zone)?)),
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

/// The order of two texts without case: by their letters, and then by their accents.
pub(super) fn text_order(left: &str, right: &str) -> Ordering {
    let (left_key, right_key) = (identity_key(left), identity_key(right));
    if left_key == right_key {
        return Ordering::Equal;
    }
    search_key(left)
        .cmp(&search_key(right))
        .then_with(|| left_key.cmp(&right_key))
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
