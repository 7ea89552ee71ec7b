//! `pindesk import`: the files that `Get-CsUser` and `Get-CsClientPinInfo` export.

use serde::Serialize;

use super::args::import::kind_word;
use super::console::Console;
use super::failure::Failure;
use super::messages::{needs_approval, say_warnings};
use super::table;
use super::undo::apply_undo_of_import;
use super::{CommandEnvironment, CommandLine, ExitStatus, How, ImportArgs};
use crate::domain::role::{Permission, cmdlet};
use crate::exchange::{HowRead, ImportOptions, ReadOptions, check_header, preview_import};
use crate::plan::PlanId;
use crate::plan::import::{ImportGroup, ImportPlan, ImportVerdict};
use crate::plan::words::{plural, thousands};
use crate::store::{Drift, Imported, Store};
use crate::zone::Zone;

/// The result of an import, or of its preview. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImportReport {
    /// The ID of the plan, if the import was submitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<i64>,
    file: String,
    kind: &'static str,
    what_if: bool,
    new: usize,
    changed: usize,
    unchanged: usize,
    conflicts: usize,
    drifted: usize,
    rows: Vec<LeftOutRow>,
    /// Sentences about hooks that failed after the import.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

/// CSV has only the counts. The rows that were left out are reported as messages in any case.
impl table::OutputRow for ImportReport {
    const FIELDS: &'static [&'static str] = &[
        "file",
        "kind",
        "whatIf",
        "new",
        "changed",
        "unchanged",
        "conflicts",
        "drifted",
    ];
}

/// A row that was left out.
#[derive(Serialize)]
struct LeftOutRow {
    line: u64,
    label: String,
    verdict: &'static str,
    reason: String,
}

pub(super) fn run(
    args: &ImportArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let zone = if args.utc {
        Zone::utc()
    } else {
        environment.zone
    };
    let options = ImportOptions {
        kind: Some(args.kind),
        read: ReadOptions {
            encoding: args.encoding,
            header_line: args.header_line,
            sheet: args.sheet.clone(),
            with_hidden: args.include_hidden,
            ..ReadOptions::default()
        },
        columns: args.columns.clone(),
        domain: args.domain.clone(),
        accepted_names: args.accepted_names.clone(),
        date_order: args.date_order,
        zone,
    };
    // The header is checked before the store is opened, so that a misspelled file name or a file
    // of another kind does not create a new store.
    check_header(&args.file, &options).map_err(|error| Failure::file(&args.file, error))?;
    let mut store = if args.what_if {
        command.open_store(environment, console)?
    } else {
        command.open_or_make_store(environment, console)?
    };
    let now = (environment.clock)();
    let ticker = console.watch("Reading the file", environment);
    let preview = preview_import(&store, &args.file, &options, now, &ticker)
        .map_err(|error| Failure::file(&args.file, error))?;
    drop(ticker);
    let mut plan = ImportPlan {
        reason: args.why.reason.clone(),
        ticket: args.why.ticket.clone(),
        ..preview.plan
    };
    if args.without_protected {
        plan = plan.without(&store.protected_ids()?, LEFT_OUT);
    }
    console.say(&how_read(&args.file, &preview.how_read));
    let file = args.file.display().to_string();
    if args.submit {
        let id = store.submit(&plan, &environment.operator, (environment.clock)())?;
        return Ok(report(
            &ImportReport::new(file, true, &plan, None, Some(id)),
            console,
        ));
    }
    if args.what_if {
        return what_if(&file, &plan, &store, environment, console);
    }
    // The store has this rule, too: a file can change any user. Without permission it refuses the
    // import and records the attempt.
    let is_permitted =
        store.permission(&environment.operator, cmdlet::IMPORT)? == Permission::Everywhere;
    let imported = if plan.changes_anything() || !is_permitted {
        if !args.no_backup && is_permitted {
            let ticker = console.watch("Copying the store", environment);
            ticker.announce();
            store.back_up_before_import((environment.clock)())?;
            drop(ticker);
        }
        let ticker = console.watch("Importing", environment);
        let imported = store.import(&plan, &environment.operator, (environment.clock)(), &ticker);
        Some(imported.map_err(|error| Failure::from(error).with_way_to_approval(WAYS))?)
    } else {
        None
    };
    let warnings = say_warnings(&mut store, console);
    Ok(report(
        &ImportReport {
            warnings,
            ..ImportReport::new(file, false, &plan, imported.as_ref(), None)
        },
        console,
    ))
}

/// The reason of rows that `--without-protected` leaves out.
const LEFT_OUT: &str = "This user is protected, so the row is left out.";
/// Advice for an import that needs approval.
const WAYS: &str = "Submit it for review: add --submit. Rows of protected users alone are left out with --without-protected.";

/// Applies a submitted import as it is now, or with `--what-if` shows what it would do.
pub(super) fn apply_import(
    plan: &ImportPlan,
    how: How,
    store: &mut Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    if plan.undoes.is_some() {
        return apply_undo_of_import(plan, how, store, environment, console);
    }
    if how.what_if {
        return what_if(&plan.source, plan, store, environment, console);
    }
    if !how.no_backup {
        store.back_up_before_import((environment.clock)())?;
    }
    let ticker = console.watch("Importing", environment);
    let imported = store.import(plan, &environment.operator, (environment.clock)(), &ticker)?;
    drop(ticker);
    let file = plan.source.clone();
    let warnings = say_warnings(store, console);
    Ok(report(
        &ImportReport {
            warnings,
            ..ImportReport::new(file, false, plan, Some(&imported), None)
        },
        console,
    ))
}

