//! Operators that make a value of two others, and casts.

use chrono::Duration;

use super::date_format::formatted;
use super::member::Type;
use super::operator::Calculator;
use super::pattern::Pattern;
use super::value::Value;
use crate::zone::Zone;

/// The largest number of items of a list, and of characters of a text that is made.
const MOST: usize = 10_000;

/// The value of an operator.
///
/// # Errors
/// The values have other types, or PowerShell itself would give an error.
pub(super) fn calculated(
    operator: Calculator,
    pattern: Option<&Pattern>,
    is_exact: bool,
    left: &Value,
    right: &Value,
    zone: Zone,
) -> Result<Value, String> {
    use Calculator as C;
    match operator {
        C::Plus => plus(left, right, zone),
        C::Minus => minus(left, right),
        C::Times | C::Divide | C::Remainder => numbers(operator, left, right, zone),
        C::BAnd => match (whole(left), whole(right)) {
            (Some(left), Some(right)) => Ok(Value::Number((left & right) as f64)),
            _ => Err("-band needs whole numbers.".to_owned()),
        },
        C::Range => range(left, right),
        C::Format => format_items(&left.to_text(zone), right, zone).map(Value::Text),
        C::Join => {
            let items = left.clone().into_items();
            let texts: Vec<String> = items.iter().map(|item| item.to_text(zone)).collect();
            Ok(Value::Text(texts.join(&right.to_text(zone))))
        }
        C::Replace | C::Split => with_pattern(operator, pattern, is_exact, left, right, zone),
    }
}

fn plus(left: &Value, right: &Value, zone: Zone) -> Result<Value, String> {
    Ok(match (left, right) {
        (Value::Null | Value::NoDate, other) => other.clone(),
        (Value::Text(text), other) => Value::Text(text.clone() + &other.to_text(zone)),
        (Value::List(items), other) => {
            let more = match other {
                Value::List(more) => more.clone(),
                one => vec![one.clone()],
            };
            Value::List(items.iter().cloned().chain(more).collect())
        }
        (Value::Date(time), Value::Span(span)) => time
            .checked_add_signed(*span)
            .map(Value::Date)
            .ok_or("This is too far away from now.")?,
        (Value::Span(left), Value::Span(right)) => left
            .checked_add(right)
            .map(Value::Span)
            .ok_or("This length of time is too large.")?,
        _ => return numbers(Calculator::Plus, left, right, zone),
    })
}

fn minus(left: &Value, right: &Value) -> Result<Value, String> {
    match (left, right) {
        (Value::Date(left), Value::Date(right)) => Ok(Value::Span(*left - *right)),
        (Value::Date(left), Value::Span(right)) => left
            .checked_sub_signed(*right)
            .map(Value::Date)
            .ok_or_else(|| "This is too far away from now.".to_owned()),
        (Value::Span(left), Value::Span(right)) => Ok(Value::Span(*left - *right)),
        (Value::Null | Value::NoDate, Value::Date(_) | Value::Span(_)) => Ok(Value::Null),
        (Value::Date(_), Value::Null | Value::NoDate) => Err(
            "A date that is missing is subtracted here, which is an error for this user in PowerShell. Ask first \
             whether there is one: $_.LastPinChangeTime -and …"
                .to_owned(),
        ),
        _ => numbers(Calculator::Minus, left, right, Zone::utc()),
    }
}

fn numbers(operator: Calculator, left: &Value, right: &Value, zone: Zone) -> Result<Value, String> {
    use Calculator as C;
    if let (Value::Text(text), C::Times, Value::Number(count)) = (left, operator, right) {
        let count = usize::try_from(*count as i64).unwrap_or(0);
        return if count.saturating_mul(text.len()) <= MOST {
            Ok(Value::Text(text.repeat(count)))
        } else {
            Err("This text would be too long.".to_owned())
        };
    }
    let (Some(a), Some(b)) = (left.to_number(), right.to_number()) else {
        return Err(format!(
            "\"{}\" and \"{}\" cannot be calculated with: one of them is no number.",
            left.to_text(zone),
            right.to_text(zone)
        ));
    };
    if b == 0.0 && matches!(operator, C::Divide | C::Remainder) {
        return Err("This divides by zero.".to_owned());
    }
    Ok(Value::Number(match operator {
        C::Plus => a + b,
        C::Minus => a - b,
        C::Times => a * b,
        C::Divide => a / b,
        _ => a % b,
    }))
}

