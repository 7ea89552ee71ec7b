//! The progress and the cancellation of a job, shared between the job's thread and the window's.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::progress::Progress;
use crate::store::{StoreError, Waiter};

/// The time after which work is said to wait for another program.
const SHOW_WAITING_AFTER: Duration = Duration::from_millis(500);

/// Wakes the window, so that it handles the latest events. It may be called from any thread.
#[derive(Clone)]
pub struct Waker(Arc<dyn Fn() + Send + Sync>);

/// The progress of one job.
pub struct Watch {
    cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    rows: AtomicU64,
    /// The moment at which the first rows were counted. Other work may have come before.
    counting: OnceLock<Instant>,
    /// Whether the operator has accepted the clock, which the job may ask for.
    has_accepted_clock: Mutex<bool>,
    answered: Condvar,
    /// Another program writes, and the job waits for it.
    waits: AtomicBool,
    waker: Waker,
}

impl Waker {
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Self(Arc::new(wake))
    }

    pub fn wake(&self) {
        (self.0)();
    }
}

impl Watch {
    pub fn new(waker: Waker) -> Self {
        Self {
            cancelled: AtomicBool::new(false),
            done: AtomicU64::new(0),
            total: AtomicU64::new(0),
            rows: AtomicU64::new(0),
            counting: OnceLock::new(),
            has_accepted_clock: Mutex::new(false),
            answered: Condvar::new(),
            waits: AtomicBool::new(false),
            waker,
        }
    }

    /// Notes whether the job waits for another program that writes.
    pub(super) fn set_waiting(&self, waits: bool) {
        if self.waits.swap(waits, Ordering::Relaxed) != waits {
            self.waker.wake();
        }
    }

    /// Lets a store wait for another program as long as the job is not cancelled, and notes that it
    /// waits.
    pub fn waiter(self: &Arc<Self>) -> Waiter {
        let watch = Arc::clone(self);
        Arc::new(move |waited| {
            watch.set_waiting(waited >= SHOW_WAITING_AFTER);
            !watch.is_cancelled()
        })
    }

    /// An error of a store that this watch let wait. One that was cancelled has not waited too long.
    pub fn explained(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Busy { path } if self.is_cancelled() => StoreError::WaitCancelled { path },
            error => error,
        }
    }

    /// Whether the job waits for another program that writes.
    pub fn is_waiting(&self) -> bool {
        self.waits.load(Ordering::Relaxed)
    }

    /// Asks the job to stop. It stops at its next step and changes nothing. A job past its last
    /// step still completes.
    pub fn cancel(&self) {
        let answer = self.answer();
        self.cancelled.store(true, Ordering::Relaxed);
        drop(answer);
        self.answered.notify_all();
    }

    /// Accepts the clock of this computer, for which the job waits.
    pub fn accept_clock(&self) {
        *self.answer() = true;
        self.answered.notify_all();
    }

    /// Waits for the operator's answer whether the clock is right. False if the job was cancelled.
    pub(super) fn wait_for_clock(&self) -> bool {
        let is_open = |has_accepted: &mut bool| !*has_accepted && !self.is_cancelled();
        let answer = self.answered.wait_while(self.answer(), is_open);
        *answer.unwrap_or_else(PoisonError::into_inner)
    }

    /// Uses a poisoned lock nevertheless, because no code fails halfway while it holds the lock.
    fn answer(&self) -> MutexGuard<'_, bool> {
        self.has_accepted_clock
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// The part that is done, from 0 to 1. None: the total is not known.
    pub fn share(&self) -> Option<f32> {
        let (done, total) = (
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        );
        (total > 0).then(|| (done as f64 / total as f64).min(1.0) as f32)
    }

    /// The number of rows, users or other items that are done.
    pub fn count(&self) -> u64 {
        match self.rows() {
            0 => self.done.load(Ordering::Relaxed),
            rows => rows,
        }
    }

    /// The time since the first rows were counted.
    pub fn counting(&self) -> Option<Duration> {
        self.counting.get().map(Instant::elapsed)
    }

    /// The number of rows that are done, if the job counts bytes and rows.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }
}

impl Progress for Watch {
    fn rows(&self, done: u64) {
        self.rows.store(done, Ordering::Relaxed);
        self.counting.get_or_init(Instant::now);
    }

    fn advance(&self, done: u64, total: u64) {
        self.waits.store(false, Ordering::Relaxed);
        let percent = |done: u64, total: u64| (done * 100).checked_div(total);
        let before = percent(
            self.done.load(Ordering::Relaxed),
            self.total.load(Ordering::Relaxed),
        );
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        if percent(done, total) != before {
            self.waker.wake();
        }
    }

    fn is_cancelled(&self) -> bool {
        self.is_cancelled()
    }
}
