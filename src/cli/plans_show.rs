//! `pindesk plans show`: a submitted plan, refreshed for the operator.

use serde::Serialize;

use super::columns::NO_COLUMNS;
use super::console::Console;
use super::failure::Failure;
use super::messages::{about, drift_reason, reason};
use super::plan_change::PlanChange;
use super::plan_summary::{PlanSummaryRow, age};
use super::report::{PlanReport, ReportItem};
use super::{CommandEnvironment, ExitStatus, table};
use crate::plan::import::{ImportPlan, ImportRow, ImportVerdict};
use crate::plan::words::{settings, users};
use crate::plan::{BatchAction, Outcome, Plan, PlanId, PlanItem, PlannedUser};
use crate::store::{
    Drift, MayNot, PlanEvent, PlanStatus, Refreshed, RefreshedSettings, Reviewed, Store,
    SubmittedPlan,
};
use crate::time_format::{date_and_time, iso_8601};
use crate::zone::Zone;

/// A submitted plan, opened. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlanDetails<'a> {
    summary: PlanSummaryRow<'a>,
    sha256: &'a str,
    events: Vec<ReviewStep<'a>>,
    drifted: Vec<PlanDrift<'a>>,
    may_not: StepObstacles<'a>,
    /// The users of a plan about PINs.
    items: Vec<ReportItem>,
    /// The changes of any other plan.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<PlanChange>,
    /// The settings that have changed since the plan, from then to now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    drifted_settings: Vec<PlanChange>,
}

/// A step of the review, or the application of the plan.
#[derive(Serialize)]
struct ReviewStep<'a> {
    time: String,
    action: &'a str,
    by: &'a str,
    text: &'a str,
    batch: i64,
}

/// A user who changed since the plan.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlanDrift<'a> {
    identity: &'a str,
    display_name: &'a str,
    planned: &'static str,
    /// Null if the user is no longer in the store.
    current: Option<&'static str>,
    changed_by: Option<&'a str>,
    changed_at: Option<String>,
}

/// For each step, the reason why the operator may not take it. Null if they may.
#[derive(Serialize)]
struct StepObstacles<'a> {
    approve: Option<&'a str>,
    reject: Option<&'a str>,
    withdraw: Option<&'a str>,
    apply: Option<&'a str>,
}

pub(super) fn run(
    id: PlanId,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let opened = store.submitted(id, &environment.operator, (environment.clock)())?;
    if console.is_json() {
        console.json(&PlanDetails::of(&opened, environment));
    } else if !console.is_text() {
        match &opened.reviewed {
            Reviewed::Pins(reviewed) => {
                table::write_each(console, PlanReport::items(&reviewed.plan));
            }
            other => {
                table::write(console, NO_COLUMNS, &changes(other, environment), |_| []);
            }
        }
    } else {
        for line in facts(&opened, environment) {
            console.line(&line);
        }
        let is_closed = opened.summary.status.is_closed();
        // A closed plan cannot change users any more, and applying it was no drift.
        let (left_out, left_to_do) = match &opened.reviewed {
            _ if is_closed => (Vec::new(), Vec::new()),
            Reviewed::Pins(reviewed) => (
                [
                    drifted(reviewed, environment),
                    remarks(reviewed, environment.zone),
                ]
                .concat(),
                would_change(&reviewed.plan),
            ),
            Reviewed::Import(import) => (
                left_out(&import.plan),
                change_lines(&opened.reviewed, environment),
            ),
            Reviewed::Settings(settings) => (
                left_out_settings(settings),
                change_lines(&opened.reviewed, environment),
            ),
        };
        for lines in [
            events(&opened, environment),
            left_out,
            left_to_do,
            steps(&opened),
        ] {
            section(lines, console);
        }
    }
    Ok(ExitStatus::DONE)
}

/// Writes an empty line and then the lines, if there are any.
fn section(lines: Vec<String>, console: &mut Console<'_>) {
    if !lines.is_empty() {
        console.line("");
    }
    for line in lines {
        console.line(&line);
    }
}

