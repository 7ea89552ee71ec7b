//! `pindesk run`: a PowerShell pipeline over the users of the store. Changes of PINs are planned
//! and applied as by `pindesk lock` and `pindesk unlock`.

use std::io::{BufRead, Read as _};
use std::path::Path;

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use super::apply_plan::{carry_out, status};
use super::confirm::confirm;
use super::console::Console;
use super::failure::Failure;
use super::submit::{ADD_SUBMIT, submit};
use super::{CommandEnvironment, CommandLine, ExitStatus, Format, How, RunArgs, table};
use crate::exchange::{ReadError, export_pipeline, exported, readable, run_pipeline};
use crate::io_words::cause;
use crate::pipeline::{
    Change, Context, ExplainedStage, Explanation, Pipeline, PipelineRow, RunAnswer, Value,
};
use crate::plan::{PlannedRequest, Request};
use crate::progress::Unwatched;
use crate::store::Store;
use crate::time_format::iso_8601_seconds;
use crate::zone::Zone;

/// The argument that reads the pipeline from standard input.
const STANDARD_INPUT: &str = "-";
/// The number of bytes that are read from standard input. It is larger than the limit of a
/// pipeline, so that the parser refuses a longer text.
const MOST_READ: u64 = 1 << 20;

pub(super) fn run(
    args: &RunArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let text = if args.pipeline == STANDARD_INPUT {
        read_all(stdin)?
    } else {
        args.pipeline.clone()
    };
    let pipeline = Pipeline::parse(&text).map_err(|fault| Failure::Input(fault.to_string()))?;
    if args.submit && pipeline.action().is_none() {
        let text = "--submit needs a pipeline that ends with Lock-CsClientPin, Unlock-CsClientPin or Set-CsClientPin.";
        return Err(Failure::Input(text.to_owned()));
    }
    let mut store = command.open_store(environment, console)?;
    let is_written = !args.explain && !args.what_if;
    let export = pipeline.export();
    let brief = console.format() == Format::Text && export.is_none();
    let context = Context {
        now: (environment.clock)(),
        zone: environment.zone,
        brief,
    };
    let mut rows = Vec::new();
    let outcome = match export {
        Some(file) if is_written => export_pipeline(
            args.writing.file(Path::new(&file.path)),
            &pipeline,
            context,
            &store,
            &Unwatched,
        ),
        Some(_) => run_pipeline(&pipeline, context, &store, &Unwatched, &mut |_row| true),
        None => run_pipeline(&pipeline, context, &store, &Unwatched, &mut |row| {
            if !args.explain {
                rows.push(row);
            }
            true
        }),
    }
    .map_err(failure)?;
    if args.explain {
        explain(&outcome.explanation, console);
        return Ok(ExitStatus::DONE);
    }
    warn(&outcome.explanation, console);
    match outcome.answer {
        RunAnswer::Change(asked) => {
            return change(
                &asked,
                args,
                &mut store,
                context,
                environment,
                stdin,
                console,
            );
        }
        RunAnswer::Count(count) => counted(count, console),
        RunAnswer::Rows { columns, count } => match export {
            Some(file) if is_written => {
                console.say(&format!(
                    "{}: {count} {} written.",
                    file.path,
                    match (count, file.has_lines) {
                        (1, true) => "line was",
                        (_, true) => "lines were",
                        (1, false) => "row was",
                        (_, false) => "rows were",
                    }
                ));
            }
            Some(file) => {
                let operation = if file.has_lines {
                    "Output to File"
                } else {
                    "Export-Csv"
                };
                console.line(&format!(
                    "What if: Performing the operation \"{operation}\" on target \"{}\".",
                    file.path
                ));
            }
            None => show(&columns, &rows, environment.zone, console),
        },
    }
    Ok(ExitStatus::DONE)
}

fn failure(error: ReadError) -> Failure {
    match error {
        ReadError::Store(error) => error.into(),
        error => Failure::Input(error.to_string()),
    }
}

