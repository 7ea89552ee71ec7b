//! The pieces of work that run off the window's thread.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Setup, Watch};
use crate::directory::{Chosen, Directory};
use crate::domain::user::{UserId, UserRecord};
use crate::exchange::{self, ImportOptions, ImportPreview, ReadError};
use crate::plan::import::{ImportKind, ImportPlan};
use crate::plan::{Plan, Request, Target, make_plan};
use crate::store::{Applied, HistoryEntry, Imported, Store, StoreError};
use crate::zone::Zone;

/// How many history entries the details show.
const DETAILS_HISTORY: usize = 200;

/// A piece of work.
#[derive(Debug)]
pub enum Job {
    /// Works a request out. Chosen users become its targets, in the order in which they are shown.
    Plan(Request, Option<(Chosen, Directory)>),
    /// Applies exactly this plan.
    Apply(Arc<Plan>),
    /// Reads a file and works out what importing it would do.
    PreviewImport(PathBuf, ImportOptions),
    /// Imports exactly this.
    Import(Arc<ImportPlan>),
    /// Everything about one user.
    Details(UserId),
    /// Fills an empty store with the sample directory.
    ImportSample,
}

/// Which thread does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    Read,
    Write,
}

/// What came of it.
#[derive(Debug)]
pub enum JobDone {
    Planned(Plan),
    Applied(Applied),
    ImportPreviewed(ImportPreview),
    Imported(Imported),
    Details(Option<Box<UserRecord>>, Vec<HistoryEntry>),
    SampleImported,
}

/// Why nothing came of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobFailed {
    #[error("Cancelled. Nothing was changed.")]
    Cancelled,
    #[error("{0}")]
    Store(StoreError),
    #[error("{0}")]
    Read(ReadError),
}

impl Job {
    pub fn lane(&self) -> Lane {
        match self {
            Self::Plan(..) | Self::PreviewImport(..) | Self::Details(_) => Lane::Read,
            Self::Apply(_) | Self::Import(_) | Self::ImportSample => Lane::Write,
        }
    }
}

impl From<StoreError> for JobFailed {
    fn from(error: StoreError) -> Self {
        if error == StoreError::Cancelled { Self::Cancelled } else { Self::Store(error) }
    }
}

impl From<ReadError> for JobFailed {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Cancelled => Self::Cancelled,
            ReadError::Store(error) => error.into(),
            error => Self::Read(error),
        }
    }
}

pub(super) fn work(store: &mut Store, job: Job, setup: &Setup, watch: &Watch) -> Result<JobDone, JobFailed> {
    let now = (setup.clock)();
    let operator = &setup.operator;
    Ok(match job {
        Job::Plan(mut request, chosen) => {
            if let Some((chosen, directory)) = chosen {
                request.targets.extend(chosen.in_order(&directory).into_iter().map(Target::User));
            }
            let resolution = store.resolve(&request, operator, now, watch)?;
            JobDone::Planned(make_plan(&request, resolution, &operator.account, now))
        }
        Job::Apply(plan) => JobDone::Applied(store.apply(&plan, operator, now, watch)?),
        Job::PreviewImport(path, options) => {
            JobDone::ImportPreviewed(exchange::preview_import(store, &path, options, now, watch)?)
        }
        Job::Import(plan) => JobDone::Imported(store.import(&plan, operator, now, watch)?),
        Job::Details(id) => {
            let user = store.user(id)?;
            JobDone::Details(user.map(Box::new), store.user_history(id, DETAILS_HISTORY)?)
        }
        Job::ImportSample => {
            import_sample(store, setup, watch)?;
            JobDone::SampleImported
        }
    })
}

fn import_sample(store: &mut Store, setup: &Setup, watch: &Watch) -> Result<(), JobFailed> {
    if !store.is_empty()? {
        return Ok(());
    }
    let now = (setup.clock)();
    for (kind, name, bytes) in [
        (ImportKind::Users, "sample/users.csv", exchange::sample::USERS),
        (ImportKind::Pins, "sample/pins.csv", exchange::sample::PINS),
    ] {
        // Invented people live at no place: their times are the same on every machine.
        let options = ImportOptions { kind: Some(kind), date_order: None, zone: Zone::utc() };
        let size = bytes.len() as u64;
        let preview = exchange::preview_bytes(store, Box::new(bytes), size, name, options, now, watch)?;
        store.import(&preview.plan, &setup.operator, now, watch)?;
    }
    Ok(())
}
