//! Values, and how PowerShell turns one type into another, as
//! [about_Type_Conversion](https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_type_conversion)
//! says.

use std::sync::Arc;

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime};

use crate::domain::Time;
use crate::domain::role::Role;
use crate::domain::user::{UserId, UserRecord, Version};
use crate::time_format::invariant_culture;
use crate::zone::Zone;

/// The value of a property or an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    /// A date that a user does not have. It is `$null`, except in comparisons: see the module
    /// `compare`.
    NoDate,
    Bool(bool),
    Number(f64),
    Text(String),
    Date(Time),
    /// A length of time.
    Span(Duration),
    List(Vec<Value>),
    /// An object with properties.
    Object(Box<Object>),
}

/// A row of results, or of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct PipelineRow {
    pub columns: Arc<[String]>,
    pub cells: Vec<Value>,
    /// The user whose names or PIN state the row shows. None for rows of files and roles, and if
    /// the row has no identity column.
    pub(super) user: Option<(UserId, Version)>,
}

/// An object that a stage hands to the next one.
#[derive(Clone, Debug, PartialEq)]
pub enum Object {
    User(Box<UserRecord>),
    Pin(Box<UserRecord>),
    Role(Box<Role>),
    Row(PipelineRow),
    Value(Value),
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        match object {
            Object::Value(value) => value,
            other => Self::Object(Box::new(other)),
        }
    }
}

impl From<Value> for Object {
    fn from(value: Value) -> Self {
        match value {
            Value::Object(object) => *object,
            other => Self::Value(other),
        }
    }
}

/// The forms of dates in texts: that of .NET's invariant culture, and the year first.
const DATES: [&str; 2] = ["%m/%d/%Y", "%Y-%m-%d"];
const TIMES: [&str; 5] = [
    "%H:%M",
    "%H:%M:%S",
    "%H:%M:%S%.f",
    "%I:%M %p",
    "%I:%M:%S %p",
];

impl Value {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// The text, or `$null` for None.
    pub(super) fn text_or_null(text: Option<String>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    pub(super) fn date(time: Option<Time>) -> Self {
        time.map_or(Self::NoDate, Self::Date)
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Null | Self::NoDate)
    }

    /// Whether the value is an object, or a list with one.
    pub(super) fn has_objects(&self) -> bool {
        match self {
            Self::Object(_) => true,
            Self::List(items) => items.iter().any(Self::has_objects),
            _ => false,
        }
    }

    /// The value as a condition. A list of one item is as true as the item, a longer one is true.
    pub(super) fn truth(&self) -> bool {
        match self {
            Self::Null | Self::NoDate => false,
            Self::Bool(is) => *is,
            Self::Number(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Date(_) | Self::Span(_) | Self::Object(_) => true,
            Self::List(items) => match items.as_slice() {
                [] => false,
                [one] => one.truth(),
                _ => true,
            },
        }
    }

    /// The value as a text of the invariant culture, with dates in a zone.
    pub fn to_text(&self, zone: Zone) -> String {
        match self {
            Self::Null | Self::NoDate => String::new(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::Date(time) => invariant_culture(*time, zone),
            Self::Span(span) => span_text(*span),
            Self::Object(object) => object.name(),
            Self::List(items) => items
                .iter()
                .map(|item| item.to_text(zone))
                .collect::<Vec<_>>()
                .join(" "),
        }
    }

    /// A list of texts.
    pub(super) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }

    /// The type in words, at the beginning of a sentence.
    pub(super) fn type_words(&self) -> &'static str {
        match self {
            Self::Null | Self::NoDate => "A missing value",
            Self::Bool(_) => "$True or $False",
            Self::Number(_) => "A number",
            Self::Text(_) => "A text",
            Self::Date(_) => "A date",
            Self::Span(_) => "A length of time",
            Self::List(_) => "A list",
            Self::Object(_) => "An object",
        }
    }

    /// The items of a list, or the value alone. `$null` has none.
    pub(super) fn into_items(self) -> Vec<Self> {
        match self {
            Self::List(items) => items,
            Self::Null | Self::NoDate => Vec::new(),
            one => vec![one],
        }
    }

    /// The value as a number. None if it cannot be converted.
    pub(super) fn to_number(&self) -> Option<f64> {
        match self {
            Self::Null | Self::NoDate => Some(0.0),
            Self::Bool(is) => Some(f64::from(u8::from(*is))),
            Self::Number(number) => Some(*number),
            Self::Text(text) if text.trim().is_empty() => Some(0.0),
            Self::Text(text) => number(text.trim()),
            Self::Date(_) | Self::Span(_) | Self::List(_) | Self::Object(_) => None,
        }
    }

    /// The value as a date. None if it cannot be converted.
    pub(super) fn to_date(&self, zone: Zone) -> Option<Time> {
        match self {
            Self::Date(time) => Some(*time),
            Self::Text(text) => date(text.trim(), zone),
            // A number is a count of ticks of 100 ns since the year 1.
            Self::Number(ticks) if (0.0..1e9).contains(ticks) => {
                let first = NaiveDate::from_ymd_opt(1, 1, 1)?;
                Some(first.and_time(NaiveTime::MIN).and_utc())
            }
            _ => None,
        }
    }
}

impl Object {
    /// The text by which a message names the object.
    fn name(&self) -> String {
        match self {
            Self::User(user) | Self::Pin(user) => user.names.identity(),
            Self::Role(role) => role.name.clone(),
            Self::Row(row) => {
                let mut cells = row.cells.iter();
                let cell = cells.next();
                cell.map_or_else(String::new, |cell| cell.to_text(Zone::utc()))
            }
            Self::Value(value) => value.to_text(Zone::utc()),
        }
    }
}

/// A length of time as .NET writes it: `30.00:00:00`.
fn span_text(span: Duration) -> String {
    let (days, seconds) = (span.num_days().abs(), span.num_seconds().abs());
    let clock = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60
    );
    let minus = if span < Duration::zero() { "-" } else { "" };
    if days == 0 {
        format!("{minus}{clock}")
    } else {
        format!("{minus}{days}.{clock}")
    }
}

/// A number, without words such as `inf`, which Rust would accept.
fn number(text: &str) -> Option<f64> {
    if let Some(digits) = text.strip_prefix("0x") {
        return i32::from_str_radix(digits, 16).ok().map(f64::from);
    }
    let is_plain = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E'));
    text.parse()
        .ok()
        .filter(|number: &f64| is_plain && number.is_finite())
}

/// `9/25/2012`, `9/25/2012 1:35:03 PM`, `2012-09-25` or `2012-09-25T13:35:03Z`. A date without a
/// zone is read in `zone`.
fn date(text: &str, zone: Zone) -> Option<Time> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let (day, time) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    // A year must have four digits: `26` may be in any century.
    let has_year = day.split(['/', '-']).any(|part| part.len() == 4);
    let day = DATES
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(day, form).ok())
        .filter(|_| has_year)?;
    let time = match time.trim() {
        "" => NaiveTime::MIN,
        time => TIMES
            .iter()
            .find_map(|form| NaiveTime::parse_from_str(time, form).ok())?,
    };
    zone.moment(NaiveDateTime::new(day, time))
}
