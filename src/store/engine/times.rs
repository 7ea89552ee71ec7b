//! Times as the store keeps them: milliseconds since 1970-01-01 UTC.

use chrono::{DateTime, Utc};

use crate::domain::Time;

/// A time in milliseconds.
pub(in crate::store) fn millis(time: Time) -> i64 {
    time.timestamp_millis()
}

/// The time of so many milliseconds. None also for a value that no calendar reaches.
pub(in crate::store) fn time(millis: Option<i64>) -> Option<Time> {
    millis.and_then(DateTime::<Utc>::from_timestamp_millis)
}