fn read_all(stdin: &mut dyn BufRead) -> Result<String, Failure> {
    let mut text = String::new();
    stdin
        .take(MOST_READ)
        .read_to_string(&mut text)
        .map_err(|error| {
            Failure::Input(format!(
                "Standard input cannot be read: {}. A pipeline is read as UTF-8.",
                cause(&error)
            ))
        })?;
    // PowerShell may put a byte-order mark first.
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

/// Locks or unlocks users, as `pindesk lock` and `pindesk unlock` do.
fn change(
    asked: &Change,
    args: &RunArgs,
    store: &mut Store,
    context: Context,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let how = How {
        what_if: args.what_if || asked.what_if,
        confirm: asked.confirm,
        force: asked.force,
        no_backup: args.no_backup,
    };
    if args.pipeline == STANDARD_INPUT && how.confirm && !how.what_if {
        let text = "-Confirm takes its answers from standard input, and the pipeline came from there. Nothing was done.";
        return Err(Failure::Input(text.to_owned()));
    }
    if args.submit && (how.what_if || how.confirm) {
        let text = "--submit contradicts -WhatIf and -Confirm. Nothing was done.";
        return Err(Failure::Input(text.to_owned()));
    }
    let operator = &environment.operator;
    let (reason, ticket) = (
        args.why.reason.trim().to_owned(),
        args.why.ticket.trim().to_owned(),
    );
    let request = Request {
        reason,
        ticket,
        ..asked.request.clone()
    };
    let watch = console.watch("Looking users up", environment);
    let PlannedRequest { mut plan, left_out } =
        store.plan(&request, operator, context.now, &watch)?;
    drop(watch);
    let cmdlet = request.action.cmdlet();
    if let Some(text) = Change::left_out_words(left_out) {
        console.say(&format!("{cmdlet} : {text}"));
    } else if plan.items.is_empty() && !how.force {
        console.say(&format!("{cmdlet} : No user was chosen."));
    }
    confirm(&mut plan, how, store, environment, stdin, console)?;
    let applied = if args.submit {
        submit(&plan, how.force, store, environment, console)?;
        None
    } else {
        let applied = carry_out(&plan, how, store, environment, console);
        applied.map_err(|failure| failure.with_way_to_approval(ADD_SUBMIT))?
    };
    Ok(if left_out > 0 {
        ExitStatus::IN_PART
    } else {
        status(&plan, applied.as_ref())
    })
}

fn warn(explanation: &Explanation, console: &mut Console<'_>) {
    for warning in &explanation.warnings {
        console.say(&format!("WARNING: {warning}"));
    }
}

fn counted(count: usize, console: &mut Console<'_>) {
    if console.is_json() {
        console.json(&serde_json::json!({ "Count": count }));
    } else if console.format() == Format::Csv {
        table::write_any(console, &["Count".to_owned()], &[vec![count.to_string()]]);
    } else {
        console.line(&format!("Count: {count}"));
    }
}

fn show(columns: &[String], rows: &[PipelineRow], zone: Zone, console: &mut Console<'_>) {
    if console.is_json() {
        console.json(&rows.iter().map(JsonRow).collect::<Vec<_>>());
    } else if rows.is_empty() && console.format() == Format::Text {
        console.say("Nothing was found.");
    } else {
        let is_csv = console.format() == Format::Csv;
        let cell = |value: &Value| {
            if is_csv {
                exported(value, zone).unwrap_or_default()
            } else {
                readable(value, zone)
            }
        };
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| row.cells.iter().map(cell).collect())
            .collect();
        if columns.is_empty() {
            cells.iter().flatten().for_each(|cell| console.line(cell));
        } else {
            table::write_any(console, columns, &cells);
        }
    }
}

/// The explanation of a pipeline as JSON. Scripts rely on the names.
#[derive(Serialize)]
struct ExplainedJson<'a> {
    stages: Vec<StageJson<'a>>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct StageJson<'a> {
    stage: &'a str,
    does: &'a str,
    #[serde(rename = "in")]
    taken: usize,
    #[serde(rename = "out")]
    passed: usize,
}

impl<'a> StageJson<'a> {
    fn of(
        ExplainedStage {
            text,
            words,
            taken,
            passed,
        }: &'a ExplainedStage,
    ) -> Self {
        Self {
            stage: text,
            does: words,
            taken: *taken,
            passed: *passed,
        }
    }
}

fn explain(explanation: &Explanation, console: &mut Console<'_>) {
    if console.is_json() {
        let stages = explanation.stages.iter().map(StageJson::of).collect();
        console.json(&ExplainedJson {
            stages,
            warnings: &explanation.warnings,
        });
    } else {
        let headers = ["Stage", "Does", "In", "Out"].map(str::to_owned);
        let stages: Vec<Vec<String>> = explanation.stages.iter().map(stage_cells).collect();
        table::write_any(console, &headers, &stages);
        warn(explanation, console);
        console.say("Nothing was changed.");
    }
}

fn stage_cells(stage: &ExplainedStage) -> Vec<String> {
    vec![
        stage.text.clone(),
        stage.words.clone(),
        stage.taken.to_string(),
        stage.passed.to_string(),
    ]
}

/// A row as a JSON object with a field for each column. A single value without a column is written
/// alone.
struct JsonRow<'a>(&'a PipelineRow);

struct JsonValue<'a>(&'a Value);

impl Serialize for JsonRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let PipelineRow { columns, cells, .. } = self.0;
        if let ([], [one]) = (&**columns, cells.as_slice()) {
            return JsonValue(one).serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(cells.len()))?;
        for (name, value) in columns.iter().zip(cells) {
            map.serialize_entry(name, &JsonValue(value))?;
        }
        map.end()
    }
}

impl Serialize for JsonValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null | Value::NoDate => serializer.serialize_none(),
            Value::Bool(is) => serializer.serialize_bool(*is),
            Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
                serializer.serialize_i64(*number as i64)
            }
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Date(time) => serializer.serialize_str(&iso_8601_seconds(*time)),
            Value::Span(_) | Value::Object(_) => {
                serializer.serialize_str(&self.0.to_text(Zone::utc()))
            }
            Value::List(items) => serializer.collect_seq(items.iter().map(JsonValue)),
        }
    }
}
