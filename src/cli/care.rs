//! `pindesk backups`, `check`, `restore` and `recover`: looking after the store on a bad day.

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::password::with_password;
use super::{CommandEnvironment, CommandLine, ExitStatus, RecoverArgs, RestoreArgs, table};
use crate::plan::words::{plural, thousands, users};
use crate::progress::Unwatched;
use crate::store::{BackupComparison, BackupFile, Difference, Store};
use crate::time_format::date_and_time;

/// The largest copy that is checked for the list of backups, in bytes. Checking it takes about a
/// tenth of a second.
const MOST_CHECKED: u64 = 4 << 20;

/// A backup that PinDesk made by itself. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BackupRow {
    made_at: String,
    batch: i64,
    bytes: u64,
    state: &'static str,
    file: String,
}

impl table::OutputRow for BackupRow {
    const FIELDS: &'static [&'static str] = &["MadeAt", "Batch", "Bytes", "State", "File"];
}

/// Lists the backups, newest first.
pub(super) fn backups(
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let path = command.file_path(environment)?;
    let is_text = console.is_text();
    let rows: Vec<BackupRow> = BackupFile::list(&path)
        .into_iter()
        .map(|file| BackupRow {
            made_at: if is_text {
                date_and_time(file.made_at, environment.zone)
            } else {
                file.made_at
                    .to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
            },
            batch: file.batch.0,
            bytes: file.size,
            state: state(&file),
            file: file.path.display().to_string(),
        })
        .collect();
    table::write(
        console,
        ["Made at", "Batch", "Bytes", "State", "File"],
        &rows,
        |row: &BackupRow| {
            [
                row.made_at.clone(),
                row.batch.to_string(),
                row.bytes.to_string(),
                row.state.to_owned(),
                row.file.clone(),
            ]
        },
    );
    Ok(ExitStatus::DONE)
}

/// The state of a copy. A large one is not checked for a list.
fn state(file: &BackupFile) -> &'static str {
    if file.size > MOST_CHECKED {
        return "not checked";
    }
    match Store::check(&file.path, None, &Unwatched) {
        Ok(checkup) if checkup.is_sound() => "sound",
        Ok(checkup) if checkup.findings.is_empty() => "not as its history says",
        Ok(_) | Err(_) => "damaged",
    }
}

/// Checks the store and says everything that is wrong.
pub(super) fn check(
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let path = command.store_path(environment)?;
    let watch = console.watch("Checking the store", environment);
    watch.announce();
    let check = || Store::check(&path, Some(environment.waiter()), &watch);
    let checked = with_password(&path, environment, check);
    drop(watch);
    let checkup = checked?;
    for finding in &checkup.findings {
        console.line(finding);
    }
    differences(&checkup.differences, console);
    if checkup.is_sound() {
        console.line(&format!(
            "The store is sound: {}, {} history {}.",
            users(usize::try_from(checkup.users).unwrap_or(usize::MAX)),
            checkup.entries,
            plural(
                usize::try_from(checkup.entries).unwrap_or(usize::MAX),
                "entry",
                "entries"
            )
        ));
        return Ok(ExitStatus::DONE);
    }
    if checkup.findings.is_empty() {
        console.say(
            "pindesk: The store is not damaged, but it is not as its history says: somebody changed it without PinDesk. \
             See pindesk history, and ask those who can write to the file.",
        );
        return Ok(ExitStatus::IN_PART);
    }
    console.say(&format!(
        "pindesk: The store is damaged. Go back to a backup with: pindesk restore BACKUP. Save what can be read with: \
         pindesk recover FILE: {}",
        path.display()
    ));
    Ok(ExitStatus::IN_PART)
}

pub(super) fn restore(
    args: &RestoreArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let path = command.file_path(environment)?;
    let opener = environment.opener();
    let watch = console.watch("Checking the backup", environment);
    watch.announce();
    let compared = Store::compare_with_backup(&path, &args.copy, &opener, &watch);
    drop(watch);
    let comparison = compared?;
    describe(&comparison, environment, console);
    if args.what_if {
        return Ok(ExitStatus::DONE);
    }
    let watch = console.watch("Restoring", environment);
    let restored = Store::restore(&path, &args.copy, &args.reason, &opener, &watch);
    drop(watch);
    let restored = restored?;
    if let Some(witness) = &environment.witness {
        witness.forget(&path);
    }
    console.line(&format!(
        "Restored. Recorded as batch {}.",
        restored.batch.0
    ));
    if let Some(kept) = restored.kept {
        console.line(&format!(
            "The store before that is kept: {}",
            kept.display()
        ));
    }
    Ok(ExitStatus::DONE)
}

/// Lists the differences between a store and its history.
fn differences(differences: &[Difference], console: &mut Console<'_>) {
    for difference in differences {
        console.line(&format!(
            "Not as its history says: {}",
            difference.sentence()
        ));
    }
}

/// The backup beside the store of today.
fn describe(
    comparison: &BackupComparison,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) {
    let time = comparison
        .made_at
        .map(|time| date_and_time(time, environment.zone));
    console.line(&format!(
        "The backup {}. It ends with {} and has {}.",
        if comparison.differences.is_empty() {
            "is sound"
        } else {
            "is not damaged, but not as its history says"
        },
        time.unwrap_or_else(|| "no batch".to_owned()),
        users(usize::try_from(comparison.users).unwrap_or(usize::MAX))
    ));
    differences(&comparison.differences, console);
    if let Some(error) = &comparison.unreadable {
        console.line(&format!("The store of today cannot be read: {error}"));
        return;
    }
    let count = usize::try_from(comparison.undone_count).unwrap_or(usize::MAX);
    console.line(&format!(
        "{} {} since then would be undone{}",
        thousands(count),
        plural(count, "batch", "batches"),
        if count == 0 { "." } else { ":" }
    ));
    for batch in &comparison.undone {
        console.line(&format!(
            "  {}  {}  {}  {}, {} changed",
            batch.id.0,
            date_and_time(batch.at, environment.zone),
            batch.operator,
            batch.action.label(),
            batch.changed
        ));
    }
}

pub(super) fn recover(
    args: &RecoverArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let path = command.file_path(environment)?;
    let watch = console.watch("Reading the store", environment);
    let now = (environment.clock)();
    let recovered = Store::recover(&path, &args.file, &environment.operator, now, &watch);
    drop(watch);
    let recovered = recovered?;
    for table in &recovered.tables {
        let missing = table.missing.as_ref();
        console.line(&format!(
            "{}: {} {}{}",
            table.table,
            table.rows,
            plural(
                usize::try_from(table.rows).unwrap_or(usize::MAX),
                "row",
                "rows"
            ),
            missing.map_or_else(String::new, |missing| format!("; missing: {missing}"))
        ));
    }
    match &recovered.broken_history {
        None => console.line("The history of the new store holds."),
        Some(broken) => console.line(&format!("The history of the new store is broken: {broken}")),
    }
    differences(&recovered.differences, console);
    let is_whole = recovered.broken_history.is_none()
        && recovered.differences.is_empty()
        && recovered.tables.iter().all(|table| table.missing.is_none());
    Ok(if is_whole {
        ExitStatus::DONE
    } else {
        ExitStatus::IN_PART
    })
}
