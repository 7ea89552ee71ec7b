//! A thread that works one job after the other, on its own connection to the store.

use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::job;
use super::job::{Job, JobFailed};
use super::watch::Watch;
use super::{Event, JobId, Setup, open, send};

type Work = (JobId, Job, Arc<Watch>);

pub(super) struct LaneThread {
    jobs: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
}

impl LaneThread {
    pub fn start(name: &str, setup: Setup, events: Sender<Event>) -> std::io::Result<Self> {
        let (jobs, waiting) = channel::<Work>();
        let thread = Builder::new().name(name.to_owned()).spawn(move || {
            let mut store = None;
            for (id, job, watch) in waiting {
                let done = if watch.is_cancelled() {
                    Err(JobFailed::Cancelled)
                } else {
                    // Opened at the first job, and again at the next one if that failed.
                    match store.take().map_or_else(|| open(&setup), Ok) {
                        Ok(opened) => {
                            let opened = store.insert(opened);
                            job::work(opened, job, &setup, &watch)
                        }
                        Err(error) => Err(error.into()),
                    }
                };
                send(&events, &setup.waker, Event::Done(id, Box::new(done)));
            }
        })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    pub fn submit(&self, id: JobId, job: Job, watch: Arc<Watch>) {
        if let Some(jobs) = &self.jobs
            && jobs.send((id, job, watch)).is_err()
        {
            log::error!("a worker thread has ended before its time");
        }
    }
}

impl Drop for LaneThread {
    /// Lets the thread finish what it writes: ending in the middle would be safe, but its outcome unknown.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("a worker thread has failed");
        }
    }
}
