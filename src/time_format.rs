//! The forms in which times are written: one place for screens, messages and files.
//!
//! Forms for people take the zone in which they are shown. Forms for machines are in UTC, as
//! ISO 8601 and RFC 3339 (<https://www.rfc-editor.org/rfc/rfc3339>) define them.

use chrono::{Datelike as _, Duration, NaiveDateTime, NaiveTime, SecondsFormat};
use serde::Serializer;

use crate::domain::Time;
use crate::zone::Zone;

/// `2026-12-05`
pub fn date(time: Time, zone: Zone) -> String {
    zone.local(time).format("%Y-%m-%d").to_string()
}

/// `2026-12-05 13:35`
pub fn date_and_time(time: Time, zone: Zone) -> String {
    zone.local(time).format("%Y-%m-%d %H:%M").to_string()
}

/// Like [`date_and_time`]; empty for None.
pub fn date_and_time_or_empty(time: Option<Time>, zone: Zone) -> String {
    time.map(|time| date_and_time(time, zone))
        .unwrap_or_default()
}

/// A time inside a sentence: `2026-12-05 13:35` on a screen, and `2026-12-05 12:35 UTC` for
/// [`Zone::utc`], since a reader takes a time without a zone for a local one.
pub fn in_sentence(time: Time, zone: Zone) -> String {
    with_utc(date_and_time(time, zone), zone)
}

fn with_utc(text: String, zone: Zone) -> String {
    if zone == Zone::utc() {
        text + " UTC"
    } else {
        text
    }
}

/// `2026-12-05 at 13:35` on a screen, and `2026-12-05 at 12:35 UTC` for [`Zone::utc`].
pub fn date_at_time(time: Time, zone: Zone) -> String {
    let text = zone.local(time).format("%Y-%m-%d at %H:%M").to_string();
    with_utc(text, zone)
}

/// `2026-12-05 13:35:03`, as a person types it.
pub fn to_the_second(time: Time, zone: Zone) -> String {
    wall_clock(zone.local(time).naive_local())
}

/// `2026-12-05 13:35:03 +01:00`
pub fn with_offset(time: Time, zone: Zone) -> String {
    zone.local(time).format("%Y-%m-%d %H:%M:%S %:z").to_string()
}

/// `today`, `in 3 days`, `yesterday`, `12 days ago`: by the calendar of the zone.
pub fn relative(time: Time, now: Time, zone: Zone) -> String {
    let days = zone.local(time).num_days_from_ce() - zone.local(now).num_days_from_ce();
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        days if days > 0 => format!("in {days} days"),
        days => format!("{} days ago", -days),
    }
}

/// `just now`, `5 min ago`, `3 h ago`, `12 d ago`
pub fn age(time: Time, now: Time) -> String {
    let minutes = (now - time).num_minutes();
    match minutes {
        ..1 => "just now".to_owned(),
        1..60 => format!("{minutes} min ago"),
        60..1440 => format!("{} h ago", minutes / 60),
        _ => format!("{} d ago", minutes / 1440),
    }
}

/// `9 days`, `3 hours`, `25 minutes`: a span without its smaller parts.
pub fn span(span: Duration) -> String {
    let (days, hours, minutes) = (span.num_days(), span.num_hours(), span.num_minutes());
    match (days, hours, minutes) {
        (2.., ..) => format!("{days} days"),
        (_, 2.., _) => format!("{hours} hours"),
        (.., 2..) => format!("{minutes} minutes"),
        (.., 1) => "1 minute".to_owned(),
        _ => "less than a minute".to_owned(),
    }
}

/// `2026-11-22 12:00:00 UTC`, for files that people read in other zones.
pub fn utc(time: Time) -> String {
    time.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// `2026-09-13T17:51:27Z`, with milliseconds where they are not zero.
pub fn iso_8601(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// `2026-09-13T17:51:27Z`, without milliseconds.
pub fn iso_8601_seconds(time: Time) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Writes a field of JSON as [`iso_8601`].
///
/// # Errors
/// The serializer's own.
pub fn as_iso_8601<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&iso_8601(*time))
}

/// Writes a field of JSON as [`iso_8601`], or null for None.
///
/// # Errors
/// The serializer's own.
pub fn as_iso_8601_or_null<S: Serializer>(
    time: &Option<Time>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => as_iso_8601(time, serializer),
        None => serializer.serialize_none(),
    }
}

/// Writes a field of JSON as [`iso_8601_seconds`], or null for None.
///
/// # Errors
/// The serializer's own.
pub fn as_iso_8601_seconds_or_null<S: Serializer>(
    time: &Option<Time>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.serialize_str(&iso_8601_seconds(*time)),
        None => serializer.serialize_none(),
    }
}

/// `12/05/2026 13:35:03`: a date that PowerShell turns into a text, which is always done in the
/// invariant culture.
pub fn invariant_culture(time: Time, zone: Zone) -> String {
    zone.local(time).format("%m/%d/%Y %H:%M:%S").to_string()
}

/// `2026-12-05 13:35:03`, for a time whose zone is not known, such as a cell of a workbook.
pub fn wall_clock(time: NaiveDateTime) -> String {
    time.format("%Y-%m-%d %H:%M:%S").to_string()
}

/// `13:35:03`
pub fn time_of_day(time: NaiveTime) -> String {
    time.format("%H:%M:%S").to_string()
}
