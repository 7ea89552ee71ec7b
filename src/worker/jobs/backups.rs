//! The copies beside the store: which there are, and making one.

use crate::store::BackupFile;
use crate::worker::job::{Effect, Job, JobContext, JobFailed};

/// Lists the copies of the store.
pub struct ReadBackups;

/// Makes a checked copy beside the store now.
pub struct BackUpNow;

impl Job for ReadBackups {
    /// The newest copy comes first.
    type Answer = Vec<BackupFile>;

    fn title(&self) -> &'static str {
        "Looking for copies"
    }

    fn run(self, context: JobContext<'_>) -> Result<Vec<BackupFile>, JobFailed> {
        Ok(BackupFile::list(context.store.path()))
    }
}

impl Job for BackUpNow {
    /// Whether a copy was made. The newest one is kept if it has all batches already.
    type Answer = bool;
    const EFFECT: Effect = Effect::WritesFile;

    fn title(&self) -> &'static str {
        "Copying the store"
    }

    fn run(self, context: JobContext<'_>) -> Result<bool, JobFailed> {
        let path = context.store.path().to_owned();
        let newest = || BackupFile::list(&path).into_iter().next();
        let before = newest().map(|copy| copy.path);
        let kept = context.store.back_up_before_change(context.now)?;
        Ok(before.as_deref() != Some(&*kept))
    }
}
