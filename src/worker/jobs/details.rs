//! Everything about one user.

use crate::domain::user::{UserId, UserRecord};
use crate::store::HistoryEntry;
use crate::worker::job::{Job, JobContext, JobFailed};

/// The largest number of history entries in the details, newest first.
const MOST_ENTRIES_OF_USER: usize = 200;

/// Reads a user and the user's history.
pub struct ReadDetails(pub UserId);

/// A user, or None if the store has none with this ID, and the newest history entries.
#[derive(Debug)]
pub struct UserDetails {
    pub user: Option<Box<UserRecord>>,
    pub history: Vec<HistoryEntry>,
}

impl Job for ReadDetails {
    type Answer = UserDetails;

    fn title(&self) -> &'static str {
        "Reading details"
    }

    fn run(self, context: JobContext<'_>) -> Result<UserDetails, JobFailed> {
        let store = context.store;
        let _one_moment = store.snapshot()?;
        Ok(UserDetails {
            user: store.user(self.0)?.map(Box::new),
            history: store.user_history(self.0, MOST_ENTRIES_OF_USER)?,
        })
    }
}
