//! The trait of all jobs. A job is a value with its input as fields; its file in `jobs` says
//! everything about it.

use super::watch::Watch;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::exchange::{PlanFileError, ReadError};
use crate::store::{Store, StoreError};

/// A piece of work for a thread of the worker.
pub trait Job: Send + 'static {
    type Answer: Send + 'static;

    /// What the job changes. It decides which thread runs the job.
    const EFFECT: Effect = Effect::Reads;

    /// What the job's progress counts.
    const UNIT: ProgressUnit = ProgressUnit::Items;

    /// The text beside the progress bar.
    fn title(&self) -> &'static str;

    /// Does the work. A job that stops because its watch is cancelled has changed nothing.
    ///
    /// # Errors
    /// The job was cancelled, or the store or a file failed.
    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed>;
}

/// What a job may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the job may be given up at any moment.
    Reads,
    /// A file outside the store. It is written to its end, also when the window closes.
    WritesFile,
    /// The store. Only one such job runs at a time, and it is finished when the window closes.
    WritesStore,
}

/// What the progress of a job counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressUnit {
    /// Users, rows or entries.
    Items,
    /// Bytes of a file. Rows are counted beside them, where the job reads rows.
    Bytes,
}

/// What a job works with.
pub struct JobContext<'a> {
    pub store: &'a mut Store,
    pub operator: &'a Operator,
    /// The moment at which the job began.
    pub now: Time,
    pub watch: &'a Watch,
}

/// Why a job has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JobFailed {
    #[error("Cancelled. Nothing was changed.")]
    Cancelled,
    #[error("{0}")]
    Store(StoreError),
    #[error("{0}")]
    Read(ReadError),
    #[error("{0}")]
    Plan(#[from] PlanFileError),
    /// A typed identity that means no user, or several.
    #[error("{0}")]
    Identity(String),
}

impl From<StoreError> for JobFailed {
    fn from(error: StoreError) -> Self {
        if error == StoreError::Cancelled {
            Self::Cancelled
        } else {
            Self::Store(error)
        }
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
