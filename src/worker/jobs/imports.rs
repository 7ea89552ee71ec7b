//! Importing the directory and PIN states.

use std::path::PathBuf;
use std::sync::Arc;

use crate::exchange::{self, ImportOptions, ImportPreview, Input};
use crate::plan::import::{ImportKind, ImportPlan};
use crate::plan::{ApprovalNeed, PlanId};
use crate::store::Imported;
use crate::worker::job::{Effect, Job, JobContext, JobFailed, ProgressUnit};
use crate::zone::Zone;

/// Reads a file and makes the plan of importing it.
pub struct PreviewImport {
    pub path: PathBuf,
    pub options: ImportOptions,
}

/// The preview of an import, and the reasons why it needs approval, in words. None if it needs none.
#[derive(Debug)]
pub struct PreviewedImport {
    pub preview: ImportPreview,
    pub needs: Option<String>,
}

/// Imports exactly the plan that a preview showed.
pub struct ApplyImport(pub Arc<ImportPlan>);

/// Keeps exactly this import for review.
pub struct SubmitImport(pub Arc<ImportPlan>);

/// Fills an empty store with the sample directory. A store that has users stays as it is.
pub struct FillSample;

impl Job for PreviewImport {
    type Answer = PreviewedImport;
    const UNIT: ProgressUnit = ProgressUnit::Bytes;

    fn title(&self) -> &'static str {
        "Reading the file"
    }

    fn run(self, context: JobContext<'_>) -> Result<PreviewedImport, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            watch,
        } = context;
        let preview = exchange::preview_import(store, &self.path, &self.options, now, watch)?;
        let needs = store.approval_needs(&preview.plan, operator, now)?;
        let words = ApprovalNeed::words(&needs);
        Ok(PreviewedImport {
            preview,
            needs: Some(words).filter(|words| !words.is_empty()),
        })
    }
}

impl Job for ApplyImport {
    type Answer = Imported;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Importing"
    }

    fn run(self, context: JobContext<'_>) -> Result<Imported, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            watch,
        } = context;
        store.back_up_before_import(now)?;
        Ok(store.import(&self.0, operator, now, watch)?)
    }
}

impl Job for SubmitImport {
    type Answer = PlanId;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Submitting the import"
    }

    fn run(self, context: JobContext<'_>) -> Result<PlanId, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        Ok(store.submit(&*self.0, operator, now)?)
    }
}

impl Job for FillSample {
    type Answer = ();
    const EFFECT: Effect = Effect::WritesStore;
    /// It writes into a new store only, which has no earlier entry.
    const ASKS_ABOUT_CLOCK: bool = false;

    fn title(&self) -> &'static str {
        "Filling the sample directory"
    }

    fn run(self, context: JobContext<'_>) -> Result<(), JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            watch,
        } = context;
        if !store.is_empty()? {
            return Ok(());
        }
        for (kind, name, bytes) in [
            (
                ImportKind::Users,
                "sample/users.csv",
                exchange::sample::USERS,
            ),
            (ImportKind::Pins, "sample/pins.csv", exchange::sample::PINS),
        ] {
            // The times of the sample are read as UTC, so that they are equal on every machine.
            let options = ImportOptions {
                kind: Some(kind),
                zone: Zone::utc(),
                ..ImportOptions::default()
            };
            let input = Input::bytes(name, bytes);
            let preview = exchange::preview_input(store, &input, &options, now, watch)?;
            store.import(&preview.plan, operator, now, watch)?;
        }
        Ok(())
    }
}
