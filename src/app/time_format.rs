//! How times and rows are put into words.

use chrono::Datelike as _;

use crate::directory::{Directory, Form, Place};
use crate::domain::Time;
use crate::domain::pin::{Expiry, PinStatus};
use crate::domain::text::shown;
use crate::zone::Zone;

/// `2026-12-05`
pub fn date(time: Time, zone: Zone) -> String {
    zone.local(time).format("%Y-%m-%d").to_string()
}

/// `2026-12-05 13:35`
pub fn date_and_time(time: Time, zone: Zone) -> String {
    zone.local(time).format("%Y-%m-%d %H:%M").to_string()
}

/// `2026-12-05 13:35:03 +01:00`
pub fn whole(time: Time, zone: Zone) -> String {
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

/// The lock column's words: `By administrator`, `Unlocked`, `No PIN`.
pub fn lock_label(status: &PinStatus) -> &'static str {
    match (status.locked, status.is_set) {
        (Some(cause), _) => cause.label(),
        (None, true) => "Unlocked",
        (None, false) => "No PIN",
    }
}

/// One sentence for a row of the grid, as it is read aloud.
pub fn row_sentence(
    directory: &Directory,
    place: Place,
    row: usize,
    rows: usize,
    now: Time,
    zone: Zone,
) -> String {
    let names = directory.names();
    let name = names.get(place, Form::DisplayName);
    let account = [Form::Account, Form::Sip, Form::Upn]
        .map(|form| names.get(place, form))
        .into_iter()
        .find(|name| !name.is_empty());
    let mut text = format!(
        "{}, {}",
        shown(&name),
        shown(account.as_deref().unwrap_or("no account"))
    );
    if let Some(pin) = directory.pin(place) {
        let status = pin.status(now);
        text.push_str(", ");
        text.push_str(status.describe());
        if status.locked.is_some() {
            if let Some(by) = pin.locked_by() {
                text.push_str(&format!(" {by}"));
            }
            if let Some(since) = pin.locked_since() {
                text.push_str(&format!(" since {}", date(since, zone)));
            }
        }
        match status.expiry {
            Expiry::NoPin => {}
            Expiry::Never => text.push_str(", never expires"),
            Expiry::At(at) => text.push_str(&format!(
                ", expires {} {}",
                date(at, zone),
                relative(at, now, zone)
            )),
            Expiry::Expired(at) => text.push_str(&format!(
                ", expired {} {}",
                date(at, zone),
                relative(at, now, zone)
            )),
        }
    }
    text.push_str(&format!(", row {} of {rows}.", row + 1));
    text
}
