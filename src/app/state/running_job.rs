//! A job that has not ended, and how its progress is shown.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::job_slot::JobSlot;
use crate::plan::words::thousands;
use crate::worker::{Effect, Job, JobFailed, JobHandle, JobId, ProgressUnit, Watch};

/// Work that takes longer than this shows its progress and can be cancelled.
pub const SHOW_PROGRESS_AFTER: Duration = Duration::from_millis(150);

/// Seconds before a rate is shown. Earlier rates would jump.
const SHOW_RATE_AFTER_SECS: f32 = 0.5;

/// A job that has not ended. `S` is the state that receives its answer.
pub struct RunningJob<S> {
    pub id: JobId,
    pub title: &'static str,
    pub watch: Arc<Watch>,
    pub(in crate::app) slot: JobSlot,
    /// Whether the job was submitted for the file of the lists view, so that its answer is about
    /// the preview of the list.
    pub(in crate::app) is_for_list: bool,
    effect: Effect,
    unit: ProgressUnit,
    started: Instant,
    end: Box<dyn FnOnce(&mut S)>,
}

impl<S> RunningJob<S> {
    /// A submitted job of type `J`. `done` receives its answer, `failed` its failure.
    pub(in crate::app) fn new<J: Job>(
        slot: JobSlot,
        title: &'static str,
        handle: JobHandle<J::Answer>,
        done: impl FnOnce(&mut S, J::Answer) + 'static,
        failed: impl FnOnce(&mut S, &JobFailed) + 'static,
    ) -> Self {
        Self {
            id: handle.id,
            title,
            watch: Arc::clone(&handle.watch),
            slot,
            is_for_list: false,
            effect: J::EFFECT,
            unit: J::UNIT,
            started: Instant::now(),
            end: Box::new(move |state| match handle.take() {
                Some(Ok(answer)) => done(state, answer),
                Some(Err(failure)) => failed(state, &failure),
                None => failed(state, &JobFailed::Fault),
            }),
        }
    }

    /// Handles the outcome of the job, which has ended.
    pub(in crate::app) fn end(self, state: &mut S) {
        (self.end)(state);
    }

    /// The text beside the progress of the job.
    pub fn title(&self) -> &'static str {
        if self.watch.is_waiting() {
            "Waiting for another program that writes"
        } else {
            self.title
        }
    }

    /// Whether the job changes the store.
    pub(in crate::app) fn writes_store(&self) -> bool {
        self.effect == Effect::WritesStore
    }

    /// Whether the job only reads, so that it can be cancelled at any moment.
    pub(in crate::app) fn only_reads(&self) -> bool {
        self.effect == Effect::Reads
    }

    /// Whether the job writes a file.
    pub(in crate::app) fn writes_file(&self) -> bool {
        self.effect == Effect::WritesFile
    }

    /// The time until the progress of the job is shown. None: it is shown already.
    pub(in crate::app) fn shown_in(&self) -> Option<Duration> {
        SHOW_PROGRESS_AFTER
            .checked_sub(self.started.elapsed())
            .filter(|left| !left.is_zero())
    }

    /// The finished share, from 0 to 1, and a text with count, rate and time left.
    pub fn progress(&self) -> (f32, String) {
        let share = self.watch.share().unwrap_or(0.0);
        let elapsed = self
            .watch
            .counting()
            .unwrap_or_else(|| self.started.elapsed());
        let seconds = elapsed.as_secs_f32();
        let count = match self.unit {
            ProgressUnit::Items => self.watch.count(),
            ProgressUnit::Bytes => self.watch.rows(),
        };
        let mut parts = vec![format!("{:.0} %", share * 100.0)];
        if seconds > SHOW_RATE_AFTER_SECS && count > 0 {
            let number = |count: u64| thousands(usize::try_from(count).unwrap_or(usize::MAX));
            let millis = elapsed.as_millis() as u64;
            parts.push(format!("{} rows", number(count)));
            parts.push(format!("{} rows/s", number(count * 1000 / millis.max(1))));
            if share > 0.01 {
                parts.push(format!("{:.0} s left", (seconds / share - seconds).ceil()));
            }
        }
        (share, parts.join(" · "))
    }
}
