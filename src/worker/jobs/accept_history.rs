//! Accepting a history that is not the one that this computer has seen.

use crate::worker::job::{Effect, Job, JobContext, JobFailed};

/// Accepts the history as it is now. The answer says whether that was still needed.
pub struct AcceptHistory;

impl Job for AcceptHistory {
    type Answer = bool;

    const EFFECT: Effect = Effect::WritesStore;
    // Nothing may be written about the clock before the history is accepted.
    const ASKS_ABOUT_CLOCK: bool = false;

    fn title(&self) -> &'static str {
        "Accepting the history"
    }

    fn run(self, context: JobContext<'_>) -> Result<bool, JobFailed> {
        Ok(context
            .store
            .accept_history(context.operator, context.now)?)
    }
}
