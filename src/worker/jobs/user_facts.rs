//! The facts about users that the list shows and the directory in memory does not have.

use std::collections::HashMap;

use crate::domain::Time;
use crate::domain::pin::Failures;
use crate::domain::user::UserId;
use crate::store::{Store, StoreError};
use crate::worker::job::{Job, JobContext, JobFailed};

/// Reads the facts of some users, with a few statements for all of them.
pub struct ReadUserFacts(pub Vec<UserId>);

/// Facts about one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFacts {
    /// The reason and the ticket of the lock in force. Empty if there is none.
    pub reason: String,
    pub ticket: String,
    /// The name of the policy that holds for the PIN.
    pub policy: String,
    pub failures: Failures,
    /// The last failed logon, from the history.
    pub last_failure: Option<Time>,
}

impl Job for ReadUserFacts {
    type Answer = HashMap<UserId, UserFacts>;

    fn title(&self) -> &'static str {
        "Reading columns"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        Ok(UserFacts::of(context.store, &self.0, context.now)?)
    }
}

impl UserFacts {
    /// The facts of these users at one moment. A user that the store does not have is missing.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn of(
        store: &Store,
        ids: &[UserId],
        now: Time,
    ) -> Result<HashMap<UserId, Self>, StoreError> {
        let _one_moment = store.snapshot()?;
        let policies = store.policies_of(ids)?;
        let logons = store.last_logons(ids)?;
        let mut policies = policies.into_iter();
        let mut found = HashMap::with_capacity(ids.len());
        store.each_user_of(ids, |user| {
            let policy = policies.next().map(|policy| policy.name.to_string());
            if let Some(user) = user {
                let lock = user.pin.effective_lock(now);
                let facts = Self {
                    reason: lock
                        .as_ref()
                        .map_or_else(String::new, |lock| lock.reason.clone()),
                    ticket: lock
                        .as_ref()
                        .map_or_else(String::new, |lock| lock.ticket.clone()),
                    policy: policy.unwrap_or_default(),
                    failures: user.pin.failures,
                    last_failure: logons
                        .get(&user.id)
                        .and_then(|last| Some(last.failure.as_ref()?.at)),
                };
                found.insert(user.id, facts);
            }
            true
        })?;
        Ok(found)
    }
}
