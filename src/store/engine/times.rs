//! Times as the store keeps them: milliseconds since 1970-01-01 UTC.

use chrono::{DateTime, Utc};

use crate::domain::Time;

/// A time in milliseconds since 1970-01-01 UTC.
pub(in crate::store) fn millis(time: Time) -> i64 {
    time.timestamp_millis()
}

/// The time at this number of milliseconds since 1970-01-01 UTC. None also for a value outside of
/// the calendar's range.
pub(in crate::store) fn time(millis: Option<i64>) -> Option<Time> {
    millis.and_then(DateTime::<Utc>::from_timestamp_millis)
}
