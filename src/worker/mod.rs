//! What runs off the window's thread. Knows nothing of windows: results go into a channel, and a waker says that some
//! are there.
//!
//! Three threads, each with its own connection: one answers searches, the latest question only; one reads (previews,
//! details); one writes, one piece of work after the other.

mod job;
mod pipeline;
mod review;
mod search;
mod thread;
mod watch;

pub use job::{
    Job, JobDone, JobFailed, Lane, MOST_BATCHES, MOST_ENTRIES, OperatorsRead, ResultsToSave,
    RowQuestion,
};
pub use pipeline::Piped;
pub use review::{Approval, Whom};
pub use watch::{Waker, Watch};

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::directory::{Query, View};
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::store::{Store, StoreError};

/// Tells the time. Passed in, so that tests can stop it.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// What the threads need to know.
#[derive(Clone)]
pub struct Setup {
    pub store: PathBuf,
    pub operator: Operator,
    pub clock: Clock,
    pub waker: Waker,
}

/// What the threads have to say.
#[derive(Debug)]
pub enum Event {
    /// The directory is being loaded: so many users so far.
    Loading(u64),
    /// A new answer, because of a new question or a change in the store.
    View(Arc<View>),
    /// Somebody has written into the store and left the users as they were: a step in a review, say, or a rule.
    Written,
    /// The store cannot be opened or read.
    StoreFailed(StoreError),
    /// A job has come to its end.
    Done(JobId, Box<Result<JobDone, JobFailed>>),
}

/// The number of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct JobId(pub u64);

/// The threads on one store. Dropping it ends them.
pub struct Worker {
    search: search::Search,
    read: thread::LaneThread,
    write: thread::LaneThread,
    events: Receiver<Event>,
    waker: Waker,
    next_job: u64,
}

impl Worker {
    /// Starts the threads; the store is opened, and made if there is none, by them.
    ///
    /// # Errors
    /// The operating system gives no more threads.
    pub fn start(setup: &Setup) -> std::io::Result<Self> {
        let (sender, events) = channel();
        Ok(Self {
            search: search::Search::start(setup.clone(), sender.clone())?,
            read: thread::LaneThread::start("pindesk-read", setup.clone(), sender.clone())?,
            write: thread::LaneThread::start("pindesk-write", setup.clone(), sender)?,
            events,
            waker: setup.waker.clone(),
            next_job: 1,
        })
    }

    /// Asks the directory; an older question that is still being worked on is given up.
    pub fn ask(&self, query: Query) {
        self.search.ask(query);
    }

    /// Looks at the store again, now.
    pub fn refresh(&self) {
        self.search.refresh();
    }

    /// Starts a job. Its end comes as [`Event::Done`]; until then the watch tells how far it is and can cancel it.
    pub fn submit(&mut self, job: Job) -> (JobId, Arc<Watch>) {
        let id = JobId(self.next_job);
        self.next_job += 1;
        let watch = Arc::new(Watch::new(self.waker.clone()));
        let lane = match job.lane() {
            Lane::Read => &self.read,
            Lane::Write => &self.write,
        };
        lane.submit(id, job, Arc::clone(&watch));
        (id, watch)
    }

    /// What has happened since the last call.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        self.events.try_iter()
    }
}

fn open(setup: &Setup) -> Result<Store, StoreError> {
    let path: &Path = &setup.store;
    Store::open(path, &setup.operator, (setup.clock)())
}

fn send(sender: &Sender<Event>, waker: &Waker, event: Event) {
    // Nobody listens any more while the program ends.
    if sender.send(event).is_ok() {
        waker.wake();
    }
}
