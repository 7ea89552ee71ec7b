//! Runs a pipeline over a store: feeds it with users, roles or rows of a file, and writes its
//! export.

use std::fs;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use super::atomic_write::{cannot_write, write_whole};
use super::detect::survey;
use super::error::ReadError;
use super::export::CsvRows;
use super::import_csv::feed_file;
use super::input::Input;
use super::lines::{Line, Lines};
use super::output_file::OutputFile;
use crate::pipeline::{
    Context, Explanation, Pipeline, PipelineRow, PipelineSource, Run, RunOutcome, Value,
};
use crate::plan::{Match, Resolved, Target};
use crate::progress::Progress;
use crate::store::Store;
use crate::time_format::{date_and_time, iso_8601};
use crate::zone::Zone;

/// Feeds a pipeline with the objects of its source, after the pipelines in brackets in it. Nothing
/// is changed.
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
    let mut pipeline = pipeline.clone();
    let mut explanation = Explanation::default();
    while let Some(part) = pipeline.next_part() {
        let outcome = run_one(&part, context, store, progress, &mut |_row| true)?;
        pipeline.take_part(outcome.found);
        explanation.add(outcome.explanation);
    }
    let mut outcome = run_one(&pipeline, context, store, progress, sink)?;
    explanation.add(outcome.explanation);
    outcome.explanation = explanation;
    Ok(outcome)
}

fn run_one(
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
        PipelineSource::File(file) => {
            let path = Path::new(&file.path);
            feed_file(file, &mut run, progress).map_err(|error| error.of(path))?;
        }
        PipelineSource::Lines(path) => {
            let path = Path::new(path);
            feed_lines(path, &mut run, progress).map_err(|error| error.of(path))?;
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

fn feed_lines(path: &Path, run: &mut Run<'_>, progress: &dyn Progress) -> Result<(), ReadError> {
    let input = Input::file(path)?;
    let found = survey(&mut *input.open()?, input.size, None, progress)?;
    let mut lines = Lines::new(input.open()?, found.encoding)?;
    let mut line = Line::default();
    while lines.next(&mut line)? {
        if let Some((_, what)) = line.problem {
            return Err(ReadError::BrokenRow {
                line: line.number,
                what: what.to_owned(),
            });
        }
        if !run.line(line.text.clone()) {
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
    let to = to.into();
    let export = pipeline.export().cloned().unwrap_or_default();
    if export.keeps && to.path.exists() {
        return Err(ReadError::Write(format!(
            "{} exists, and -NoClobber leaves it alone",
            to.path.display()
        )));
    }
    let earlier = match fs::read(to.path) {
        Ok(earlier) if export.appends => Some(earlier),
        Err(error) if export.appends && error.kind() != ErrorKind::NotFound => {
            return Err(ReadError::Io(error.to_string()));
        }
        _ => None,
    };
    let delimiter = export.delimiter.unwrap_or(',');
    if export.has_lines {
        return write_whole(to, |file| {
            let mut out = BufWriter::new(file);
            let mut written = add_lines_to(&mut out, earlier.as_deref());
            let outcome = run_pipeline(pipeline, context, store, progress, &mut |row| {
                // PowerShell leaves values out that are $null.
                let texts = row
                    .cells
                    .iter()
                    .filter(|value| !matches!(value, Value::Null | Value::NoDate));
                for text in texts {
                    written = match &written {
                        Ok(()) => write!(out, "{}\r\n", text.to_text(context.zone)),
                        Err(_) => return false,
                    };
                }
                written.is_ok()
            });
            match written.and_then(|()| out.flush()) {
                Err(error) => Err(cannot_write(error)),
                Ok(()) => outcome,
            }
        });
    }
    write_whole(to, |file| {
        let mut out = BufWriter::new(file);
        let (mut csv, mut broken) = (CsvRows::new(&mut out, delimiter, earlier), None);
        let outcome = run_pipeline(pipeline, context, store, progress, &mut |row| {
            let fields = row.cells.iter().map(|value| exported(value, context.zone));
            csv.write(&row.columns, fields)
                .map_err(|error| broken = Some(error))
                .is_ok()
        });
        let ended = csv.end();
        match broken.or_else(|| ended.and_then(|()| out.flush()).err()) {
            Some(error) => Err(cannot_write(error)),
            None => outcome,
        }
    })
}

/// Begins a file of lines with what it had before.
fn add_lines_to(out: &mut impl Write, earlier: Option<&[u8]>) -> io::Result<()> {
    let earlier = earlier.unwrap_or_default();
    if earlier.contains(&0) || std::str::from_utf8(earlier).is_err() {
        return Err(io::Error::other(
            "it is not in UTF-8, so that lines in UTF-8 cannot be added",
        ));
    }
    out.write_all(earlier)
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
