//! A thread that runs one job after the other, on its own connection to the store.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::event::{ClockJump, Event, EventSender, JobId};
use super::job::{Effect, Job, JobContext, JobFailed};
use super::setup::Setup;
use super::watch::Watch;
use crate::store::{Store, StoreError};

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
    asks_about_clock: bool,
    writes_store: bool,
    watch: Arc<Watch>,
    /// Runs the job and sends its outcome. Without a connection to the store, sends the failure.
    run: RunJob,
}

/// Returns whether the job ended by itself, and not by a panic.
type RunJob = Box<dyn FnOnce(Result<JobContext<'_>, JobFailed>) -> bool + Send>;

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
        let watched = Arc::clone(&watch);
        let run: RunJob = Box::new(move |context| {
            // A panic ends this job only. Its transaction is rolled back while it unwinds, and the
            // connection is not used again.
            let run = AssertUnwindSafe(|| context.and_then(|context| job.run(context)));
            let outcome = catch_unwind(run).map(|outcome| cancelled(outcome, &watched));
            let is_sound = outcome.is_ok();
            // The handle of a superseded job is gone, so sending may fail.
            drop(answer.send(outcome.unwrap_or(Err(JobFailed::Fault))));
            is_sound
        });
        let queued = QueuedJob {
            id,
            asks_about_clock: J::ASKS_ABOUT_CLOCK,
            writes_store: J::EFFECT == Effect::WritesStore,
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

/// A job that was cancelled while it waited for another program was not given up by the store.
fn cancelled<T>(outcome: Result<T, JobFailed>, watch: &Watch) -> Result<T, JobFailed> {
    watch.set_waiting(false);
    match outcome {
        Err(JobFailed::Store(StoreError::Busy { .. })) if watch.is_cancelled() => {
            Err(JobFailed::Cancelled)
        }
        outcome => outcome,
    }
}

fn run_jobs(jobs: &Receiver<QueuedJob>, setup: &Setup, events: Sender<Event>) {
    let events = EventSender::new(events, setup.waker.clone());
    let mut store: Option<Store> = None;
    while let Some(job) = next_job(jobs, store.as_ref()) {
        let id = job.id;
        if job.watch.is_cancelled() {
            (job.run)(Err(JobFailed::Cancelled));
        } else if let Some(damage) = setup.damage().filter(|_| job.writes_store) {
            (job.run)(Err(damage.into()));
        } else {
            // The store is opened at the first job, and again at the next one if that failed, the file
            // was moved, or the server does not answer over this connection any more.
            let open = store.take().filter(|store: &Store| store.is_reachable());
            match open.map_or_else(|| setup.open_store(job.watch.waiter()), Ok) {
                Ok(opened) => {
                    if !run_job(job, store.insert(opened), setup, &events) {
                        store = None;
                    }
                }
                Err(error) => {
                    (job.run)(Err(error.into()));
                }
            }
        }
        events.send(Event::Done(id));
        for warning in store.as_mut().map(Store::take_warnings).unwrap_or_default() {
            events.send(Event::HookFailed(warning));
        }
    }
}

/// The next job, which may be waited for. None at the end of the program.
fn next_job(jobs: &Receiver<QueuedJob>, store: Option<&Store>) -> Option<QueuedJob> {
    if let Ok(job) = jobs.try_recv() {
        return Some(job);
    }
    // A bulk job fills a cache of many megabytes, which is of no use while nothing is done.
    if let Some(Err(error)) = store.map(Store::give_memory_back) {
        log::warn!("memory could not be given back: {error}");
    }
    jobs.recv().ok()
}

/// Runs a job. Returns whether the connection to the store can be used again.
fn run_job(job: QueuedJob, store: &mut Store, setup: &Setup, events: &EventSender) -> bool {
    store.set_waiter(Some(job.watch.waiter()));
    let accepted = if job.asks_about_clock {
        accept_clock(&job, store, setup, events)
    } else {
        Ok(())
    };
    let watch = Arc::clone(&job.watch);
    (job.run)(accepted.map(|()| JobContext {
        store,
        operator: &setup.operator,
        now: setup.now(),
        watch: &watch,
    }))
}

/// Asks the operator to accept a clock that is far ahead of the last entry, and waits for the
/// answer.
fn accept_clock(
    job: &QueuedJob,
    store: &mut Store,
    setup: &Setup,
    events: &EventSender,
) -> Result<(), JobFailed> {
    let now = setup.now();
    if let Some(last) = store.clock_jump(now)? {
        let jump = ClockJump {
            job: job.id,
            last,
            now,
        };
        events.send(Event::ClockJump(jump));
        if !job.watch.wait_for_clock() {
            return Err(JobFailed::Cancelled);
        }
        store.accept_clock(&setup.operator, setup.now())?;
    }
    Ok(())
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
