//! The members, methods and types that an expression may name: closed tables that the parser, the
//! evaluator and the messages read.

use chrono::{DateTime, Datelike as _, Duration, Months, NaiveTime, Timelike as _, Utc};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::date_format::{formatted, parse_exact};
use super::value::{Object, Value};
use crate::zone::Zone;

/// A property that values have by their type. Properties of objects are checked by their shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(ascii_case_insensitive)]
pub(super) enum Member {
    Count,
    Length,
    Date,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    DayOfWeek,
    DayOfYear,
    Days,
    Hours,
    Minutes,
    Seconds,
    TotalDays,
    TotalHours,
    TotalMinutes,
    TotalSeconds,
}

/// A method of a value, or a static one of a type, whose first argument is the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(ascii_case_insensitive)]
pub(super) enum Method {
    StartsWith,
    EndsWith,
    Contains,
    Replace,
    Split,
    Substring,
    IndexOf,
    ToLower,
    ToUpper,
    Trim,
    TrimStart,
    TrimEnd,
    ToString,
    AddDays,
    AddHours,
    AddMinutes,
    AddSeconds,
    AddMonths,
    AddYears,
    ParseExact,
    IsNullOrEmpty,
    IsNullOrWhiteSpace,
    Escape,
}

/// A type in square brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantArray)]
#[strum(ascii_case_insensitive, serialize_all = "lowercase")]
pub(super) enum Type {
    String,
    Int,
    Double,
    Bool,
    DateTime,
    TimeSpan,
    #[strum(serialize = "char[]")]
    Characters,
    Regex,
}

const MILLISECONDS_OF_A_DAY: f64 = 86_400_000.0;

impl Member {
    /// The value of the member.
    ///
    /// # Errors
    /// Values of this type have no such member.
    pub fn of(self, value: &Value, zone: Zone) -> Result<Value, String> {
        use Member as M;
        let number = |number: f64| Ok(Value::Number(number));
        match (self, value) {
            (M::Count | M::Length, Value::Null | Value::NoDate) => number(0.0),
            (M::Length, Value::Text(text)) => number(text.encode_utf16().count() as f64),
            (M::Count | M::Length, Value::List(items)) => number(items.len() as f64),
            (_, Value::Object(object)) => {
                let name: &str = self.into();
                let row = match &**object {
                    Object::Row(row) => row.cell(name).cloned(),
                    _ => None,
                };
                match (row, self) {
                    (Some(found), _) => Ok(found),
                    (None, M::Count | M::Length) => number(1.0),
                    (None, _) => Err(self.missing(value)),
                }
            }
            (M::Count | M::Length, _) => number(1.0),
            (M::Date, Value::NoDate) => Ok(Value::NoDate),
            (_, Value::Null | Value::NoDate) => Ok(Value::Null),
            (_, Value::List(items)) => {
                let each: Result<Vec<Value>, String> =
                    items.iter().map(|item| self.of(item, zone)).collect();
                Ok(Value::List(each?))
            }
            (_, Value::Date(time)) => self.of_date(*time, zone),
            (_, Value::Span(span)) => self.of_span(*span),
            _ => Err(self.missing(value)),
        }
    }

    fn of_date(self, time: DateTime<Utc>, zone: Zone) -> Result<Value, String> {
        let local = zone.local(time);
        let number = |number: u32| Ok(Value::Number(f64::from(number)));
        match self {
            Self::Date => Ok(zone
                .moment(local.date_naive().and_time(NaiveTime::MIN))
                .map_or(Value::NoDate, Value::Date)),
            Self::Year => Ok(Value::Number(f64::from(local.year()))),
            Self::Month => number(local.month()),
            Self::Day => number(local.day()),
            Self::Hour => number(local.hour()),
            Self::Minute => number(local.minute()),
            Self::Second => number(local.second()),
            Self::DayOfYear => number(local.ordinal()),
            Self::DayOfWeek => Ok(Value::Text(local.format("%A").to_string())),
            _ => Err(self.missing(&Value::Date(time))),
        }
    }

