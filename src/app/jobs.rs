//! Submitting and cancelling jobs, and showing the running ones.

use std::time::Duration;

use super::{App, FocusTarget, JobSlot, Notice, RunningJob, WindowView};
use crate::worker::jobs::SavedFile;
use crate::worker::{Effect, Job, JobFailed, JobId};

impl App {
    /// Starts a job and cancels the older one in its slot. `done` receives the answer, `failed` the
    /// failure.
    pub(super) fn submit<J: Job>(
        &mut self,
        slot: JobSlot,
        job: J,
        done: impl FnOnce(&mut Self, J::Answer) + 'static,
        failed: impl FnOnce(&mut Self, &JobFailed) + 'static,
    ) {
        if J::EFFECT != Effect::WritesFile {
            self.cancel(slot);
        }
        if let Some(worker) = &mut self.worker {
            let title = job.title();
            let handle = worker.submit(job);
            let mut running = RunningJob::new::<J>(slot, title, handle, done, failed);
            running.is_for_list = self.is_preview_of_list;
            self.jobs.push(running);
        }
    }

    /// Submits a job that writes a file. The outcome shows the path of the file.
    pub(super) fn submit_save<J: Job<Answer = SavedFile>>(&mut self, job: J) {
        self.submit(JobSlot::SAVE, job, Self::saved, Self::not_saved);
    }

    pub(super) fn saved(&mut self, SavedFile { outcome, path }: SavedFile) {
        self.say(format!("{outcome}: {}", path.display()));
        if let Some(notice) = &mut self.notice {
            let is_page = path.extension().is_some_and(|ending| ending == "html");
            notice.page = is_page.then(|| path.clone());
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(shown) = &mut self.command_box {
            shown.notice = Some(Notice::outcome(format!("{outcome}: {name}")));
        }
        if let Some(sheet) = &mut self.import {
            sheet.saved = Some(Notice::outcome(format!("Saved as {name}")));
        }
        if let Some(history) = &mut self.history {
            history.notice = Some(Notice::outcome(format!("{outcome}: {name}")));
        }
    }

    fn not_saved(&mut self, failed: &JobFailed) {
        self.report(failed);
        if let Some(shown) = &mut self.command_box {
            shown.notice.clone_from(&self.notice);
        }
        if let Some(sheet) = &mut self.import {
            sheet.saved.clone_from(&self.notice);
        }
        if let Some(history) = &mut self.history {
            history.notice.clone_from(&self.notice);
        }
    }

    /// Shows why a job failed. A cancelled job is shown as an outcome, any other failure as an
    /// error.
    pub(super) fn report(&mut self, failed: &JobFailed) {
        let text = failed.to_string();
        // The panel already shows this text, so the error bar stays closed.
        let is_said = self
            .panel
            .list()
            .is_some_and(|list| list.refused.as_ref() == Some(&text));
        if *failed == JobFailed::Cancelled || is_said {
            self.say(text);
        } else {
            self.fail(text);
        }
    }

    /// Handles the outcome of a job. A job that was replaced by a newer one is no longer known and
    /// is ignored.
    pub(super) fn job_ended(&mut self, id: JobId) {
        if let Some(index) = self.jobs.iter().position(|job| job.id == id) {
            let job = self.jobs.remove(index);
            self.use_preview_of_list(job.is_for_list);
            let (had_palette, focus) = (self.command_box.is_some(), self.next_frame.focus);
            job.end(self);
            // A preview that arrives behind the open palette does not take what is typed there.
            if had_palette
                && self.command_box.is_some()
                && self.next_frame.focus != Some(FocusTarget::CommandBox)
            {
                self.next_frame.focus = focus;
            }
            self.use_preview_of_list(self.shown_view() == WindowView::Lists);
        }
    }

    /// Cancels the job of a slot, if one runs, and ignores its outcome.
    pub(super) fn cancel(&mut self, slot: JobSlot) {
        self.ask_to_stop(slot);
        self.jobs.retain(|job| job.slot != slot);
    }

    /// Asks the job of a slot to stop. Its outcome is still handled.
    pub(super) fn ask_to_stop(&self, slot: JobSlot) {
        self.jobs
            .iter()
            .filter(|job| job.slot == slot)
            .for_each(|job| job.watch.cancel());
    }

    /// Asks one job to stop.
    pub(super) fn cancel_job(&self, id: JobId) {
        self.jobs
            .iter()
            .filter(|job| job.id == id)
            .for_each(|job| job.watch.cancel());
    }

    /// Whether a change of the store is being written. No other change may start meanwhile.
    pub fn is_writing(&self) -> bool {
        self.jobs.iter().any(RunningJob::writes_store)
    }

    /// Whether the user that was picked for a row is still being read.
    pub(super) fn is_picking_user(&self) -> bool {
        self.jobs.iter().any(|job| job.slot == JobSlot::PICK_USER)
    }

    /// The jobs that have run long enough for their progress to be shown, and the time until the
    /// next one has.
    pub fn visible_jobs(&self) -> (Vec<&RunningJob<Self>>, Option<Duration>) {
        let is_visible = |job: &&RunningJob<Self>| job.shown_in().is_none();
        let next = self.jobs.iter().filter_map(RunningJob::shown_in).min();
        (self.jobs.iter().filter(is_visible).collect(), next)
    }

    /// The progress of reading a file or of writing a change: count, rate and time left.
    pub fn file_progress(&self) -> Option<(f32, String)> {
        let slots = [
            JobSlot::FILE_PREVIEW,
            JobSlot::IMPORT,
            JobSlot::APPLY,
            JobSlot::SURVEY,
        ];
        self.jobs
            .iter()
            .rfind(|job| slots.contains(&job.slot))
            .map(RunningJob::progress)
    }
}
