//! A pipeline that somebody types: explained, or run. What it would do to PINs becomes a plan, and nothing else.

use std::path::Path;

use super::job::{JobDone, JobFailed};
use super::{Setup, Watch};
use crate::exchange::{export_pipeline, readable, run_pipeline};
use crate::pipeline::{Answer, Change, Context, Explanation, Pipeline};
use crate::plan::words::{plural, thousands};
use crate::plan::{Plan, Tally, make_plan};
use crate::store::Store;
use crate::zone::Zone;

/// So many rows are listed; Export-Csv writes all of them.
pub const MOST_ROWS: usize = 1000;

/// What a pipeline came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piped {
    Explained(Explanation),
    Rows {
        /// Empty where the rows are plain values.
        columns: Vec<String>,
        /// The first of them.
        rows: Vec<Vec<String>>,
        count: usize,
        warnings: Vec<String>,
    },
    Count(usize, Vec<String>),
    /// Where the rows were written, in words.
    Written(String),
    /// To be looked at and applied like any other.
    Plan(Box<Plan>, Tally, Vec<String>),
}

pub(super) fn run(
    store: &Store,
    pipeline: &Pipeline,
    explains: bool,
    setup: &Setup,
    zone: Zone,
    watch: &Watch,
) -> Result<JobDone, JobFailed> {
    let context = Context {
        now: (setup.clock)(),
        zone,
        brief: pipeline.export().is_none(),
    };
    if let Some(path) = pipeline.export().filter(|_| !explains) {
        let outcome = export_pipeline(Path::new(path), pipeline, context, store, watch)?;
        let count = if let Answer::Rows { count, .. } = outcome.answer {
            count
        } else {
            0
        };
        let words = format!(
            "{} {} written to {path}.",
            thousands(count),
            plural(count, "row", "rows")
        );
        return Ok(JobDone::Piped(Piped::Written(words)));
    }
    let mut rows = Vec::new();
    let outcome = run_pipeline(pipeline, context, store, watch, &mut |row| {
        if rows.len() < MOST_ROWS && !explains {
            rows.push(
                row.cells
                    .iter()
                    .map(|value| readable(value, zone))
                    .collect(),
            );
        }
        true
    })?;
    let warnings = outcome.explanation.warnings.clone();
    Ok(JobDone::Piped(match outcome.answer {
        _ if explains => Piped::Explained(outcome.explanation),
        Answer::Rows { columns, count } => Piped::Rows {
            columns,
            rows,
            count,
            warnings,
        },
        Answer::Count(count) => Piped::Count(count, warnings),
        Answer::Change(change) => plan(store, &change, setup, warnings, watch)?,
    }))
}

fn plan(
    store: &Store,
    change: &Change,
    setup: &Setup,
    mut warnings: Vec<String>,
    watch: &Watch,
) -> Result<Piped, JobFailed> {
    let now = (setup.clock)();
    let mut resolution = store.resolve(&change.request, &setup.operator, now, watch)?;
    let left_out = change.keep_as_seen(&mut resolution.items);
    warnings.extend(Change::left_out_words(left_out));
    let plan = make_plan(&change.request, resolution, &setup.operator.account, now);
    let tally = plan.tally();
    Ok(Piped::Plan(Box::new(plan), tally, warnings))
}
