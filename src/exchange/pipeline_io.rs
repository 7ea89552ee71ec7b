//! Runs a pipeline over a store: feeds it with users, roles or rows of a file, and writes its
//! export.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::export::CsvRows;
use super::how_read::ReadOptions;
use super::input::Input;
use super::output_file::OutputFile;
use super::table::Table;
use crate::pipeline::{Context, Pipeline, PipelineRow, PipelineSource, Run, RunOutcome, Value};
use crate::plan::{Match, Resolved, Target};
use crate::progress::Progress;
use crate::store::Store;
use crate::time_format::{date_and_time, iso_8601};
use crate::zone::Zone;

/// Feeds a pipeline with the objects of its source. Nothing is changed.
///
/// # Errors
/// A condition cannot be evaluated, a file or the store cannot be read, or the work was cancelled.
pub fn run_pipeline(
    pipeline: &Pipeline,
    context: Context,
    store: &Store,
    progress: &dyn Progress,
    sink: &mut dyn FnMut(PipelineRow) -> bool,
) -> Result<RunOutcome, ReadError> {
    let mut failed = None;
    let mut lookup = |target: Target| match store
        .look_up(&[target], context.now, progress)
        .map(|mut found| found.pop())
    {
        Ok(Some(Resolved {
            found: Match::User(user),
            ..
        })) => Ok(*user),
        Ok(other) => Err(other
            .and_then(|resolved| resolved.problem())
            .unwrap_or_default()),
        Err(error) => {
            failed = Some(error);
            Err("The store could not be read.".to_owned())
        }
    };
    let mut run = pipeline.start(context, sink).looking_up(&mut lookup);
    match pipeline.source() {
        PipelineSource::Nothing => {}
        PipelineSource::Users => {
            store.for_each_user(|user| run.user(user) && !progress.is_cancelled())?;
        }
        PipelineSource::Roles => {
            for role in store.all_roles()? {
                if !run.role(role) {
                    break;
                }
            }
        }
        PipelineSource::File(path) => {
            feed_file(Path::new(path), &mut run, progress)
                .map_err(|error| error.of(Path::new(path)))?;
        }
    }
    if progress.is_cancelled() {
        return Err(ReadError::Cancelled);
    }
    let outcome = run.finish();
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(outcome?),
    }
}

fn feed_file(path: &Path, run: &mut Run<'_>, progress: &dyn Progress) -> Result<(), ReadError> {
    let input = Input::file(path)?;
    // The first line is always the header, as for Import-Csv.
    let options = ReadOptions {
        has_header: Some(true),
        ..ReadOptions::default()
    };
    let mut table = Table::open(&input, &options, progress)?;
    run.header(table.headers())?;
    while let Some(row) = table.next_row()? {
        if let Some(problem) = row.problem {
            return Err(ReadError::BrokenRow {
                line: row.line,
                what: problem,
            });
        }
        if !run.row(row.fields) {
            break;
        }
    }
    Ok(())
}

/// Writes the rows of a pipeline to a file, which is complete or not there at all.
///
/// # Errors
/// As for [`run_pipeline`], or the file cannot be written.
pub fn export_pipeline<'a>(
    to: impl Into<OutputFile<'a>>,
    pipeline: &Pipeline,
    context: Context,
    store: &Store,
    progress: &dyn Progress,
) -> Result<RunOutcome, ReadError> {
    write_whole(to, |file| {
        let mut out = BufWriter::new(file);
        let (mut csv, mut broken) = (CsvRows::new(&mut out), None);
        let outcome = run_pipeline(pipeline, context, store, progress, &mut |row| {
            let fields = row.cells.iter().map(|value| exported(value, context.zone));
            csv.write(&row.columns, fields)
                .map_err(|error| broken = Some(error))
                .is_ok()
        });
        match broken.or_else(|| out.flush().err()) {
            Some(error) => Err(cannot_write(error)),
            None => outcome,
        }
    })
}

/// A value as a cell of a file. As in other exports, times are ISO 8601 in UTC, so that no culture
/// misreads them.
pub fn exported(value: &Value, zone: Zone) -> Option<String> {
    match value {
        Value::Null | Value::NoDate => None,
        Value::Date(time) => Some(iso_8601(*time)),
        Value::List(items) => Some(joined(items, zone)),
        other => Some(other.to_text(zone)),
    }
}

/// A value as a cell of a table on the screen.
pub fn readable(value: &Value, zone: Zone) -> String {
    match value {
        Value::Date(time) => date_and_time(*time, zone),
        Value::List(items) => joined(items, zone),
        other => other.to_text(zone),
    }
}

fn joined(items: &[Value], zone: Zone) -> String {
    let texts: Vec<String> = items.iter().map(|item| item.to_text(zone)).collect();
    texts.join(", ")
}
