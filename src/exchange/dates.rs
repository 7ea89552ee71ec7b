//! Dates as PowerShell writes them: the culture's short date and long time, without a time zone.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::table::ReadError;
use crate::domain::Time;
use crate::zone::Zone;

/// Which number of `9/12/2012` is the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateOrder {
    MonthDayYear,
    DayMonthYear,
}

/// A date and time as it stands in a file, taken apart but not yet understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenDate {
    /// With its zone: nothing is open.
    Moment(Time),
    /// Year first: nothing is open but the zone.
    YearFirst { date: NaiveDate, time: NaiveTime },
    /// `9/25/2012 1:35:03 PM`: the order of the first two numbers depends on the culture.
    Open { first: u32, second: u32, year: i32, time: NaiveTime },
}

/// Gathers from a whole column what proves the order of its dates.
#[derive(Clone, Debug, Default)]
pub struct OrderEvidence {
    month_first: Option<u64>,
    day_first: Option<u64>,
    first_open: Option<(u64, String)>,
}

impl DateOrder {
    pub fn label(self) -> &'static str {
        match self {
            Self::MonthDayYear => "month/day/year",
            Self::DayMonthYear => "day/month/year",
        }
    }
}

impl WrittenDate {
    /// Takes a text apart. None where it is no date.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
            // As exact as the store keeps it: otherwise the same file would be another one at each import.
            return DateTime::<Utc>::from_timestamp_millis(moment.timestamp_millis()).map(Self::Moment);
        }
        let (date, time) = match text.split_once(['T', ' ', '\u{202f}', '\u{a0}']) {
            Some((date, time)) => (date, read_time(time)?),
            None => (text, NaiveTime::MIN),
        };
        let numbers: Vec<&str> = date.split(['/', '-', '.']).filter(|number| !number.is_empty()).collect();
        let [a, b, c] = numbers[..] else { return None };
        if a.len() == 4 {
            let date = NaiveDate::from_ymd_opt(a.parse().ok()?, b.parse().ok()?, c.parse().ok()?)?;
            return Some(Self::YearFirst { date, time });
        }
        let (first, second): (u32, u32) = (a.parse().ok()?, b.parse().ok()?);
        let year: i32 = if c.len() == 4 { c.parse().ok()? } else { return None };
        let fits = |month: u32, day: u32| NaiveDate::from_ymd_opt(year, month, day).is_some();
        (fits(first, second) || fits(second, first)).then_some(Self::Open { first, second, year, time })
    }

    /// The moment it means. None where the order makes it a date that does not exist.
    pub fn moment(self, order: DateOrder, zone: Zone) -> Option<Time> {
        match self {
            Self::Moment(time) => Some(time),
            Self::YearFirst { date, time } => zone.moment(date.and_time(time)),
            Self::Open { first, second, year, time } => {
                let (month, day) = match order {
                    DateOrder::MonthDayYear => (first, second),
                    DateOrder::DayMonthYear => (second, first),
                };
                zone.moment(NaiveDate::from_ymd_opt(year, month, day)?.and_time(time))
            }
        }
    }
}

impl OrderEvidence {
    /// Looks at one date of the column.
    pub fn see(&mut self, date: WrittenDate, line: u64, text: &str) {
        if let WrittenDate::Open { first, second, .. } = date {
            if second > 12 {
                self.month_first.get_or_insert(line);
            } else if first > 12 {
                self.day_first.get_or_insert(line);
            } else if first != second && self.first_open.is_none() {
                self.first_open = Some((line, text.to_owned()));
            }
        }
    }

    /// The order, and a few words on how it is known. `chosen` is somebody's own choice, for a column that does not tell.
    ///
    /// # Errors
    /// The column contradicts itself, or nothing tells and nothing was chosen. What the column proves counts more than
    /// a choice.
    pub fn order(&self, chosen: Option<DateOrder>) -> Result<(DateOrder, Option<String>), ReadError> {
        let proved =
            |order: DateOrder, line: u64| Ok((order, Some(format!("{}, as line {line} shows", order.label()))));
        match (self.month_first, self.day_first, chosen) {
            (Some(month_first), Some(day_first), _) => Err(ReadError::DateOrderMixed { month_first, day_first }),
            (Some(line), None, _) => proved(DateOrder::MonthDayYear, line),
            (None, Some(line), _) => proved(DateOrder::DayMonthYear, line),
            (None, None, Some(order)) => {
                Ok((order, self.first_open.as_ref().map(|_| format!("{}, as chosen", order.label()))))
            }
            (None, None, None) => match &self.first_open {
                Some((line, example)) => Err(ReadError::DateOrderOpen { example: example.clone(), line: *line }),
                None => Ok((DateOrder::MonthDayYear, None)),
            },
        }
    }
}

/// `1:35:03 PM`, `13:35:03`, `13:35`.
fn read_time(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    let upper = text.to_ascii_uppercase();
    let (digits, afternoon) = if let Some(digits) = upper.strip_suffix("AM") {
        (digits.trim_end(), Some(false))
    } else if let Some(digits) = upper.strip_suffix("PM") {
        (digits.trim_end(), Some(true))
    } else {
        (upper.as_str(), None)
    };
    let mut parts = digits.split(':');
    let hour: u32 = parts.next()?.trim().parse().ok()?;
    let minute: u32 = parts.next()?.parse().ok()?;
    let second: u32 = parts.next().map_or(Some(0), |second| {
        let (whole, fraction) = second.split_once('.').unwrap_or((second, "0"));
        // Anything behind the fraction would be a zone, and a zone must not be passed over.
        fraction.bytes().all(|byte| byte.is_ascii_digit()).then(|| whole.parse().ok())?
    })?;
    if parts.next().is_some() {
        return None;
    }
    let hour = match afternoon {
        None => hour,
        Some(_) if hour == 0 || hour > 12 => return None,
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    NaiveTime::from_hms_opt(hour, minute, second)
}
