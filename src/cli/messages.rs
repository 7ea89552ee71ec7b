//! Messages about a plan on standard error: users who are left out, with the reasons, users who
//! have drifted, and warnings.

use std::collections::HashMap;

use super::CommandEnvironment;
use super::console::Console;
use super::failure::Failure;
use crate::domain::role::Permission;
use crate::domain::user::UserId;
use crate::plan::{Action, ApprovalNeed, Outcome, Plan, PlanItem, PlanRef, SkipReason};
use crate::store::{Applied, Drift, Store};
use crate::time_format;
use crate::zone::Zone;

/// Writes the messages about users for whom the plan does not do what was asked, and its warnings.
/// `force` hides those that do not stop the command.
pub(super) fn messages(
    plan: &Plan,
    applied: Option<&Applied>,
    force: bool,
    zone: Zone,
    console: &mut Console<'_>,
) {
    for item in &plan.items {
        let is_shown = match item.outcome {
            // The operator has declined this user, and needs no message about it.
            Outcome::Skipped(SkipReason::TakenOut) => false,
            // A preview says how many failures would no longer count.
            Outcome::Change { caution: None } => {
                item.action == Action::ResetFailures && applied.is_none()
            }
            // An operator who wants a new PIN and gets none must know.
            Outcome::Skipped(SkipReason::Locked) => true,
            Outcome::NoChange | Outcome::Skipped(_) | Outcome::Duplicate { .. } => !force,
            Outcome::Change { caution: Some(_) } | Outcome::Refused(_) => true,
        };
        if is_shown {
            let user = item.user.as_ref().map(|user| user.identity.as_str());
            console.say(&about(
                item.action.cmdlet(),
                &item.given,
                user,
                &reason(plan, item, zone),
            ));
        }
    }
    let drifted = applied
        .map(|applied| applied.drifted.as_slice())
        .unwrap_or_default();
    let mut first_items: HashMap<UserId, &PlanItem> = HashMap::new();
    for item in plan.items.iter().filter(|_| !drifted.is_empty()) {
        if let Some(user) = &item.user {
            first_items.entry(user.id).or_insert(item);
        }
    }
    for drift in drifted {
        let item = first_items.get(&drift.id).copied();
        let given = item.map_or(drift.identity.as_str(), |item| &item.given);
        let text = drift_reason(drift, plan, zone);
        let cmdlet = item.map_or("PinDesk", |item| item.action.cmdlet());
        console.say(&about(cmdlet, given, Some(&drift.identity), &text));
    }
}

/// `Unlock-CsClientPin : "* Smith" (sip:bsmith@litwareinc.com): Not locked.`
pub(super) fn about(cmdlet: &str, given: &str, user: Option<&str>, text: &str) -> String {
    let quoted = format!("\"{given}\"");
    match user.filter(|user| *user != given) {
        None if text.contains(&quoted) => format!("{cmdlet} : {text}"),
        None => format!("{cmdlet} : {quoted}: {text}"),
        Some(user) => format!("{cmdlet} : {quoted} ({user}): {text}"),
    }
}

/// The reason of an item. A duplicate names the first item by its text, since items have no numbers
/// here.
pub(super) fn reason(plan: &Plan, item: &PlanItem, zone: Zone) -> String {
    match item.outcome {
        Outcome::Duplicate { of } => {
            let first = plan.items.get(of).map_or("", |first| &first.given);
            format!("The same user as \"{first}\" before it.")
        }
        _ => plan.reason(item, zone),
    }
}

/// The planned state, the current state, and the operator who changed it.
pub(super) fn drift_reason(drift: &Drift, plan: &Plan, zone: Zone) -> String {
    let Some(current) = &drift.current else {
        return "No longer in the store; nothing was done.".to_owned();
    };
    let (planned, current) = (
        drift.planned.status(plan.taken_at),
        current.status(plan.taken_at),
    );
    let who = drift.changed_by.as_ref().map(|(operator, at)| {
        format!(
            " Changed by {operator} on {}.",
            time_format::date_at_time(*at, zone)
        )
    });
    format!(
        "Changed since the plan, and left alone. Planned for: {}; now: {}.{}",
        planned.describe(),
        current.describe(),
        who.unwrap_or_default()
    )
}

/// The first cmdlet of this plan, if the operator may run none of its cmdlets for any user.
pub(super) fn permitted_nowhere(plan: &Plan) -> Option<&'static str> {
    let actions = plan
        .action
        .map_or_else(|| Action::listed().collect(), |action| vec![action]);
    let is_nowhere = actions
        .iter()
        .all(|action| *plan.permission(*action) == Permission::Nowhere);
    actions
        .first()
        .filter(|_| is_nowhere)
        .map(|action| action.cmdlet())
}

/// A warning about a plan that the store will not apply without approval.
pub(super) fn needs_approval<'a>(
    plan: impl Into<PlanRef<'a>>,
    store: &Store,
    environment: &CommandEnvironment,
) -> Result<Option<String>, Failure> {
    // The approval of a submitted plan is checked where the plan is opened.
    let plan = plan.into();
    if plan.submitted().is_some() {
        return Ok(None);
    }
    let needs = store.approval_needs(plan, &environment.operator, (environment.clock)())?;
    let words = ApprovalNeed::words(&needs);
    let text = || format!("PinDesk : this needs the approval of somebody else: {words}.");
    Ok((!needs.is_empty()).then(text))
}

/// Says which hooks failed after the last change, and returns the sentences for JSON.
pub(super) fn say_warnings(store: &mut Store, console: &mut Console<'_>) -> Vec<String> {
    let warnings = store.take_warnings();
    for warning in &warnings {
        console.say(&format!("PinDesk : {warning}"));
    }
    warnings
}
