//! `pindesk lock` and `pindesk unlock`: request, plan, and, unless it is only asked what if, applying or submitting that
//! plan.

use std::io::BufRead;
use std::path::PathBuf;

use super::confirm::{self, confirm};
use super::console::Console;
use super::failure::Failure;
use super::planned::Asked;
use super::report::Report;
use super::submit::{ADD_SUBMIT, submit};
use super::{ChangeArgs, Command, Environment, ExitStatus, How, tone};
use crate::domain::role::Permission;
use crate::exchange::save_plan;
use crate::plan::words::{capital, users};
use crate::plan::{Action, ApprovalNeed, Outcome, Plan, PlanItem, SkipReason};
use crate::store::{Applied, Drift, Store};
use crate::zone::Zone;

pub(super) fn run(
    action: Action,
    args: &ChangeArgs,
    command: &Command,
    environment: &Environment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    confirm::check(args.how, &args.whom.identities)?;
    let mut store = command.open_store(environment)?;
    let asked = Asked { action, whom: &args.whom, list: &args.list, why: &args.why };
    let mut planned = asked.plan(&store, environment, stdin, console)?;
    let saved = [args.list.csv.as_ref(), args.save_plan.as_ref(), args.list.save_results.as_ref()];
    if let Some(twice) = same_file_twice(&saved) {
        let text = format!("{}: a list, a plan and results need a file each. Nothing was done.", twice.display());
        return Err(Failure::Input(text));
    }
    // Before the plan is saved: what was saved is what was agreed to.
    confirm(&mut planned.plan, args.how, environment, stdin, console)?;
    let plan = &planned.plan;
    if let Some(to) = &args.save_plan {
        save_plan(plan, store.id(), to).map_err(|error| Failure::file(to, error))?;
        console.say(&format!("{}: the plan was saved.", to.display()));
    }
    if !args.how.force {
        for text in planned.left_out(&args.whom) {
            console.say(&format!("{} : {text}", action.cmdlet()));
        }
    }
    let applied = if args.submit {
        submit(plan, args.how.force, &mut store, environment, console)?;
        None
    } else {
        let applied = carry_out(plan, args.how, &mut store, environment, console);
        applied.map_err(|failure| failure.with_way_to_approval(ADD_SUBMIT))?
    };
    let is_saved = match (&planned.list, &args.list.save_results) {
        (Some(list), Some(to)) => list.save_results(plan, applied.as_ref(), to, environment, console),
        _ => true,
    };
    let status = status(plan, applied.as_ref());
    Ok(if is_saved { status } else { ExitStatus::IN_PART })
}

/// A file that is named twice, also by another name.
pub(super) fn same_file_twice<'a>(files: &[Option<&'a PathBuf>]) -> Option<&'a PathBuf> {
    let place = |file: &PathBuf| std::fs::canonicalize(file).unwrap_or_else(|_not_there_yet| file.clone());
    let named: Vec<&PathBuf> = files.iter().copied().flatten().collect();
    named
        .iter()
        .enumerate()
        .find(|(at, file)| named[..*at].iter().any(|other| place(other) == place(file)))
        .map(|(_, file)| *file)
}

/// Applies a plan, unless it is only asked what if, and says what came of it.
pub(super) fn carry_out(
    plan: &Plan,
    how: How,
    store: &mut Store,
    environment: &Environment,
    console: &mut Console<'_>,
) -> Result<Option<Applied>, Failure> {
    let applied = if how.what_if {
        if let Some(cmdlet) = permitted_nowhere(plan) {
            return Err(Failure::not_permitted(&environment.operator, cmdlet));
        }
        if let Some(text) = needs_approval(plan) {
            console.say(&text);
        }
        None
    } else {
        let watch = console.watch("Applying", environment);
        Some(store.apply(plan, &environment.operator, (environment.clock)(), &watch)?)
    };
    messages(plan, applied.as_ref(), how.force, environment.zone, console);
    if console.is_text() {
        results(plan, applied.as_ref(), console);
    } else {
        Report::new(plan, applied.as_ref(), environment.zone).write(console);
    }
    Ok(applied)
}

/// A cmdlet of this plan, where the operator may run none of them anywhere.
pub(super) fn permitted_nowhere(plan: &Plan) -> Option<&'static str> {
    let actions = plan.action.map_or_else(|| vec![Action::Lock, Action::Unlock], |action| vec![action]);
    let is_nowhere = actions.iter().all(|action| *plan.permission(*action) == Permission::Nowhere);
    actions.first().filter(|_| is_nowhere).map(|action| action.cmdlet())
}

