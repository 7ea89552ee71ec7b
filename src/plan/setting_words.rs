//! Changes of settings in words, setting by setting: what it was, and what it becomes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change_line::ChangeLine;
use super::settings::{SettingChange, SettingKind};
use crate::domain::approval::USUAL_HOURS;
use crate::domain::pin_rule::PinRule;
use crate::domain::policy::PinPolicy;

impl SettingChange {
    /// "PIN policy Global: at least 5 digits → at least 4 digits". Of a policy and a role, only the
    /// parts that change are named.
    pub fn change_line(&self) -> ChangeLine {
        let (before, after) = (self.before.as_ref(), self.after.as_ref());
        let (before, after) = match self.kind {
            SettingKind::Policy => parts(policy_words(before), policy_words(after)),
            SettingKind::Role => parts(role_words(before), role_words(after)),
            SettingKind::Grant => (given(before).to_owned(), given(after).to_owned()),
            SettingKind::Value => (
                value_words(&self.target, before),
                value_words(&self.target, after),
            ),
            SettingKind::PolicyGrant => (granted(before), granted(after)),
            SettingKind::Protection => {
                (protection(before).to_owned(), protection(after).to_owned())
            }
        };
        ChangeLine {
            target: self.title(),
            before,
            after,
        }
    }

    /// "Role Finance desk", "Approval above"
    fn title(&self) -> String {
        let target = &self.target;
        match self.kind {
            SettingKind::Role => format!("Role {target}"),
            SettingKind::Grant => format!("Role given: {target}"),
            SettingKind::Policy => format!("PIN policy {target}"),
            SettingKind::PolicyGrant => format!("PIN policy of {target}"),
            SettingKind::Protection => format!("Protection of {target}"),
            SettingKind::Value => match target.as_str() {
                ABOVE => "Approval for plans above".to_owned(),
                HOURS => "Hours over which changes are added up".to_owned(),
                OTHERS_LOCKS => "Approval for undoing locks of others".to_owned(),
                REASON_FOR => "Reason needed for".to_owned(),
                TICKET_FOR => "Ticket needed for".to_owned(),
                TICKET_PATTERN => "Form of tickets".to_owned(),
                HOOK_BEFORE => "Hook before changes".to_owned(),
                HOOK_AFTER => "Hook after changes".to_owned(),
                other => format!("Value {other}"),
            },
        }
    }
}

/// Names of the values that keep the rules of approval.
pub const ABOVE: &str = "approval_above";
pub const HOURS: &str = "approval_hours";
pub const OTHERS_LOCKS: &str = "approval_others_locks";

/// Names of the values that keep the rules for reasons and tickets.
pub const REASON_FOR: &str = "reason_required";
pub const TICKET_FOR: &str = "ticket_required";
pub const TICKET_PATTERN: &str = "ticket_pattern";

/// Names of the values that keep the names of the hooks.
pub const HOOK_BEFORE: &str = "hook_before";
pub const HOOK_AFTER: &str = "hook_after";

/// The name of the list of rules in the JSON of a policy. The list is left out where it is empty.
pub const ALSO_REFUSED: &str = "alsoRefused";
/// The name of the days without use in the JSON of a policy. They are left out where they are 0.
pub const INACTIVITY_DAYS: &str = "inactivityDays";
/// The words for a policy without such rules, where it loses or gets some.
const NO_MORE_RULES: &str = "no further rules";
/// The words for a policy that locks no PIN for want of use, where it has done or will do so.
const NO_INACTIVITY: &str = "not locked without use";

/// The parts that differ, joined. A setting that is not there has none.
fn parts(before: Option<Vec<String>>, after: Option<Vec<String>>) -> (String, String) {
    const NOT_THERE: &str = "not there";
    match (before, after) {
        (Some(before), Some(after)) => {
            let differing: Vec<(String, String)> = before
                .into_iter()
                .zip(after)
                .filter(|(before, after)| before != after)
                .collect();
            let (before, after): (Vec<String>, Vec<String>) = differing.into_iter().unzip();
            (before.join(", "), after.join(", "))
        }
        (before, after) => {
            let all = |words: Option<Vec<String>>| {
                words.map_or_else(
                    || NOT_THERE.to_owned(),
                    |mut words| {
                        words.retain(|word| word != NO_MORE_RULES && word != NO_INACTIVITY);
                        words.join(", ")
                    },
                )
            };
            (all(before), all(after))
        }
    }
}

