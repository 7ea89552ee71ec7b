//! Work that runs outside the window's thread. It does not depend on the window: results go into
//! channels, and a waker signals their arrival.
//!
//! Three threads, each with its own connection to the store: one answers searches, and only the
//! latest; one runs the jobs that read; one runs the jobs that write, one after the other.

mod background_check;
mod event;
mod job;
pub mod jobs;
mod key_work;
mod lane;
mod plan_watch;
mod reconnect;
mod search_loop;
mod search_slot;
mod search_thread;
mod setup;
mod shown;
mod store_bell;
mod watch;

pub use event::{ClockJump, Event, JobId};
pub use job::{Effect, Job, JobContext, JobFailed, ProgressUnit};
pub use key_work::{
    KeyFailed, KeyKeeper, export_keys, import_keys, keep_new, make_key, rotate_key,
};
pub use lane::JobHandle;
pub use setup::{Clock, Opening, Setup};
pub use watch::{Waker, Watch};

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use self::lane::LaneThread;
use self::search_thread::SearchThread;
use crate::directory::Query;

/// The threads of one store. Dropping it ends them.
pub struct Worker {
    search: SearchThread,
    read: LaneThread,
    write: LaneThread,
    events: Receiver<Event>,
    waker: Waker,
    next_job: u64,
}

impl Worker {
    /// Starts the threads. They open the store, and create it if there is none.
    ///
    /// # Errors
    /// The operating system gives no more threads.
    pub fn start(setup: &Setup) -> std::io::Result<Self> {
        let (sender, events) = channel();
        Ok(Self {
            search: SearchThread::start(setup.clone(), sender.clone())?,
            read: LaneThread::start("pindesk-read", setup.clone(), sender.clone())?,
            write: LaneThread::start("pindesk-write", setup.clone(), sender)?,
            events,
            waker: setup.waker.clone(),
            next_job: 1,
        })
    }

    /// Searches the directory. Work on an older search is cancelled.
    pub fn ask(&self, query: Query) {
        self.search.ask(query);
    }

    /// The progress of opening the store for the searches. It says whether that waits for another
    /// program, and can cancel the wait.
    pub fn opening(&self) -> Arc<Watch> {
        self.search.opening()
    }

    /// Checks the store for changes now.
    pub fn refresh(&self) {
        self.search.refresh();
    }

    /// Starts a job. [`Event::Done`] reports its end; its answer is then in the handle.
    pub fn submit<J: Job>(&mut self, job: J) -> JobHandle<J::Answer> {
        let id = JobId(self.next_job);
        self.next_job += 1;
        let watch = Arc::new(Watch::new(self.waker.clone()));
        let lane = match J::EFFECT {
            Effect::Reads | Effect::WritesFile => &self.read,
            Effect::WritesStore => &self.write,
        };
        lane.submit(id, job, watch)
    }

    /// The events since the last call.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        self.events.try_iter()
    }
}
