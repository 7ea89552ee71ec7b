//! The trait of all jobs. A job is a value with its input as fields. Its file in `jobs` contains
//! everything about it.

use super::key_work::KeyFailed;
use super::watch::Watch;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::exchange::{PlanFileError, ReadError};
use crate::store::{Store, StoreError};

/// A piece of work for a thread of the worker.
pub trait Job: Send + 'static {
    type Answer: Send + 'static;

    /// The effect of the job. It decides which thread runs the job.
    const EFFECT: Effect = Effect::Reads;

    /// Whether the operator is asked about a clock that is far ahead of the last entry, before the
    /// job runs.
    const ASKS_ABOUT_CLOCK: bool = matches!(Self::EFFECT, Effect::WritesStore);

    /// The unit of the job's progress.
    const UNIT: ProgressUnit = ProgressUnit::Items;

    /// The text beside the progress bar.
    fn title(&self) -> &'static str;

    /// Does the work. A job that stops because its watch is cancelled has changed nothing.
    ///
    /// # Errors
    /// The job was cancelled, or the store or a file failed.
    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed>;
}

/// The effect of a job on the store and on files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Only reads. The job may be abandoned at any moment.
    Reads,
    /// Writes a file outside the store. The file is completed even if the window closes.
    WritesFile,
    /// Writes the store. Only one such job runs at a time, and it is completed even if the window
    /// closes.
    WritesStore,
}

/// The unit of a job's progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressUnit {
    /// Users, rows or entries.
    Items,
    /// Bytes of a file. A job that reads rows counts them too.
    Bytes,
}

/// The store, the operator and the start time of a running job, and its watch.
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
    /// The program has a fault. The job was ended, and its transaction was rolled back.
    #[error(
        "This did not work because of a fault of PinDesk itself. Nothing was changed. Go on, and send the report that PinDesk has written to those who look after it."
    )]
    Fault,
    #[error("{0}")]
    Store(StoreError),
    #[error("{0}")]
    Read(ReadError),
    #[error("{0}")]
    Plan(#[from] PlanFileError),
    /// A key outside the store, its place, or a file with keys.
    #[error("{0}")]
    Key(String),
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

impl From<KeyFailed> for JobFailed {
    fn from(failed: KeyFailed) -> Self {
        match failed {
            KeyFailed::Store(error) => error.into(),
            KeyFailed::Place(_) | KeyFailed::NotExported(_) => Self::Key(failed.to_string()),
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
