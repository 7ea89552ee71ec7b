//! Commands of the command box. A change to PINs opens a preview, as in every other way.

use super::{App, CommandBox, Direction, FocusTarget, JobSlot, Notice, WhatIfPanel, WindowView};
use crate::pipeline::{Completions, Pipeline};
use crate::worker::JobFailed;
use crate::worker::jobs::{PipelineAnswer, RunPipeline};

/// The number of lines that can be recalled.
const MOST_RECALLED: usize = 50;

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
            shown.completions = Completions::default();
            self.last_pipeline.clone_from(&text);
            shown.text = text;
            self.cancel(JobSlot::PIPELINE);
        }
    }

    /// Sets the text as it is typed, and finds the words that can stand at the text cursor.
    pub(super) fn type_pipeline(&mut self, text: String, cursor: usize) {
        self.set_pipeline(text);
        if let Some(shown) = &mut self.command_box {
            shown.completions = Completions::at(&shown.text, cursor);
            shown.chosen = 0;
            shown.recalled = None;
        }
    }

    pub(super) fn choose_completion(&mut self, direction: Direction) {
        if let Some(shown) = &mut self.command_box {
            let last = shown.completions.items.len().saturating_sub(1);
            shown.chosen = match direction {
                Direction::Up => shown.chosen.saturating_sub(1),
                Direction::Down => (shown.chosen + 1).min(last),
            };
        }
    }

    /// Puts a completion in the place of the word that was typed.
    pub(super) fn complete_pipeline(&mut self, index: usize) {
        let Some(shown) = &self.command_box else {
            return;
        };
        let (replaces, mut text) = (shown.completions.replaces.clone(), shown.text.clone());
        let Some(item) = shown.completions.items.get(index) else {
            return;
        };
        let cursor = replaces.start + item.text.len();
        text.replace_range(replaces, &item.text);
        self.set_pipeline(text);
        self.next_frame.pipeline_cursor = Some(cursor);
        self.next_frame.focus = Some(FocusTarget::CommandBox);
    }

    /// Puts a line that was run earlier, or later, into the box.
    pub(super) fn recall_pipeline(&mut self, direction: Direction) {
        let recalled = self.command_box.as_ref().and_then(|shown| shown.recalled);
        let wanted = match (recalled, direction) {
            (None, Direction::Up) => 0,
            (Some(index), Direction::Up) => index + 1,
            (Some(index), Direction::Down) if index > 0 => index - 1,
            (_, Direction::Down) => return,
        };
        let Some(line) = self.pipelines_run.get(wanted).cloned() else {
            return;
        };
        self.next_frame.pipeline_cursor = Some(line.len());
        self.set_pipeline(line);
        if let Some(shown) = &mut self.command_box {
            shown.recalled = Some(wanted);
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
                shown.completions = Completions::default();
                self.pipelines_run.retain(|line| *line != shown.text);
                self.pipelines_run.push_front(shown.text.clone());
                self.pipelines_run.truncate(MOST_RECALLED);
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