fn what_if(
    file: &str,
    plan: &ImportPlan,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    if store.permission(&environment.operator, cmdlet::IMPORT)? != Permission::Everywhere {
        return Err(Failure::not_permitted(
            &environment.operator,
            cmdlet::IMPORT,
        ));
    }
    if let Some(text) = needs_approval(plan, store, environment)? {
        console.say(&text);
    }
    Ok(report(
        &ImportReport::new(file.to_owned(), true, plan, None, None),
        console,
    ))
}

/// Writes the report, and a message for each row that was left out.
fn report(report: &ImportReport, console: &mut Console<'_>) -> ExitStatus {
    for row in &report.rows {
        console.say(&format!(
            "{}, line {}: {}: {}",
            report.file, row.line, row.label, row.reason
        ));
    }
    if console.is_text() {
        console.line(&report.sentence());
    } else {
        table::write_one(console, report);
    }
    if report.rows.is_empty() {
        ExitStatus::DONE
    } else {
        ExitStatus::IN_PART
    }
}

impl ImportReport {
    fn new(
        file: String,
        what_if: bool,
        plan: &ImportPlan,
        imported: Option<&Imported>,
        submitted: Option<PlanId>,
    ) -> Self {
        let drifted: &[Drift] = imported.map_or(&[], |imported| &imported.drifted);
        let planned = |group| plan.count(group);
        let done = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        Self {
            plan: submitted.map(|id| id.0),
            file,
            kind: kind_word(plan.kind),
            what_if,
            new: imported.map_or_else(
                || planned(ImportGroup::New),
                |imported| done(imported.added),
            ),
            changed: imported.map_or_else(
                || planned(ImportGroup::Changed),
                |imported| done(imported.changed),
            ),
            unchanged: plan.unchanged,
            conflicts: planned(ImportGroup::Conflict),
            drifted: drifted.len(),
            rows: left_out(plan, drifted),
            warnings: Vec::new(),
        }
    }

    fn sentence(&self) -> String {
        let Self {
            file,
            what_if,
            new,
            changed,
            unchanged,
            conflicts,
            drifted,
            ..
        } = self;
        let start = match (self.plan, *what_if) {
            (Some(id), _) => format!("Submitted as plan {id}:"),
            (None, true) => "What if:".to_owned(),
            (None, false) => "Imported".to_owned(),
        };
        format!(
            "{start} {file}: {} new, {} changed, {} unchanged, {} in conflict, {} drifted.",
            thousands(*new),
            thousands(*changed),
            thousands(*unchanged),
            thousands(*conflicts),
            thousands(*drifted)
        )
    }
}

/// The rows that were left out, in the order of the file.
fn left_out(plan: &ImportPlan, drifted: &[Drift]) -> Vec<LeftOutRow> {
    let drifted_ids: std::collections::HashSet<_> = drifted.iter().map(|drift| drift.id).collect();
    plan.rows
        .iter()
        .filter_map(|planned| {
            let (verdict, reason) = match &planned.verdict {
                ImportVerdict::Conflict(reason) => ("conflict", reason.clone()),
                ImportVerdict::Duplicate { of_line } => {
                    ("duplicate", format!("The same user as on line {of_line}."))
                }
                ImportVerdict::ChangedPin { id, .. } if drifted_ids.contains(id) => (
                    "drifted",
                    "The PIN changed while the file was read, and was left alone.".to_owned(),
                ),
                _ => return None,
            };
            Some(LeftOutRow {
                line: planned.line,
                label: planned.label.clone(),
                verdict,
                reason,
            })
        })
        .collect()
}

/// A description of how the file was read, so that the operator notices a wrong guess.
pub(super) fn how_read(file: &std::path::Path, how: &HowRead) -> String {
    let separated = how
        .delimiter()
        .map(|delimiter| format!(", separated by {}", delimiter.label()))
        .unwrap_or_default();
    let rows = usize::try_from(how.rows).unwrap_or(usize::MAX);
    let dates = how
        .dates
        .as_ref()
        .map(|dates| format!(", dates as {dates}"))
        .unwrap_or_default();
    let rows = format!("{} {}", thousands(rows), plural(rows, "row", "rows"));
    let mut text = format!(
        "{}: {rows}, {}{separated}{dates}.",
        file.display(),
        how.encoding()
    );
    if let Some(passed_over) = how.passed_over() {
        text.push_str(&format!(" {passed_over}"));
    }
    if let Some(guess) = how.guess() {
        text.push_str(&format!(" {guess} Name another one with --encoding."));
    }
    if let Some(unseen) = how.unseen() {
        text.push_str(&format!(" {unseen}"));
    }
    if how.can_take_more() {
        text.push_str(" Hidden rows and columns are taken in with --include-hidden.");
    }
    text
}
