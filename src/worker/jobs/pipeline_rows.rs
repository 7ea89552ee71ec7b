//! All rows of a pipeline, copied or exported. The window lists the first of them only.

use std::path::PathBuf;

use super::save::SavedFile;
use crate::exchange::csv_injection::{harmless, quoted_if_needed};
use crate::exchange::{export_pipeline, readable, run_pipeline};
use crate::pipeline::{Context, Pipeline, RunAnswer};
use crate::plan::words::{plural, thousands};
use crate::worker::job::{Effect, Job, JobContext, JobFailed};
use crate::zone::Zone;

/// Makes a table of all rows, as it is copied.
pub struct CopyPipelineRows {
    pub pipeline: Box<Pipeline>,
    /// The zone in which times are read and shown.
    pub zone: Zone,
}

/// The copied text, and the number of its rows.
#[derive(Debug)]
pub struct CopiedTable {
    pub text: String,
    pub count: usize,
}

/// Writes all rows as CSV.
pub struct ExportPipelineRows {
    pub pipeline: Box<Pipeline>,
    /// The zone in which times are read.
    pub zone: Zone,
    pub to: PathBuf,
}

impl Job for CopyPipelineRows {
    type Answer = CopiedTable;

    fn title(&self) -> &'static str {
        "Copying the rows"
    }

    fn run(self, context: JobContext<'_>) -> Result<CopiedTable, JobFailed> {
        let of_run = Context {
            now: context.now,
            zone: self.zone,
            brief: true,
        };
        let (mut text, mut count) = (String::new(), 0);
        run_pipeline(
            &self.pipeline,
            of_run,
            &*context.store,
            context.watch,
            &mut |row| {
                if count == 0 {
                    add_line(&mut text, row.columns.iter().map(ToString::to_string));
                }
                let cells = row.cells.iter().map(|value| readable(value, self.zone));
                add_line(&mut text, cells);
                count += 1;
                true
            },
        )?;
        Ok(CopiedTable { text, count })
    }
}

/// Adds cells with tabs in between, which no spreadsheet runs as formulas. Plain values have no
/// header.
fn add_line(text: &mut String, cells: impl Iterator<Item = String>) {
    let start = text.len();
    for cell in cells {
        if text.len() > start {
            text.push('\t');
        }
        text.push_str(&quoted_if_needed(&harmless(&cell), '\t'));
    }
    if text.len() > start {
        text.push('\n');
    }
}

impl Job for ExportPipelineRows {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Exporting the rows"
    }

    fn run(self, context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        let of_run = Context {
            now: context.now,
            zone: self.zone,
            brief: false,
        };
        let store = &*context.store;
        let path = self.to.as_path();
        let outcome = export_pipeline(path, &self.pipeline, of_run, store, context.watch)?;
        let count = match outcome.answer {
            RunAnswer::Rows { count, .. } => count,
            _ => 0,
        };
        let rows = plural(count, "row", "rows");
        Ok(SavedFile {
            outcome: format!("{} {rows} saved", thousands(count)),
            path: self.to,
        })
    }
}
