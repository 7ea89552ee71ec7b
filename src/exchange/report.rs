//! A report of a plan or of its result, as one HTML file that needs no PinDesk.

use std::collections::HashMap;
use std::io::{self, Write};

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::html;
use super::html::escaped;
use super::output_file::OutputFile;
use crate::domain::Time;
use crate::domain::user::UserId;
use crate::plan::words::{capital, thousands, users};
use crate::plan::{Plan, PlanItem, Verdict};
use crate::store::{Applied, Drift};
use crate::time_format::utc;
use crate::zone::Zone;

/// Saves the report of a plan or, after it was applied, of its result.
///
/// # Errors
/// The file cannot be written.
pub fn save_report<'a>(
    plan: &Plan,
    applied: Option<&Applied>,
    to: impl Into<OutputFile<'a>>,
    now: Time,
) -> Result<(), ReadError> {
    write_whole(to, |file| {
        let mut out = io::BufWriter::new(file);
        let written = write_report(&mut out, plan, applied, now).and_then(|()| out.flush());
        written.map_err(cannot_write)
    })
}

/// Writes the report.
///
/// # Errors
/// The writer failed.
pub fn write_report(
    out: &mut dyn Write,
    plan: &Plan,
    applied: Option<&Applied>,
    now: Time,
) -> io::Result<()> {
    let counts = plan.counts();
    let title = match applied {
        Some(applied) => format!("{} {}", users(applied.changed.len()), plan.done()),
        None => format!(
            "Preview: {} {}",
            plan.label().to_lowercase(),
            users(counts.will_change)
        ),
    };
    html::begin(out, &capital(&title), &facts(plan, applied, now))?;
    html::begin_table(out, &["Line", "Verdict", "User", "State", "Why"])?;
    let drifted: HashMap<UserId, &Drift> = applied
        .into_iter()
        .flat_map(|applied| &applied.drifted)
        .map(|drift| (drift.id, drift))
        .collect();
    for item in &plan.items {
        write_item(out, plan, item, applied.is_some(), &drifted)?;
    }
    html::end(out)
}

fn facts(plan: &Plan, applied: Option<&Applied>, now: Time) -> Vec<(&'static str, String)> {
    let counts = plan.counts();
    let source = plan
        .source
        .as_ref()
        .map(|source| format!("{} (SHA-256 {})", source.name, source.sha256));
    let undoes = plan.undoes.map(|batch| format!("batch {}", batch.0));
    let numbers = format!(
        "{} {}, {} {}, {} skipped, {} refused",
        thousands(applied.map_or(counts.will_change, |applied| applied.changed.len())),
        if applied.is_some() {
            "changed"
        } else {
            "will change"
        },
        thousands(counts.no_change),
        Verdict::NoChange.label(),
        thousands(counts.skipped),
        thousands(counts.refused)
    );
    vec![
        ("Planned by", plan.operator.clone()),
        ("Planned at", utc(plan.taken_at)),
        (
            "Applied at",
            applied.map(|applied| utc(applied.at)).unwrap_or_default(),
        ),
        (
            "Batch",
            applied
                .and_then(|applied| applied.batch)
                .map(|batch| batch.0.to_string())
                .unwrap_or_default(),
        ),
        ("Undoes", undoes.unwrap_or_default()),
        ("Reason", plan.reason.clone()),
        ("Ticket", plan.ticket.clone()),
        ("File", source.unwrap_or_default()),
        ("In all", numbers),
        (
            "Drifted",
            applied
                .map(|applied| users(applied.drifted.len()))
                .unwrap_or_default(),
        ),
        ("Report made at", utc(now)),
    ]
}

fn write_item(
    out: &mut dyn Write,
    plan: &Plan,
    item: &PlanItem,
    is_applied: bool,
    drifted: &HashMap<UserId, &Drift>,
) -> io::Result<()> {
    let verdict = item.outcome.verdict();
    let is_change = verdict == Verdict::WillChange;
    let drift = item
        .user
        .as_ref()
        .filter(|_| is_change)
        .and_then(|user| drifted.get(&user.id));
    let word = match (drift, is_applied && is_change) {
        (Some(_), _) => "drifted",
        (None, true) => "changed",
        (None, false) => verdict.label(),
    };
    let (name, identity) = item
        .user
        .as_ref()
        .map_or((item.given.as_str(), ""), |user| {
            (user.display_name.as_str(), &user.identity)
        });
    let before = plan.before(item).map(|status| status.describe());
    let states = match (
        before,
        plan.planned_after(item).map(|status| status.describe()),
    ) {
        (Some(before), Some(after)) if is_change && drift.is_none() => {
            let end = plan.lock_end(item).map(utc);
            let until = end.map_or_else(String::new, |end| format!(" until {end}"));
            format!("{before} → {after}{until}")
        }
        (Some(before), _) => before.to_owned(),
        _ => String::new(),
    };
    let line = item
        .position
        .map(|position| position.line.to_string())
        .unwrap_or_default();
    let what_if = plan
        .what_if(item)
        .filter(|_| !is_applied)
        .unwrap_or_default();
    let why = [plan.reason(item, Zone::utc()), what_if]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    writeln!(
        out,
        "<tr><td>{line}</td><td>{word}</td><td>{}<br><span class=\"secondary\">{}</span></td><td>{}</td><td>{}</td></tr>",
        escaped(name),
        escaped(identity),
        escaped(&states),
        escaped(&why)
    )
}
