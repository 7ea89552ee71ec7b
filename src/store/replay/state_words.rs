//! FoundDifferences of PIN states and names as words.

use serde_json::Value;

use crate::domain::Time;
use crate::domain::pin::{LockCause, PinState};
use crate::time_format::utc;

/// Two states in words that differ: ("unlocked", "locked by ann").
pub(super) fn states_in_words(one: &PinState, other: &PinState) -> (String, String) {
    let fields: [fn(&PinState) -> String; 7] = [
        lock,
        |state| format!("last set {}", at(state.last_change)),
        |state| format!("expires {}", at(state.expires)),
        lock_times,
        |state| {
            let failures = &state.failures;
            format!("{} failed logons", failures.global.max(failures.local))
        },
        |state| format!("failures {:?}", state.failures),
        |state| match state.inactivity {
            Some(inactivity) => format!(
                "last used {}, locked after {} days without use",
                utc(inactivity.last_use),
                inactivity.days
            ),
            None => "not locked for want of use".to_owned(),
        },
    ];
    let differing = fields
        .iter()
        .map(|words| (words(one), words(other)))
        .find(|(one, other)| one != other);
    differing.unwrap_or_else(|| (lock(one), lock(other)))
}

fn lock(state: &PinState) -> String {
    let Some(lock) = &state.lock else {
        let words = if state.is_set { "unlocked" } else { "no PIN" };
        return words.to_owned();
    };
    match (lock.cause, &lock.by) {
        (LockCause::Administrator, Some(by)) => format!("locked by {by}"),
        (LockCause::Administrator, None) => "locked by an administrator".to_owned(),
        (LockCause::System, _) => "locked by the system".to_owned(),
        (LockCause::Temporary, _) => "locked temporarily".to_owned(),
        (LockCause::Unknown, _) => "locked, cause unknown".to_owned(),
        (LockCause::Inactivity, _) => "locked, not used".to_owned(),
    }
}

fn lock_times(state: &PinState) -> String {
    state.lock.as_ref().map_or_else(String::new, |lock| {
        format!(
            "locked since {} until {}, reason \"{}\", ticket \"{}\"",
            at(lock.since),
            at(lock.until),
            lock.reason,
            lock.ticket
        )
    })
}

fn at(time: Option<Time>) -> String {
    time.map_or_else(|| "never".to_owned(), utc)
}

/// Two sets of names in words that differ: ("dn CN=…", "dn CN=…").
pub(super) fn names_in_words(one: &Value, other: &Value) -> (String, String) {
    let differing = |value: &Value| {
        let mut fields = value.as_object().into_iter().flatten();
        let field = fields
            .find(|(name, value)| other.get(name) != Some(value) || one.get(name) != Some(value));
        field.map(|(name, _)| name.clone())
    };
    let field = differing(one).or_else(|| differing(other));
    let field = field.unwrap_or_default();
    let words = |names: &Value| match names.get(&field) {
        Some(Value::String(text)) => format!("{field} {text}"),
        _ => format!("no {field}"),
    };
    (words(one), words(other))
}
