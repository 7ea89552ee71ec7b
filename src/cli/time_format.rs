//! Times in results: ISO 8601 in UTC for programs, the clock on the wall for people.

use chrono::SecondsFormat;

use crate::domain::Time;
use crate::zone::Zone;

/// `2026-09-13T17:51:27Z`
pub(super) fn iso_8601(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The same for a field of JSON.
pub(super) fn as_iso_8601<S: serde::Serializer>(
    time: &Time,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&iso_8601(*time))
}

/// The same, or null.
#[expect(clippy::ref_option, reason = "serde hands the field over by reference")]
pub(super) fn as_iso_8601_or_null<S: serde::Serializer>(
    time: &Option<Time>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => as_iso_8601(time, serializer),
        None => serializer.serialize_none(),
    }
}

/// `2026-09-13 17:51`
pub(super) fn local(time: Time, zone: Zone) -> String {
    zone.local(time).format("%Y-%m-%d %H:%M").to_string()
}

/// The same, or nothing.
pub(super) fn local_or_empty(time: Option<Time>, zone: Zone) -> String {
    time.map(|time| local(time, zone)).unwrap_or_default()
}
