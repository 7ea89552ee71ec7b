//! The time zone in which times are shown, and in which a file's times without a zone are read.

use chrono::{
    DateTime, Duration, FixedOffset, Local, LocalResult, NaiveDateTime, Offset as _, TimeZone, Utc,
};

use crate::domain::Time;

/// A time zone: the machine's own, or a fixed offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Zone {
    #[default]
    Local,
    Fixed(FixedOffset),
}

impl Zone {
    pub fn utc() -> Self {
        Self::Fixed(Utc.fix())
    }

    /// The local time of a moment.
    pub fn local(self, time: Time) -> DateTime<FixedOffset> {
        match self {
            Self::Local => time.with_timezone(&Local).fixed_offset(),
            Self::Fixed(offset) => time.with_timezone(&offset),
        }
    }

    /// The moment with this local time. A local time that occurs twice (at the end of summer time)
    /// means the earlier moment; one that never occurs (at its start) means the moment one hour
    /// later.
    pub fn moment(self, wall: NaiveDateTime) -> Option<Time> {
        match self {
            Self::Local => {
                earliest(&Local, wall).or_else(|| earliest(&Local, wall + Duration::hours(1)))
            }
            Self::Fixed(offset) => earliest(&offset, wall),
        }
    }
}

fn earliest<Z: TimeZone>(zone: &Z, wall: NaiveDateTime) -> Option<Time> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => {
            Some(time.with_timezone(&Utc))
        }
        LocalResult::None => None,
    }
}