fn facts(opened: &SubmittedPlan, environment: &CommandEnvironment) -> Vec<String> {
    let summary = &opened.summary;
    let count = |count: u64| {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        if matches!(opened.reviewed, Reviewed::Settings(_)) {
            settings(count)
        } else {
            users(count)
        }
    };
    let action = match summary.undoes {
        Some(batch) => format!("undo batch {}", batch.0),
        None => summary.action.to_string(),
    };
    let drifted = match summary.drifted {
        0 => String::new(),
        some => format!(", {some} of them changed since"),
    };
    let now = (environment.clock)();
    let facts = [
        ("Plan", summary.id.0.to_string()),
        ("Status", summary.status.word().to_owned()),
        (
            "Author",
            format!("{}, {} ago", summary.author, age(summary.at, now)),
        ),
        (
            "Action",
            format!("{action}: {}{drifted}", count(summary.changes)),
        ),
        ("Reason", summary.reason.clone()),
        ("Ticket", summary.ticket.clone()),
        ("File", summary.source.clone().unwrap_or_default()),
    ];
    let said = facts.into_iter().filter(|(_, fact)| !fact.is_empty());
    said.map(|(name, fact)| format!("{name:8}{fact}")).collect()
}

fn events(opened: &SubmittedPlan, environment: &CommandEnvironment) -> Vec<String> {
    let line = |event: &PlanEvent| {
        let when = date_and_time(event.at, environment.zone);
        let headline = event.headline();
        let more = match event.action {
            // The text of the submission is the reason, which is among the facts.
            BatchAction::SubmitPlan => String::new(),
            _ if event.is_applied() => format!(" as batch {}", event.batch.0),
            _ if event.text.is_empty() => String::new(),
            _ => format!(": {}", event.text),
        };
        format!("{when}  {headline}{more}")
    };
    opened.events.iter().map(line).collect()
}

/// The users who changed since the plan. Empty for a closed plan: applying it changed its users.
fn open_drift(opened: &SubmittedPlan) -> Vec<PlanDrift<'_>> {
    match &opened.reviewed {
        Reviewed::Pins(reviewed) if !opened.summary.status.is_closed() => reviewed
            .drifted
            .iter()
            .map(|drift| PlanDrift::of(drift, &reviewed.plan))
            .collect(),
        _ => Vec::new(),
    }
}

fn drifted(reviewed: &Refreshed, environment: &CommandEnvironment) -> Vec<String> {
    let plan = &reviewed.plan;
    let line = |drift: &Drift| {
        let text = drift_reason(drift, plan, environment.zone);
        about(
            cmdlet(drift, plan),
            &drift.display_name,
            Some(&drift.identity),
            &text,
        )
    };
    reviewed.drifted.iter().map(line).collect()
}

/// The rows of an import that are left out, with the reasons.
fn left_out(plan: &ImportPlan) -> Vec<String> {
    let line = |row: &ImportRow| match &row.verdict {
        ImportVerdict::Conflict(why) if plan.undoes.is_some() => {
            Some(format!("{}: {why}", row.label))
        }
        ImportVerdict::Conflict(why) => Some(format!("Line {}: {}: {why}", row.line, row.label)),
        _ => None,
    };
    plan.rows.iter().filter_map(line).collect()
}

/// The settings that have changed since the plan, and those that an undo leaves out.
fn left_out_settings(settings: &RefreshedSettings) -> Vec<String> {
    let drifted = settings.drifted.iter();
    let drifted = drifted.map(|drift| format!("Changed since the plan: {drift}"));
    drifted.chain(settings.plan.left_out.clone()).collect()
}

/// The changes of a plan that is not about PINs, as what-if sentences.
fn change_lines(reviewed: &Reviewed, environment: &CommandEnvironment) -> Vec<String> {
    let lines = reviewed
        .plan()
        .change_lines((environment.clock)(), environment.zone);
    lines
        .iter()
        .map(|line| format!("What if: {line}"))
        .collect()
}

/// The changes of a plan that is not about PINs, for JSON and CSV.
fn changes(reviewed: &Reviewed, environment: &CommandEnvironment) -> Vec<PlanChange> {
    let lines = reviewed
        .plan()
        .change_lines((environment.clock)(), Zone::utc());
    lines.into_iter().map(PlanChange::of).collect()
}

