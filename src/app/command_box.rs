//! Commands of the command box. A change to PINs opens a preview, as in every other way.

use super::{App, CommandBox, FocusTarget, JobSlot, Notice, WhatIfPanel, WindowView};
use crate::pipeline::Pipeline;
use crate::worker::JobFailed;
use crate::worker::jobs::{PipelineAnswer, RunPipeline};

impl App {
    pub(super) fn open_command_box(&mut self) {
        if self.has_dialog() || self.view.is_none() {
            return;
        }
        self.command_box = Some(CommandBox::default());
        // The box opens with the pipeline that was typed last.
        self.set_pipeline(self.last_pipeline.clone());
        self.next_frame.focus = Some(FocusTarget::CommandBox);
    }

    pub(super) fn set_pipeline(&mut self, text: String) {
        if let Some(shown) = &mut self.command_box {
            let is_empty = text.trim().is_empty();
            shown.fault = Pipeline::parse(&text)
                .err()
                .filter(|_| !is_empty)
                .map(|fault| fault.to_string());
            shown.answer = None;
            shown.failed = None;
            shown.is_running = false;
            self.last_pipeline.clone_from(&text);
            shown.text = text;
            self.cancel(JobSlot::PIPELINE);
        }
    }

    /// Runs the typed pipeline, or only explains what each of its stages would do.
    pub(super) fn run_pipeline(&mut self, explains: bool) {
        let is_writing = self.is_writing();
        let zone = self.zone();
        let Some(shown) = self
            .command_box
            .as_mut()
            .filter(|shown| shown.is_runnable() && !is_writing)
        else {
            return;
        };
        match Pipeline::parse(&shown.text) {
            Err(fault) => shown.fault = Some(fault.to_string()),
            Ok(pipeline) => {
                shown.answer = None;
                shown.failed = None;
                shown.is_running = true;
                let job = RunPipeline {
                    pipeline: Box::new(pipeline),
                    explains,
                    zone,
                };
                let (done, failed) = (Self::pipeline_answered, Self::pipeline_failed);
                self.submit(JobSlot::PIPELINE, job, done, failed);
            }
        }
    }

    fn pipeline_answered(&mut self, answer: PipelineAnswer) {
        let Some(shown) = &mut self.command_box else {
            return;
        };
        shown.is_running = false;
        match answer {
            PipelineAnswer::Plan { plan, warnings } => {
                self.command_box = None;
                self.show_view(WindowView::Users);
                self.details = None;
                self.show_plan(*plan, Vec::new());
                if let WhatIfPanel::Preview(list) = &mut self.panel {
                    list.warnings = warnings;
                }
                self.next_frame.focus = Some(FocusTarget::Preview);
            }
            answer => {
                if let PipelineAnswer::Written(outcome) = &answer {
                    self.notice = Some(Notice::outcome(outcome));
                }
                shown.answer = Some(answer);
            }
        }
    }

    /// The box itself shows why a pipeline failed.
    fn pipeline_failed(&mut self, failed: &JobFailed) {
        if let Some(shown) = &mut self.command_box {
            shown.is_running = false;
            shown.failed = Some(failed.to_string());
        }
    }

    pub(super) fn close_command_box(&mut self) {
        self.cancel(JobSlot::PIPELINE);
        self.command_box = None;
        self.next_frame.focus = Some(FocusTarget::Grid);
    }
}
