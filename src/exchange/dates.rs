//! Dates as PowerShell writes them: the culture's short date and long time, without a time zone.

use chrono::{NaiveDate, NaiveTime};

use super::date_parser::{Unreadable, understand};
use super::error::ReadError;
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
    /// Year first, or with a name for the month: nothing is open but the zone.
    YearFirst { date: NaiveDate, time: NaiveTime },
    /// `9/25/2012 1:35:03 PM`: the order of the first two numbers depends on the culture.
    Open {
        first: u32,
        second: u32,
        year: i32,
        time: NaiveTime,
    },
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
    /// Takes a text apart. None where it is no date of the Gregorian calendar.
    pub fn read(text: &str) -> Option<Self> {
        understand(text).ok()
    }

    /// The moment it means. None where the order makes it a date that does not exist.
    pub fn moment(self, order: DateOrder, zone: Zone) -> Option<Time> {
        match self {
            Self::Moment(time) => Some(time),
            Self::YearFirst { date, time } => zone.moment(date.and_time(time)),
            Self::Open {
                first,
                second,
                year,
                time,
            } => {
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
    pub fn order(
        &self,
        chosen: Option<DateOrder>,
    ) -> Result<(DateOrder, Option<String>), ReadError> {
        let proved = |order: DateOrder, line: u64| {
            Ok((
                order,
                Some(format!("{}, as line {line} shows", order.label())),
            ))
        };
        match (self.month_first, self.day_first, chosen) {
            (Some(month_first), Some(day_first), _) => Err(ReadError::DateOrderMixed {
                month_first,
                day_first,
            }),
            (Some(line), None, _) => proved(DateOrder::MonthDayYear, line),
            (None, Some(line), _) => proved(DateOrder::DayMonthYear, line),
            (None, None, Some(order)) => Ok((
                order,
                self.first_open
                    .as_ref()
                    .map(|_| format!("{}, as chosen", order.label())),
            )),
            (None, None, None) => match &self.first_open {
                Some((line, example)) => Err(ReadError::DateOrderOpen {
                    example: example.clone(),
                    line: *line,
                }),
                None => Ok((DateOrder::MonthDayYear, None)),
            },
        }
    }
}

/// The moment that somebody means who writes this by hand: `2026-11-22T13:35:00Z`, `2026-11-22 13:35` in this zone, or
/// `2026-11-22` for its first moment. None where it is no date, or where the order of day and month is open.
pub fn moment_of(text: &str, zone: Zone) -> Option<Time> {
    named(text)?.moment(DateOrder::DayMonthYear, zone)
}

/// The same for the end of a span, which itself is no longer in it: a date alone means through the end of that day.
pub fn end_of(text: &str, zone: Zone) -> Option<Time> {
    let written = named(text)?;
    match written {
        WrittenDate::YearFirst { date, .. } if is_date_alone(text) => {
            zone.moment(date.succ_opt()?.and_time(NaiveTime::MIN))
        }
        _ => written.moment(DateOrder::DayMonthYear, zone),
    }
}

/// What to say where neither can be read.
pub fn no_moment(text: &str) -> String {
    format!(
        "\"{text}\" is no time. Write it as in 2026-11-22, 2026-11-22 13:35 or 2026-11-22T13:35:00Z."
    )
}

fn named(text: &str) -> Option<WrittenDate> {
    WrittenDate::read(text).filter(|date| !matches!(date, WrittenDate::Open { .. }))
}

/// Year, month and day are three numbers, or two where the month has its name. A time adds two more, at least.
fn is_date_alone(text: &str) -> bool {
    text.split(|sign: char| !sign.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .count()
        <= 3
}

/// Why a text is not read as a date, to stand behind the text and a comma.
pub fn why_unreadable(text: &str) -> String {
    let another = |year: &str, calendar: &str| {
        format!(
            "whose year {year} is of another calendar ({calendar}?); export with the Gregorian one."
        )
    };
    match understand(text) {
        Ok(_) => "which is a date.".to_owned(),
        Err(Unreadable::NoDate) => "which is no date.".to_owned(),
        Err(Unreadable::ShortYear(year)) => another(&year, "Hijri"),
        Err(Unreadable::Year(year)) => match year {
            1320..=1425 => another(&year.to_string(), "Persian"),
            1426..=1500 => another(&year.to_string(), "Hijri"),
            2443..=2742 => another(&year.to_string(), "Buddhist"),
            _ => format!("whose year {year} is not between 1900 and 2199."),
        },
    }
}
