//! Events that the worker's threads report to the window.

use std::sync::Arc;
use std::sync::mpsc::Sender;

use chrono::Duration;

use super::watch::Waker;
use crate::directory::View;
use crate::domain::Time;
use crate::domain::reason_rules::ReasonRules;
use crate::domain::user::UserRecord;
use crate::store::{DecidedPlan, HeadNews, KeysInUse, PlanSummary, StoreError};

/// A report of one of the threads.
#[derive(Debug)]
pub enum Event {
    /// The directory is being loaded: the number of users so far.
    Loading(u64),
    /// A new answer, because of a new search or a change in the store.
    View(Arc<View>),
    /// Another connection has written to the store without changing users: a step in a review, or
    /// a rule.
    Written,
    /// A job waits for the answer whether the clock is right, see [`ClockJump`].
    ClockJump(ClockJump),
    /// How far the clock is behind the last entry, whenever that has changed. None: it is not.
    ClockLag(Option<Duration>),
    /// The protected users who are locked by wrong PINs, whenever that has changed.
    ProtectedLocked(Vec<UserRecord>),
    /// The difference between the history and what this computer has seen of it, whenever that has
    /// changed. None: there is none any more.
    HeadNews(Box<Option<HeadNews>>),
    /// The keys of PINs that the store names, and whether they are here, whenever that has changed.
    Keys(KeysInUse),
    /// The rules for reasons and tickets, whenever they have changed.
    ReasonRules(ReasonRules),
    /// The submitted plans that wait for the operator, whenever that has changed, and new decisions
    /// of others about the operator's own plans.
    Plans {
        waiting: Vec<PlanSummary>,
        decided: Vec<DecidedPlan>,
    },
    /// Why the operator's account has none of the roles that its name has.
    RenewedAccount(String),
    /// Whether a large store is being checked for damage in the background.
    Checking(bool),
    /// The check in the background has found damage. The store can still be read.
    Damaged(StoreError),
    /// The store cannot be opened or read.
    StoreFailed(StoreError),
    /// The connection to the server was lost, for this reason. Searches are answered from what was
    /// read before, and the thread tries to connect again.
    Disconnected(StoreError),
    /// The store is connected, for the first time or again.
    Connected,
    /// Searching failed because of a fault of the program. It goes on after the next refresh.
    SearchFailed,
    /// A hook failed after a change, which was made all the same.
    HookFailed(String),
    /// A job has ended. Its answer is in its [`JobHandle`](super::JobHandle).
    Done(JobId),
}

/// The clock is far ahead of the last entry, and a job must not write before the operator has
/// accepted it ([`Watch::accept_clock`](super::Watch::accept_clock)) or cancelled the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockJump {
    pub job: JobId,
    /// The time of the last entry.
    pub last: Time,
    /// The time that the clock showed.
    pub now: Time,
}

/// The ID of a job, unique for its worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// Sends events, and wakes the window for each of them.
#[derive(Clone)]
pub(super) struct EventSender {
    events: Sender<Event>,
    waker: Waker,
}

impl EventSender {
    pub fn new(events: Sender<Event>, waker: Waker) -> Self {
        Self { events, waker }
    }

    pub fn send(&self, event: Event) {
        // The receiver is gone while the program ends.
        if self.events.send(event).is_ok() {
            self.waker.wake();
        }
    }
}
