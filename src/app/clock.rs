//! The question whether the clock is right, and what is said about a clock that is behind.

use super::{App, FocusTarget};
use crate::time_format::{in_sentence, span};
use crate::worker::ClockJump;

impl App {
    /// Opens the question for which a job waits.
    pub(super) fn ask_about_clock(&mut self, jump: ClockJump) {
        self.clock_question = Some(jump);
        self.next_frame.focus = Some(FocusTarget::ClockQuestion);
    }

    /// Accepts the clock, so that the waiting job goes on, or cancels the job.
    pub(super) fn answer_clock(&mut self, is_right: bool) {
        let Some(ClockJump { job, .. }) = self.clock_question.take() else {
            return;
        };
        for job in self.jobs.iter().filter(|waiting| waiting.id == job) {
            if is_right {
                job.watch.accept_clock();
            } else {
                job.watch.cancel();
            }
        }
    }

    /// The sentences of the question.
    pub fn clock_question_text(&self, jump: &ClockJump) -> String {
        format!(
            "The clock of this computer says {}. The last entry of the store is of {}, {} earlier. Entries keep the time of the clock, and locks end by it.",
            in_sentence(jump.now, self.zone()),
            in_sentence(jump.last, self.zone()),
            span(jump.now - jump.last),
        )
    }

    /// The sentence about a clock that is behind the last entry.
    pub(super) fn clock_lag_text(&self) -> Option<String> {
        self.clock_lag.map(|lag| {
            format!(
                "The clock of this computer is {} behind the last entry of the store. Until it has caught up, new entries get the time of the last one.",
                span(lag)
            )
        })
    }
}