/// The settings of a policy, each in words and always in one order.
fn policy_words(value: Option<&Value>) -> Option<Vec<String>> {
    let value = value?;
    let mut policy = policy_of(value)?;
    let days = std::mem::take(&mut policy.inactivity_days);
    let also: Vec<&str> = std::mem::take(&mut policy.also_refused)
        .into_iter()
        .map(PinRule::in_short)
        .collect();
    let mut words: Vec<String> = policy.describe().split(", ").map(str::to_owned).collect();
    words.push(if also.is_empty() {
        NO_MORE_RULES.to_owned()
    } else {
        also.join(" and ")
    });
    words.push(if days == 0 {
        NO_INACTIVITY.to_owned()
    } else {
        PinPolicy::inactivity_in_words(days)
    });
    Some(words)
}

/// A policy as the history keeps it.
pub fn policy_of(value: &Value) -> Option<PinPolicy> {
    let number = |name: &str| value.get(name).and_then(Value::as_u64);
    Some(PinPolicy {
        min_length: u8::try_from(number("minLength")?).ok()?,
        history_count: u8::try_from(number("historyCount")?).ok()?,
        lifetime_days: u16::try_from(number("lifetimeDays")?).ok()?,
        allow_common_patterns: value.get("allowCommonPatterns")?.as_bool()?,
        max_attempts: number("maxAttempts").and_then(|attempts| u16::try_from(attempts).ok()),
        also_refused: rules_of(value),
        inactivity_days: match value.get(INACTIVITY_DAYS) {
            Some(days) => u16::try_from(days.as_u64()?).ok()?,
            None => 0,
        },
    })
}

/// The rules of a policy beside the common patterns.
fn rules_of(policy: &Value) -> BTreeSet<PinRule> {
    let rules = texts(policy, ALSO_REFUSED).into_iter();
    rules.filter_map(|rule| rule.parse().ok()).collect()
}

/// The cmdlets of a role, and its units.
fn role_words(value: Option<&Value>) -> Option<Vec<String>> {
    let (cmdlets, units) = (texts(value?, "cmdlets"), texts(value?, "units"));
    let cmdlets = if cmdlets.is_empty() {
        "nothing".to_owned()
    } else {
        cmdlets.join(", ")
    };
    let units = if units.is_empty() {
        "everywhere".to_owned()
    } else {
        format!("in {}", units.join("; "))
    };
    Some(vec![cmdlets, units])
}

/// A list of texts of a setting.
pub fn texts(value: &Value, name: &str) -> Vec<String> {
    let values = value.get(name).and_then(Value::as_array);
    let texts = values.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// A text of a setting. Empty if it has none.
pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

fn given(value: Option<&Value>) -> &'static str {
    if value.is_some() {
        "given"
    } else {
        "not given"
    }
}

fn protection(value: Option<&Value>) -> &'static str {
    if value.is_some() {
        "protected"
    } else {
        "not protected"
    }
}

fn granted(value: Option<&Value>) -> String {
    value.map_or_else(
        || "none of their own".to_owned(),
        |value| text(value, "policy").to_owned(),
    )
}

fn value_words(name: &str, value: Option<&Value>) -> String {
    let value = value.map(|value| text(value, "value"));
    match (name, value) {
        (ABOVE, Some("1")) => "1 user".to_owned(),
        (ABOVE, Some(count)) => format!("{count} users"),
        (HOURS, None) => USUAL_HOURS.to_string(),
        (OTHERS_LOCKS, Some(_)) => "on".to_owned(),
        (ABOVE | OTHERS_LOCKS, None) => "off".to_owned(),
        (_, Some(value)) => value.to_owned(),
        (_, None) => "none".to_owned(),
    }
}
