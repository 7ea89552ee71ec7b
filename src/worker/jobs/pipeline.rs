//! A pipeline from the command box: explained or run. Changes to PINs become a plan.

use std::path::Path;

use super::plans::CountedPlan;
use crate::exchange::{export_pipeline, readable, run_pipeline};
use crate::pipeline::{Change, Context, Explanation, Pipeline, RunAnswer};
use crate::plan::PlannedRequest;
use crate::plan::words::{plural, thousands};
use crate::worker::job::{Job, JobContext, JobFailed};
use crate::zone::Zone;

/// The largest number of rows that are listed. Export-Csv writes all of them.
const MOST_ROWS: usize = 1000;

/// Runs a pipeline, or only explains it.
pub struct RunPipeline {
    pub pipeline: Box<Pipeline>,
    pub explains: bool,
    /// The zone in which times are read and shown.
    pub zone: Zone,
}

/// The answer to a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PipelineAnswer {
    Explained(Explanation),
    Rows {
        /// Empty if the rows are plain values.
        columns: Vec<String>,
        /// The first rows only.
        rows: Vec<Vec<String>>,
        /// The number of all rows.
        count: usize,
        warnings: Vec<String>,
    },
    Count {
        count: usize,
        warnings: Vec<String>,
    },
    /// The rows were written to a file: a sentence.
    Written(String),
    /// A change, to be previewed and applied like any other.
    Plan {
        plan: Box<CountedPlan>,
        warnings: Vec<String>,
    },
}

impl Job for RunPipeline {
    type Answer = PipelineAnswer;

    fn title(&self) -> &'static str {
        "Running the pipeline"
    }

    fn run(self, context: JobContext<'_>) -> Result<PipelineAnswer, JobFailed> {
        match self.pipeline.export() {
            Some(file) if !self.explains => self.export(&file.path, &context),
            _ => self.answer(&context),
        }
    }
}

impl RunPipeline {
    /// Writes the rows to a file.
    fn export(&self, path: &str, context: &JobContext<'_>) -> Result<PipelineAnswer, JobFailed> {
        let outcome = export_pipeline(
            Path::new(path),
            &self.pipeline,
            self.pipeline_context(context),
            &*context.store,
            context.watch,
        )?;
        let count = if let RunAnswer::Rows { count, .. } = outcome.answer {
            count
        } else {
            0
        };
        Ok(PipelineAnswer::Written(format!(
            "{} {} written to {path}.",
            thousands(count),
            plural(count, "row", "rows")
        )))
    }

    fn answer(&self, context: &JobContext<'_>) -> Result<PipelineAnswer, JobFailed> {
        let mut rows = Vec::new();
        let outcome = run_pipeline(
            &self.pipeline,
            self.pipeline_context(context),
            &*context.store,
            context.watch,
            &mut |row| {
                if rows.len() < MOST_ROWS && !self.explains {
                    let cells = row.cells.iter().map(|value| readable(value, self.zone));
                    rows.push(cells.collect());
                }
                true
            },
        )?;
        let warnings = outcome.explanation.warnings.clone();
        Ok(match outcome.answer {
            _ if self.explains => PipelineAnswer::Explained(outcome.explanation),
            RunAnswer::Rows { columns, count } => PipelineAnswer::Rows {
                columns,
                rows,
                count,
                warnings,
            },
            RunAnswer::Count(count) => PipelineAnswer::Count { count, warnings },
            RunAnswer::Change(change) => plan_change(&change, warnings, context)?,
        })
    }

    fn pipeline_context(&self, context: &JobContext<'_>) -> Context {
        Context {
            now: context.now,
            zone: self.zone,
            brief: self.pipeline.export().is_none(),
        }
    }
}

fn plan_change(
    change: &Change,
    mut warnings: Vec<String>,
    context: &JobContext<'_>,
) -> Result<PipelineAnswer, JobFailed> {
    let JobContext {
        store,
        operator,
        now,
        watch,
    } = context;
    let PlannedRequest { plan, left_out } = store.plan(&change.request, operator, *now, *watch)?;
    warnings.extend(Change::left_out_words(left_out));
    Ok(PipelineAnswer::Plan {
        plan: Box::new(CountedPlan::made(plan, store)?),
        warnings,
    })
}