fn whole(value: &Value) -> Option<i64> {
    let number = value.to_number()?;
    (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64)
}

fn range(left: &Value, right: &Value) -> Result<Value, String> {
    let (Some(first), Some(last)) = (whole(left), whole(right)) else {
        return Err("A range needs whole numbers, such as 0..2.".to_owned());
    };
    if first.abs_diff(last) as usize >= MOST {
        return Err("This range is too long.".to_owned());
    }
    let step = if first <= last { 1 } else { -1 };
    let count = first.abs_diff(last) as i64;
    let numbers = (0..=count).map(|index| Value::Number((first + step * index) as f64));
    Ok(Value::List(numbers.collect()))
}

/// `-f`: the text with `{0}`, `{1}` … replaced.
fn format_items(form: &str, items: &Value, zone: Zone) -> Result<String, String> {
    let items = match items {
        Value::List(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let (mut out, mut rest) = (String::new(), form);
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let bracket = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(bracket) {
            out.push_str(bracket);
            rest = after;
            continue;
        }
        let wrong = || "A form of -f is like '{0} {1}', with {{ for a bracket itself.".to_owned();
        if bracket == "}" {
            return Err(wrong());
        }
        let (item, after) = rest.split_once('}').ok_or_else(wrong)?;
        rest = after;
        let (index, form) = item.split_once(':').unwrap_or((item, ""));
        let value = index
            .trim()
            .parse::<usize>()
            .ok()
            .and_then(|index| items.get(index))
            .ok_or_else(wrong)?;
        match (value, form) {
            (Value::Date(_), "") => {
                return Err(
                    "How a date is written depends on the culture. Say how: {0:yyyy-MM-dd}."
                        .to_owned(),
                );
            }
            (Value::Date(time), form) => out.push_str(&formatted(*time, form, zone)?),
            (value, "") => out.push_str(&value.to_text(zone)),
            _ => {
                return Err(
                    "Forms are supported for dates only, such as {0:yyyy-MM-dd}.".to_owned(),
                );
            }
        }
    }
    out.push_str(rest);
    Ok(out)
}

fn with_pattern(
    operator: Calculator,
    pattern: Option<&Pattern>,
    is_exact: bool,
    left: &Value,
    right: &Value,
    zone: Zone,
) -> Result<Value, String> {
    if let Value::List(items) = left
        && operator == Calculator::Replace
    {
        let each: Result<Vec<Value>, String> = items
            .iter()
            .map(|item| with_pattern(operator, pattern, is_exact, item, right, zone))
            .collect();
        return each.map(Value::List);
    }
    let (first, second) = match right {
        Value::List(items) => match items.as_slice() {
            [one] => (one, None),
            [one, two] if operator == Calculator::Replace => (one, Some(two)),
            _ => return Err(format!("-{} takes fewer values.", operator.name())),
        },
        one => (one, None),
    };
    let made;
    let pattern = if let Some(pattern) = pattern {
        pattern
    } else {
        made = Pattern::regex(&first.to_text(zone), is_exact)?;
        &made
    };
    let text = left.to_text(zone);
    if operator == Calculator::Split {
        let parts = pattern.split(&text)?;
        return Ok(Value::List(parts.into_iter().map(Value::Text).collect()));
    }
    let by = second.map(|value| value.to_text(zone)).unwrap_or_default();
    pattern.replace(&text, &by).map(Value::Text)
}

/// A value turned into a type.
///
/// # Errors
/// It cannot be.
pub(super) fn cast(value: &Value, to: Type, zone: Zone) -> Result<Value, String> {
    let text = || value.to_text(zone);
    match to {
        Type::String => Ok(Value::Text(text())),
        Type::Bool => Ok(Value::Bool(value.truth())),
        Type::Int => value
            .to_number()
            .map(|number| Value::Number(number.round_ties_even()))
            .ok_or_else(|| format!("\"{}\" is no number.", text())),
        Type::Double => value
            .to_number()
            .map(Value::Number)
            .ok_or_else(|| format!("\"{}\" is no number.", text())),
        Type::DateTime => match value {
            Value::Null | Value::NoDate => Err(
                "A date that is missing is used here, which is an error for this user in PowerShell. Ask first whether \
                 there is one: $_.LastPinChangeTime -and …"
                    .to_owned(),
            ),
            value => value.to_date(zone).map(Value::Date).ok_or_else(|| {
                format!(
                    "\"{}\" is not a date. Write it as 9/25/2026, month first, or as 2026-09-25.",
                    text()
                )
            }),
        },
        Type::Characters => {
            let text = text();
            let units = text.chars().map(|c| Value::Text(c.to_string()));
            if text.chars().any(|c| c.len_utf16() > 1) {
                return Err(format!("\"{text}\" has characters that are two to PowerShell."));
            }
            Ok(Value::List(units.collect()))
        }
        Type::TimeSpan => match value {
            Value::Span(span) => Ok(Value::Span(*span)),
            Value::Null | Value::NoDate => Ok(Value::Span(Duration::zero())),
            _ => Err("[timespan] is not supported here. Write (New-TimeSpan -Days 30).".to_owned()),
        },
        Type::Regex => Ok(Value::Text(text())),
    }
}

/// Whether a value has a type.
pub(super) fn is_of(value: &Value, wanted: Type) -> bool {
    match wanted {
        Type::String => matches!(value, Value::Text(_)),
        Type::Bool => matches!(value, Value::Bool(_)),
        Type::DateTime => matches!(value, Value::Date(_)),
        Type::TimeSpan => matches!(value, Value::Span(_)),
        Type::Int => matches!(value, Value::Number(number) if number.fract() == 0.0),
        Type::Double => matches!(value, Value::Number(number) if number.fract() != 0.0),
        Type::Characters | Type::Regex => false,
    }
}

/// The item of a list or the character of a text at an index, which may count from the end.
///
/// # Errors
/// The index is no whole number, or the value has no items.
pub(super) fn item_at(value: &Value, index: &Value) -> Result<Value, String> {
    if let Value::List(indexes) = index {
        let each: Result<Vec<Value>, String> =
            indexes.iter().map(|index| item_at(value, index)).collect();
        return each
            .map(|items| Value::List(items.into_iter().filter(|item| !item.is_null()).collect()));
    }
    let number = whole(index).ok_or("An index is a whole number, such as [0] or [-1].")?;
    let position = |length: usize| {
        let at = if number < 0 {
            number + length as i64
        } else {
            number
        };
        usize::try_from(at).ok().filter(|at| *at < length)
    };
    match value {
        Value::List(items) => Ok(position(items.len())
            .and_then(|at| items.get(at).cloned())
            .unwrap_or(Value::Null)),
        Value::Text(text) => {
            let units: Vec<u16> = text.encode_utf16().collect();
            match position(units.len()) {
                None => Ok(Value::Null),
                Some(at) => String::from_utf16(&units[at..=at])
                    .map(Value::Text)
                    .map_err(|_half| {
                        format!("\"{text}\" has characters that are two to PowerShell.")
                    }),
            }
        }
        Value::Null | Value::NoDate => Err(
            "A value that is missing has no items, which is an error for this user in PowerShell."
                .to_owned(),
        ),
        one => Ok(if number == 0 || number == -1 {
            one.clone()
        } else {
            Value::Null
        }),
    }
}
