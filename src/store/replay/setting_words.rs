//! FoundDifferences of settings as sentences.

use serde_json::Value;

use crate::domain::role::is_built_in;
use crate::store::history::difference::Area;
use crate::store::history::entry::HistoryKind;
use crate::store::history::settings::{ChangedSetting, Setting};

/// The area of a setting.
pub(super) fn area((history, other): ChangedSetting<'_>) -> Area {
    match history.or(other).map(|setting| setting.kind) {
        Some(HistoryKind::Role) => Area::Roles,
        Some(HistoryKind::Grant) => Area::Grants,
        Some(HistoryKind::Policy) => Area::Policies,
        Some(HistoryKind::PolicyGrant) => Area::PolicyGrants,
        Some(HistoryKind::Protection) => Area::Protection,
        _ => Area::Rules,
    }
}

/// Whether a step of the schema may have made this difference: it changes built-in roles, and fields
/// that only one side has.
pub(super) fn is_of_upgrade((before, after): ChangedSetting<'_>) -> bool {
    let Some((before, after)) = before.zip(after) else {
        let one = before.or(after);
        return one.is_some_and(is_built_in_role);
    };
    is_built_in_role(before) || differing_field(&before.value, &after.value, false).is_none()
}

fn is_built_in_role(setting: &Setting) -> bool {
    setting.kind == HistoryKind::Role && is_built_in(&setting.target)
}

/// "Role Finance desk: the store says units are …, the history says …." `other` is what is compared
/// with the history: "the store", or a later entry.
pub(super) fn sentence((history, other): ChangedSetting<'_>, name: &str) -> String {
    match (history, other) {
        (Some(history), Some(other)) => {
            let field = differing_field(&history.value, &other.value, true).unwrap_or_default();
            format!(
                "{}: {name} says {field} {}, the history says {}.",
                title(other),
                words(other.value.get(&field)),
                words(history.value.get(&field)),
            )
        }
        (None, Some(other)) => format!("{}: {name} has it, the history does not.", title(other)),
        (Some(history), None) => {
            format!("{}: the history has it, {name} does not.", title(history))
        }
        (None, None) => String::new(),
    }
}

/// "Role Finance desk"
fn title(setting: &Setting) -> String {
    let what = match setting.kind {
        HistoryKind::Role => "Role",
        HistoryKind::Grant => "Role given:",
        HistoryKind::Policy => "PIN policy",
        HistoryKind::PolicyGrant => "PIN policy of",
        HistoryKind::Protection => "Protection of",
        _ => "Value",
    };
    format!("{what} {}", setting.target)
}

/// The first field that differs. `counts_missing`: a field that only one side has differs, too.
fn differing_field(one: &Value, other: &Value, counts_missing: bool) -> Option<String> {
    let (one, other) = (one.as_object()?, other.as_object()?);
    let differs = |name: &&String| match (one.get(*name), other.get(*name)) {
        (Some(one), Some(other)) => one != other,
        _ => counts_missing,
    };
    one.keys().chain(other.keys()).find(differs).cloned()
}

/// A value for people: "none", or a list without brackets.
fn words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) if values.is_empty() => "none".to_owned(),
        Some(Value::Array(values)) => {
            let texts: Vec<String> = values.iter().map(|value| words(Some(value))).collect();
            texts.join(", ")
        }
        Some(other) => other.to_string(),
    }
}