/// What to say beforehand about a plan that the store will not apply as it is.
pub(super) fn needs_approval(plan: &Plan) -> Option<String> {
    // Whether a submitted plan was approved is known where it was opened.
    if plan.submitted.is_some() {
        return None;
    }
    let needs =
        plan.approval_needs(plan.permissions.approval, &plan.operator, plan.taken_at, &|user| user.is_protected);
    let words = ApprovalNeed::words(&needs);
    (!needs.is_empty()).then(|| format!("PinDesk : this needs the approval of somebody else: {words}."))
}

/// Whether all was done as asked.
pub(super) fn status(plan: &Plan, applied: Option<&Applied>) -> ExitStatus {
    let is_drift = |item: &&PlanItem| matches!(item.outcome, Outcome::Skipped(SkipReason::ChangedSince { .. }));
    let drifted = applied.map_or(0, |applied| applied.drifted.len()) + plan.items.iter().filter(is_drift).count();
    if plan.counts().refused + drifted > 0 { ExitStatus::IN_PART } else { ExitStatus::DONE }
}

/// What happened, or would: the what-if sentences, or one sentence that counts.
fn results(plan: &Plan, applied: Option<&Applied>, console: &mut Console<'_>) {
    let Some(applied) = applied else {
        for item in &plan.items {
            if let Some(sentence) = plan.what_if(item) {
                console.line(&sentence);
            }
        }
        return;
    };
    let counts = plan.counts();
    let is_coloured = console.screen().is_coloured;
    let part = |count: usize, word: &str| {
        let style = if is_coloured && count > 0 { tone::of(word) } else { tone::NONE };
        format!("{style}{count} {word}{style:#}")
    };
    console.painted(&format!(
        "{} {}. {}, {}, {}, {}.",
        capital(plan.done()),
        users(applied.changed.len()),
        part(counts.already_so, "already so"),
        part(counts.skipped, "skipped"),
        part(counts.refused, "refused"),
        part(applied.drifted.len(), "drifted")
    ));
}

/// Says what did not go as asked, and what should be seen before it is too late. `force` hides what is not fatal.
pub(super) fn messages(plan: &Plan, applied: Option<&Applied>, force: bool, zone: Zone, console: &mut Console<'_>) {
    for item in &plan.items {
        let is_shown = match item.outcome {
            // Who was asked knows the answer.
            Outcome::Change { caution: None } | Outcome::Skipped(SkipReason::TakenOut) => false,
            Outcome::NoChange | Outcome::Skipped(_) | Outcome::Duplicate { .. } => !force,
            Outcome::Change { caution: Some(_) } | Outcome::Refused(_) => true,
        };
        if is_shown {
            let user = item.user.as_ref().map(|user| user.identity.as_str());
            console.say(&about(item.action.cmdlet(), &item.given, user, &reason(plan, item)));
        }
    }
    for drift in applied.into_iter().flat_map(|applied| &applied.drifted) {
        let item = plan.items.iter().find(|item| item.user.as_ref().is_some_and(|user| user.id == drift.id));
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

/// The plan's own words, except that items have no numbers on a command line.
pub(super) fn reason(plan: &Plan, item: &PlanItem) -> String {
    match item.outcome {
        Outcome::Duplicate { of } => {
            let first = plan.items.get(of).map_or("", |first| &first.given);
            format!("The same user as \"{first}\" before it.")
        }
        _ => plan.reason(item),
    }
}

/// Planned state, current state, and who changed it.
pub(super) fn drift_reason(drift: &Drift, plan: &Plan, zone: Zone) -> String {
    let Some(current) = &drift.current else { return "No longer in the store; nothing was done.".to_owned() };
    let (planned, current) = (drift.planned.status(plan.taken_at), current.status(plan.taken_at));
    let who = drift
        .changed_by
        .as_ref()
        .map(|(operator, at)| format!(" Changed by {operator} on {}.", zone.local(*at).format("%Y-%m-%d at %H:%M")));
    format!(
        "Changed since the plan, and left alone. Planned for: {}; now: {}.{}",
        planned.describe(),
        current.describe(),
        who.unwrap_or_default()
    )
}
