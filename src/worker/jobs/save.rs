//! Writing files: results, plans, scripts, reports, exports and evidence.

use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

use crate::directory::{Chosen, Directory};
use crate::exchange::{self, ExportKind, Input, ReadOptions};
use crate::plan::words::{capital, plural, thousands, users};
use crate::plan::{BatchId, Plan};
use crate::store::{Applied, HistoryQuery};
use crate::worker::job::{Effect, Job, JobContext, JobFailed};

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFile {
    /// "Plan for 12 users saved"
    pub outcome: String,
    pub path: PathBuf,
}

/// Writes the rows of a list with the result of each.
pub struct SaveResults {
    pub file: PathBuf,
    pub read: ReadOptions,
    pub plan: Arc<Plan>,
    pub applied: Option<Applied>,
    pub to: PathBuf,
}

/// Writes a plan file.
pub struct SavePlan {
    pub plan: Arc<Plan>,
    pub to: PathBuf,
}

/// Writes a PowerShell script that applies a plan to the live pool.
pub struct SaveScript {
    pub plan: Arc<Plan>,
    pub to: PathBuf,
}

/// Writes a report of a plan, or of its result.
pub struct SaveReport {
    pub plan: Arc<Plan>,
    pub applied: Option<Applied>,
    pub to: PathBuf,
}

/// Writes the names or the PIN states of users.
pub struct ExportUsers {
    pub kind: ExportKind,
    pub users: Chosen,
    pub directory: Directory,
    pub to: PathBuf,
}

/// Writes the history entries of the batches that match a query.
pub struct ExportHistory {
    pub query: HistoryQuery,
    pub to: PathBuf,
}

/// Writes a report of a batch.
pub struct SaveBatchReport {
    pub batch: BatchId,
    pub to: PathBuf,
}

/// Writes the evidence of a batch.
pub struct SaveEvidence {
    pub batch: BatchId,
    pub to: PathBuf,
}

impl Job for SaveResults {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Saving the results"
    }

    fn run(self, context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        let input = Input::file(&self.file)?;
        let encoding = exchange::save_results(
            &input,
            &self.read,
            &self.plan,
            self.applied.as_ref(),
            &self.to,
            context.watch,
        )?;
        let count = rows(self.plan.items.len());
        Ok(SavedFile {
            outcome: format!("Results of {count} saved as {encoding}"),
            path: self.to,
        })
    }
}

impl Job for SavePlan {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Saving the plan"
    }

    fn run(self, context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        exchange::save_plan(&self.plan, context.store.id(), &self.to)?;
        let count = users(self.plan.counts().will_change);
        Ok(SavedFile {
            outcome: format!("Plan for {count} saved"),
            path: self.to,
        })
    }
}

impl Job for SaveScript {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Saving the script"
    }

    fn run(self, context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        let steps = exchange::save_script(&self.plan, &self.to, context.now)?;
        Ok(SavedFile {
            outcome: format!("Script for {} saved", users(steps)),
            path: self.to,
        })
    }
}

impl Job for SaveReport {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Saving the report"
    }

    fn run(self, context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        let applied = self.applied.as_ref();
        exchange::save_report(&self.plan, applied, &self.to, context.now)?;
        Ok(SavedFile {
            outcome: "Report saved".to_owned(),
            path: self.to,
        })
    }
}

impl Job for ExportUsers {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Exporting"
    }

    fn run(self, context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        let JobContext {
            store, now, watch, ..
        } = context;
        let ids = self.users.in_order(&self.directory);
        let one_moment = store.snapshot()?;
        let written = exchange::write_whole(&self.to, |file| {
            let mut file = BufWriter::new(file);
            exchange::export(store, self.kind, &ids, now, &mut file, watch)
        })?;
        drop(one_moment);
        let what = capital(self.kind.label());
        Ok(SavedFile {
            outcome: format!("{what} of {} exported", users(written)),
            path: self.to,
        })
    }
}

impl Job for ExportHistory {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Exporting the history"
    }

    fn run(self, context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        let JobContext { store, watch, .. } = context;
        let written = exchange::save_history(store, &self.query, &self.to, watch)?;
        let count = rows(usize::try_from(written).unwrap_or(usize::MAX));
        Ok(SavedFile {
            outcome: format!("{count} of the history exported"),
            path: self.to,
        })
    }
}

impl Job for SaveBatchReport {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Saving the report"
    }

    fn run(self, context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        let JobContext {
            store, now, watch, ..
        } = context;
        exchange::save_batch_report(store, self.batch, &self.to, now, watch)?;
        Ok(SavedFile {
            outcome: format!("Report of batch {} saved", self.batch.0),
            path: self.to,
        })
    }
}

impl Job for SaveEvidence {
    type Answer = SavedFile;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Gathering the evidence"
    }

    fn run(self, context: JobContext<'_>) -> Result<SavedFile, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            watch,
        } = context;
        exchange::save_evidence(store, self.batch, &self.to, operator, now, watch)?;
        Ok(SavedFile {
            outcome: format!("Evidence of batch {} saved", self.batch.0),
            path: self.to,
        })
    }
}

/// "1 row", "12,408 rows"
fn rows(count: usize) -> String {
    format!("{} {}", thousands(count), plural(count, "row", "rows"))
}
