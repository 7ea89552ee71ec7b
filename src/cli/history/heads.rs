//! `pindesk history heads`: the last entry of each batch in a file outside of the store.

use serde::Serialize;

use super::args::HeadsArgs;
use crate::cli::console::Console;
use crate::cli::failure::Failure;
use crate::cli::table::{OutputRow, write_one};
use crate::cli::{CommandEnvironment, ExitStatus};
use crate::exchange::{ChangedLine, ComparedHeads, append_heads, compare_heads};
use crate::plan::words::{plural, thousands};
use crate::store::Store;

/// The result of comparing a file with the history. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HeadsReport {
    holds: bool,
    lines: u64,
    undone_by_restore: u64,
    first_change: Option<u64>,
    what: Option<String>,
    first_unreadable: Option<u64>,
    not_in_file: u64,
}

impl OutputRow for HeadsReport {
    const FIELDS: &'static [&'static str] = &[
        "holds",
        "lines",
        "undoneByRestore",
        "firstChange",
        "what",
        "firstUnreadable",
        "notInFile",
    ];
}

pub(super) fn heads(
    args: &HeadsArgs,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    if args.compare {
        return compare(args, store, environment, console);
    }
    let path = &args.file;
    let appended = append_heads(store, path).map_err(|error| Failure::file(path, error))?;
    let batches = usize::try_from(appended.batches).unwrap_or(usize::MAX);
    let last = appended.last.map_or(0, |batch| batch.0);
    console.say(&format!(
        "{}: {} {} appended. The file ends with batch {last}.",
        path.display(),
        thousands(batches),
        plural(batches, "batch was", "batches were")
    ));
    Ok(ExitStatus::DONE)
}

fn compare(
    args: &HeadsArgs,
    store: &Store,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let watch = console.watch("Comparing the history", environment);
    let compared = compare_heads(store, &args.file, &watch);
    drop(watch);
    let compared = compared.map_err(|error| Failure::file(&args.file, error))?;
    if console.is_text() {
        for line in sentences(&compared) {
            console.line(&line);
        }
    } else {
        write_one(console, &report(&compared));
    }
    Ok(if compared.first_change.is_some() {
        ExitStatus::STORE_FAILED
    } else if compared.unreadable.is_some() || compared.lines == 0 {
        ExitStatus::IN_PART
    } else {
        ExitStatus::DONE
    })
}

fn sentences(compared: &ComparedHeads) -> Vec<String> {
    let ComparedHeads {
        lines,
        undone,
        first_change,
        unreadable,
        not_in_file,
    } = compared;
    let mut sentences = vec![match first_change {
        Some(change) => change.sentence(),
        None if *lines == 0 => "The file has no line to compare.".to_owned(),
        None if *undone > 0 => format!(
            "The history has {} of the {lines} lines of the file. The other {undone} are of batches that were undone by restoring a backup.",
            lines - undone
        ),
        None => format!("The history has all {lines} lines of the file."),
    }];
    if let Some(line) = unreadable {
        sentences.push(format!("Line {line} cannot be read."));
    }
    if *not_in_file > 0 && first_change.is_none() {
        sentences.push(format!(
            "{not_in_file} newer batches are not in the file yet."
        ));
    }
    sentences
}

fn report(compared: &ComparedHeads) -> HeadsReport {
    let change = compared.first_change.as_ref();
    HeadsReport {
        holds: change.is_none() && compared.unreadable.is_none() && compared.lines > 0,
        lines: compared.lines,
        undone_by_restore: compared.undone,
        first_change: change.map(|change| change.line),
        what: change.map(ChangedLine::sentence),
        first_unreadable: compared.unreadable,
        not_in_file: compared.not_in_file,
    }
}
