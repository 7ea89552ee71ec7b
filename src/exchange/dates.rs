//! Dates as PowerShell writes them: the short date and the long time of a culture, without a zone.

use chrono::NaiveTime;

use super::date_parser::{Unreadable, understand};
use super::error::ReadError;
pub use super::written_date::{DateOrder, WrittenDate};
use crate::domain::Time;
use crate::domain::text::shown;
use crate::zone::Zone;

/// The lines of a column that prove the order of day and month.
#[derive(Clone, Debug, Default)]
pub struct OrderEvidence {
    month_first: Option<u64>,
    day_first: Option<u64>,
    first_open: Option<(u64, String)>,
}

impl OrderEvidence {
    /// Notes one date of the column.
    pub fn add(&mut self, date: WrittenDate, line: u64, text: &str) {
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

    /// The order, and a description of the evidence. `chosen` is the user's choice, which counts
    /// only if the column proves nothing.
    ///
    /// # Errors
    /// The column contradicts itself, or it proves nothing and nothing was chosen.
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

/// The moment that a person types: `2026-11-22T13:35:00Z`, `2026-11-22 13:35` in this zone, or
/// `2026-11-22` for its first moment. None when it is not a date, or its order of day and month is
/// open.
pub fn moment_of(text: &str, zone: Zone) -> Option<Time> {
    named(text)?.moment(DateOrder::DayMonthYear, zone)
}

/// Like [`moment_of`], for the end of a span: a date alone means the first moment of the next day.
pub fn end_of(text: &str, zone: Zone) -> Option<Time> {
    let written = named(text)?;
    match written {
        WrittenDate::YearFirst { date, .. } if is_date_alone(text) => {
            zone.moment(date.succ_opt()?.and_time(NaiveTime::MIN))
        }
        _ => written.moment(DateOrder::DayMonthYear, zone),
    }
}

/// The message when [`moment_of`] or [`end_of`] returns None.
pub fn no_moment(text: &str) -> String {
    format!(
        "\"{}\" is no time. Write it as in 2026-11-22, 2026-11-22 13:35 or 2026-11-22T13:35:00Z.",
        shown(text)
    )
}

fn named(text: &str) -> Option<WrittenDate> {
    WrittenDate::read(text).filter(|date| !matches!(date, WrittenDate::Open { .. }))
}

/// Whether a text has no time. Year, month and day are three numbers, or two when the month has a
/// name; a time adds at least two more.
fn is_date_alone(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .count()
        <= 3
}

/// The reason why a text is not a date, as a clause to follow the text and a comma.
pub fn why_unreadable(text: &str) -> String {
    let another = |year: &str, calendar: &str| {
        format!(
            "whose year {year} is of another calendar ({calendar}?); export with the Gregorian one."
        )
    };
    match understand(text) {
        Ok(_) => "which is a date.".to_owned(),
        Err(Unreadable::NoDate) if is_day_number(text) => {
            "which is no date. If a spreadsheet wrote it as the number of a day, format the column as a date there and save the list again."
                .to_owned()
        }
        Err(Unreadable::NoDate) => "which is no date.".to_owned(),
        Err(Unreadable::AnyOrder) => {
            "whose numbers have two digits each, so which is the year is open; write the year with four digits."
                .to_owned()
        }
        Err(Unreadable::ShortYear(year)) => another(&year, "Hijri"),
        Err(Unreadable::Year(year)) => match year {
            1320..=1425 => another(&year.to_string(), "Persian"),
            1426..=1500 => another(&year.to_string(), "Hijri"),
            2443..=2742 => another(&year.to_string(), "Buddhist"),
            _ => format!("whose year {year} is not between 1900 and 2199."),
        },
    }
}

/// Whether a text may be the number by which a spreadsheet keeps a day of the years 1990 to 2099.
fn is_day_number(text: &str) -> bool {
    let number = text.trim().replace(',', ".").parse::<f64>();
    number.is_ok_and(|number| (32_874.0..73_051.0).contains(&number))
}
