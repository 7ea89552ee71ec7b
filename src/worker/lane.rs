//! A thread that runs one job after the other, on its own connection to the store.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::event::{Event, EventSender, JobId};
use super::job::{Job, JobContext, JobFailed};
use super::setup::Setup;
use super::watch::Watch;
use crate::store::Store;

/// A submitted job, with its progress and the channel of its answer.
pub struct JobHandle<A> {
    pub id: JobId,
    /// The progress of the job. It can also cancel the job.
    pub watch: Arc<Watch>,
    outcome: Receiver<Result<A, JobFailed>>,
}

impl<A> JobHandle<A> {
    /// The outcome of the job. None until it has ended.
    pub fn take(&self) -> Option<Result<A, JobFailed>> {
        self.outcome.try_recv().ok()
    }
}

/// A job that waits for the thread.
struct QueuedJob {
    id: JobId,
    watch: Arc<Watch>,
    /// Runs the job and sends its outcome. Without a connection to the store, sends the failure.
    run: RunJob,
}

type RunJob = Box<dyn FnOnce(Result<JobContext<'_>, JobFailed>) + Send>;

pub(super) struct LaneThread {
    jobs: Option<Sender<QueuedJob>>,
    thread: Option<JoinHandle<()>>,
}

impl LaneThread {
    pub fn start(name: &str, setup: Setup, events: Sender<Event>) -> std::io::Result<Self> {
        let (jobs, waiting) = channel();
        let thread = Builder::new()
            .name(name.to_owned())
            .spawn(move || run_jobs(&waiting, &setup, events))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    pub fn submit<J: Job>(&self, id: JobId, job: J, watch: Arc<Watch>) -> JobHandle<J::Answer> {
        let (answer, outcome) = channel();
        let run: RunJob = Box::new(move |context| {
            let outcome = context.and_then(|context| job.run(context));
            // The handle of a superseded job is gone, so sending may fail.
            drop(answer.send(outcome));
        });
        let queued = QueuedJob {
            id,
            watch: Arc::clone(&watch),
            run,
        };
        if let Some(jobs) = &self.jobs
            && jobs.send(queued).is_err()
        {
            log::error!("a worker thread has ended before its time");
        }
        JobHandle { id, watch, outcome }
    }
}

fn run_jobs(jobs: &Receiver<QueuedJob>, setup: &Setup, events: Sender<Event>) {
    let events = EventSender::new(events, setup.waker.clone());
    let mut store = None;
    for QueuedJob { id, watch, run } in jobs {
        if watch.is_cancelled() {
            run(Err(JobFailed::Cancelled));
        } else {
            // The store is opened at the first job, and again at the next one if that failed or if
            // the file was moved.
            let open = store
                .take()
                .filter(|store: &Store| store.check_place().is_ok());
            match open.map_or_else(|| setup.open_store(), Ok) {
                Ok(opened) => run(Ok(JobContext {
                    store: store.insert(opened),
                    operator: &setup.operator,
                    now: setup.now(),
                    watch: &watch,
                })),
                Err(error) => run(Err(error.into())),
            }
        }
        events.send(Event::Done(id));
    }
}

impl Drop for LaneThread {
    /// Waits until the thread has finished its writing. Stopping halfway would be safe, but would
    /// leave the outcome unknown.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("a worker thread has failed");
        }
    }
}
