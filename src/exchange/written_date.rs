//! A date that was split into its parts and not yet understood.

use chrono::{NaiveDate, NaiveTime};

use crate::domain::Time;
use crate::zone::Zone;

/// The order of day and month in a date such as `9/12/2012`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr)]
pub enum DateOrder {
    #[strum(serialize = "month/day/year")]
    MonthDayYear,
    #[strum(serialize = "day/month/year")]
    DayMonthYear,
}

/// A date and time of a file, split into its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrittenDate {
    /// A date with its zone.
    Moment(Time),
    /// A date with the year first or with a name for the month. Only its time zone is unknown.
    YearFirst { date: NaiveDate, time: NaiveTime },
    /// `9/25/2012 1:35:03 PM`: the order of the first two numbers depends on the culture.
    Open {
        first: u32,
        second: u32,
        year: i32,
        time: NaiveTime,
    },
}

impl DateOrder {
    /// The order as text: `month/day/year`.
    pub fn label(self) -> &'static str {
        self.into()
    }
}

impl WrittenDate {
    /// The moment of the date. None if the date does not exist in this order.
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