fn drifted_settings(reviewed: &Reviewed) -> Vec<PlanChange> {
    let Reviewed::Settings(settings) = reviewed else {
        return Vec::new();
    };
    let drifted = settings.drifted.iter();
    let lines = drifted.map(|drift| drift.since.change_line());
    lines.map(PlanChange::of).collect()
}

fn cmdlet(drift: &Drift, plan: &Plan) -> &'static str {
    let item = plan
        .items
        .iter()
        .find(|item| item.user.as_ref().is_some_and(|user| user.id == drift.id));
    item.map_or("PinDesk", |item| item.action.cmdlet())
}

/// Refused users, and warnings about changes.
fn remarks(reviewed: &Refreshed, zone: Zone) -> Vec<String> {
    let Refreshed { plan, drifted } = reviewed;
    let is_drifted = |user: &PlannedUser| drifted.iter().any(|drift| drift.id == user.id);
    let is_shown = |item: &&PlanItem| {
        matches!(
            item.outcome,
            Outcome::Change { caution: Some(_) } | Outcome::Refused(_)
        ) && !item.user.as_deref().is_some_and(is_drifted)
    };
    let line = |item: &PlanItem| {
        let user = item.user.as_ref().map(|user| user.identity.as_str());
        about(
            item.action.cmdlet(),
            &item.given,
            user,
            &reason(plan, item, zone),
        )
    };
    plan.items.iter().filter(is_shown).map(line).collect()
}

/// The changes that a plan about PINs would make.
fn would_change(plan: &Plan) -> Vec<String> {
    plan.items
        .iter()
        .filter_map(|item| plan.what_if(item))
        .collect()
}

/// The next steps that the operator may take, and the reasons why others are not possible.
fn steps(opened: &SubmittedPlan) -> Vec<String> {
    let (id, MayNot { approve, apply, .. }) = (opened.summary.id.0, &opened.may_not);
    if opened.summary.status.is_closed() {
        return Vec::new();
    }
    let step = |word: &str, may_not: &Option<String>| match may_not {
        None => format!("To {word} it: pindesk plans {word} {id}"),
        Some(why) => format!("You cannot {word} it: {why}"),
    };
    let approval = (opened.summary.status == PlanStatus::Waiting).then(|| step("approve", approve));
    approval.into_iter().chain([step("apply", apply)]).collect()
}

impl<'a> PlanDetails<'a> {
    fn of(opened: &'a SubmittedPlan, environment: &CommandEnvironment) -> Self {
        let MayNot {
            approve,
            reject,
            withdraw,
            apply,
        } = &opened.may_not;
        Self {
            summary: PlanSummaryRow::of(&opened.summary),
            sha256: &opened.sha256,
            events: opened.events.iter().map(ReviewStep::of).collect(),
            drifted: open_drift(opened),
            may_not: StepObstacles {
                approve: approve.as_deref(),
                reject: reject.as_deref(),
                withdraw: withdraw.as_deref(),
                apply: apply.as_deref(),
            },
            items: match &opened.reviewed {
                Reviewed::Pins(reviewed) => PlanReport::items(&reviewed.plan).collect(),
                Reviewed::Import(_) | Reviewed::Settings(_) => Vec::new(),
            },
            changes: changes(&opened.reviewed, environment),
            drifted_settings: drifted_settings(&opened.reviewed),
        }
    }
}

impl<'a> ReviewStep<'a> {
    fn of(event: &'a PlanEvent) -> Self {
        let PlanEvent {
            batch,
            action,
            by,
            at,
            text,
        } = event;
        Self {
            time: iso_8601(*at),
            action: action.word(),
            by,
            text,
            batch: batch.0,
        }
    }
}

impl<'a> PlanDrift<'a> {
    fn of(drift: &'a Drift, plan: &Plan) -> Self {
        let (changed_by, changed_at) = drift
            .changed_by
            .as_ref()
            .map(|(by, at)| (by.as_str(), iso_8601(*at)))
            .unzip();
        Self {
            identity: &drift.identity,
            display_name: &drift.display_name,
            planned: drift.planned.status(plan.taken_at).describe(),
            current: drift
                .current
                .as_ref()
                .map(|state| state.status(plan.taken_at).describe()),
            changed_by,
            changed_at,
        }
    }
}