    fn of_span(self, span: Duration) -> Result<Value, String> {
        let milliseconds = span.num_milliseconds() as f64;
        let whole = |unit: f64, most: f64| {
            let units = (milliseconds / unit).trunc();
            if most > 0.0 { units % most } else { units }
        };
        Ok(Value::Number(match self {
            Self::Days => whole(MILLISECONDS_OF_A_DAY, 0.0),
            Self::Hours => whole(3_600_000.0, 24.0),
            Self::Minutes => whole(60_000.0, 60.0),
            Self::Seconds => whole(1000.0, 60.0),
            Self::TotalDays => milliseconds / MILLISECONDS_OF_A_DAY,
            Self::TotalHours => milliseconds / 3_600_000.0,
            Self::TotalMinutes => milliseconds / 60_000.0,
            Self::TotalSeconds => milliseconds / 1000.0,
            _ => return Err(self.missing(&Value::Span(span))),
        }))
    }

    fn missing(self, value: &Value) -> String {
        let name: &str = self.into();
        format!("{} has no property {name} here.", value.type_words())
    }
}

impl Method {
    /// The methods that a value has. Those after them belong to a type.
    pub fn of_values() -> &'static [Self] {
        Self::VARIANTS.split_at(19).0
    }

    /// The result of the method.
    ///
    /// # Errors
    /// The value is missing or of another type, or an argument is.
    pub fn call(self, value: &Value, args: &[Value], zone: Zone) -> Result<Value, String> {
        use Method as M;
        let name: &str = self.into();
        match (self, args) {
            (M::IsNullOrEmpty, []) => return Ok(Value::Bool(value.to_text(zone).is_empty())),
            (M::IsNullOrWhiteSpace, []) => {
                return Ok(Value::Bool(value.to_text(zone).trim().is_empty()));
            }
            (M::Escape, []) => return Ok(Value::Text(escaped(&value.to_text(zone)))),
            (M::ParseExact, [form, _]) => {
                return parse_exact(&value.to_text(zone), &form.to_text(zone), zone)
                    .map(Value::Date);
            }
            _ => {}
        }
        if value.is_null() {
            return Err(format!(
                "{name} is called on a value that is missing, which is an error for this user in PowerShell. Ask first \
                 whether there is one: $_.PinExpirationTime -and …"
            ));
        }
        let texts: Vec<String> = args.iter().map(|arg| arg.to_text(zone)).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        match value {
            Value::Text(text) => self.of_text(text, args, &texts),
            Value::Date(time) => self.of_date(*time, args, zone),
            Value::Bool(_) if self == M::ToString && args.is_empty() => {
                Ok(Value::Text(value.to_text(zone)))
            }
            Value::Number(_) if self == M::ToString && args.is_empty() => {
                Ok(Value::Text(value.to_text(zone)))
            }
            Value::List(items) if self == M::Contains => match args {
                [Value::Text(wanted)] => {
                    Ok(Value::Bool(items.iter().any(
                        |item| matches!(item, Value::Text(text) if text == wanted),
                    )))
                }
                _ => Err("Contains on a list takes one text here.".to_owned()),
            },
            _ => Err(format!("{} has no method {name} here.", value.type_words())),
        }
    }

    fn of_text(self, text: &str, args: &[Value], texts: &[&str]) -> Result<Value, String> {
        use Method as M;
        let name: &str = self.into();
        let same = |text: &str| Ok(Value::text(text));
        // These three go by culture; without plain characters only, the answer would need its rules.
        let is_plain = || {
            let plain = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
            plain(text) || texts.iter().all(|text| plain(text) && !text.is_empty())
        };
        match (self, texts) {
            (M::ToString, []) => same(text),
            (M::StartsWith, [part]) if is_plain() => Ok(Value::Bool(text.starts_with(part))),
            (M::EndsWith, [part]) if is_plain() => Ok(Value::Bool(text.ends_with(part))),
            (M::Contains, [part]) => Ok(Value::Bool(text.contains(part))),
            (M::Replace, [from, to]) if !from.is_empty() => same(&text.replace(from, to)),
            (M::IndexOf, [part]) if is_plain() => {
                Ok(Value::Number(text.find(part).map_or(-1.0, |at| {
                    text[..at].encode_utf16().count() as f64
                })))
            }
            (M::Split, [by]) if by.chars().count() == 1 => {
                Ok(Value::List(text.split(by).map(Value::text).collect()))
            }
            (M::ToLower, []) => same(&text.to_lowercase()),
            (M::ToUpper, []) => same(&text.to_uppercase()),
            (M::Trim, []) => same(text.trim()),
            (M::TrimStart, []) => same(text.trim_start()),
            (M::TrimEnd, []) => same(text.trim_end()),
            (M::Trim | M::TrimStart | M::TrimEnd, [of]) => {
                let is = |c: char| of.contains(c);
                same(match self {
                    M::TrimStart => text.trim_start_matches(is),
                    M::TrimEnd => text.trim_end_matches(is),
                    _ => text.trim_matches(is),
                })
            }
            (M::Substring, [_] | [_, _]) => substring(text, args),
            (M::StartsWith | M::EndsWith | M::IndexOf, [_]) => Err(format!(
                "{name} compares by culture, and this text has other characters than plain ones. Use -like."
            )),
            _ => Err(format!(
                "{name} takes other arguments, or a text has no such method here."
            )),
        }
    }

    fn of_date(self, time: DateTime<Utc>, args: &[Value], zone: Zone) -> Result<Value, String> {
        let name: &str = self.into();
        if self == Self::ToString {
            return match args {
                [Value::Text(form)] => formatted(time, form, zone).map(Value::Text),
                _ => Err("How a date is written depends on the culture. Say how: ToString('yyyy-MM-dd').".to_owned()),
            };
        }
        let [amount] = args else {
            return Err(format!("{name} needs a number, such as {name}(-14)."));
        };
        let amount = amount
            .to_number()
            .ok_or_else(|| format!("{name} needs a number, such as {name}(-14)."))?;
        let milliseconds = |unit: f64| {
            let milliseconds = (amount * unit).round();
            (milliseconds.abs() < 1e17)
                .then(|| Duration::milliseconds(milliseconds as i64))
                .and_then(|span| time.checked_add_signed(span))
        };
        let months = |months: f64| {
            let local = zone.local(time).naive_local();
            let count = Months::new((months as i64).unsigned_abs().min(1_000_000) as u32);
            let moved = if months < 0.0 {
                local.checked_sub_months(count)
            } else {
                local.checked_add_months(count)
            };
            moved.and_then(|local| zone.moment(local))
        };
        let moved = match self {
            Self::AddDays => milliseconds(MILLISECONDS_OF_A_DAY),
            Self::AddHours => milliseconds(3_600_000.0),
            Self::AddMinutes => milliseconds(60_000.0),
            Self::AddSeconds => milliseconds(1000.0),
            Self::AddMonths if amount.fract() == 0.0 => months(amount),
            Self::AddYears if amount.fract() == 0.0 => months(amount * 12.0),
            Self::AddMonths | Self::AddYears => {
                return Err(format!("{name} needs a whole number."));
            }
            _ => return Err(format!("A date has no method {name} here.")),
        };
        moved
            .filter(|time| (1..=9999).contains(&time.year()))
            .map(Value::Date)
            .ok_or_else(|| "This is too far away from now.".to_owned())
    }
}

/// The part of a text from a position on, counted in UTF-16 units as .NET does.
fn substring(text: &str, args: &[Value]) -> Result<Value, String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let number = |value: &Value| usize::try_from(value.to_number()? as i64).ok();
    let start = args.first().and_then(number);
    let count = match args.get(1) {
        None => start.map(|start| units.len().saturating_sub(start)),
        Some(count) => number(count),
    };
    let found = start
        .zip(count)
        .and_then(|(start, count)| units.get(start..start.checked_add(count)?));
    found
        .and_then(|units| String::from_utf16(units).ok())
        .map(Value::Text)
        .ok_or_else(|| {
            format!("\"{text}\" is shorter than Substring asks for, which is an error in PowerShell. Ask for its Length first.")
        })
}

/// A text as a regular expression that matches it, as `[regex]::Escape` writes it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' | '*' | '+' | '?' | '|' | '{' | '[' | '(' | ')' | '^' | '$' | '.' | '#' | ' ' => {
                out.extend(['\\', c]);
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{c}' => out.push_str("\\f"),
            c => out.push(c),
        }
    }
    out
}
