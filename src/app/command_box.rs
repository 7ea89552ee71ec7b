//! Commands of the palette while it has a line of PowerShell. A change to PINs opens a preview, as
//! in every other way.

use super::{
    App, CommandBox, Direction, FocusTarget, JobSlot, NamedCommand, Notice, WhatIfPanel, WindowView,
};
use crate::pipeline::{Completions, Pipeline};
use crate::plan::words::{plural, thousands};
use crate::worker::JobFailed;
use crate::worker::jobs::{
    CopiedTable, CopyPipelineRows, ExportPipelineRows, PipelineAnswer, RunPipeline,
};

/// The number of lines that can be recalled.
const MOST_RECALLED: usize = 50;

impl App {
    /// Opens the palette with the line that was typed last. It is selected if `named` is the
    /// command of the palette, so that typed words take its place.
    pub(super) fn open_command_box(&mut self, named: NamedCommand) {
        if self.has_dialog() || self.view.is_none() {
            return;
        }
        self.command_box = Some(CommandBox::default());
        self.read_plans_for_palette();
        self.set_pipeline(self.last_pipeline.clone());
        self.next_frame.focus = Some(FocusTarget::CommandBox);
        self.next_frame.selects_pipeline = named == NamedCommand::Palette;
    }

    pub(super) fn set_pipeline(&mut self, text: String) {
        if let Some(shown) = &mut self.command_box {
            shown.text = text;
            shown.recalled = None;
            let is_line = shown.is_line();
            let fault = Pipeline::parse(&shown.text).err();
            shown.fault = fault.filter(|_| is_line).map(|fault| fault.to_string());
            shown.answer = None;
            shown.notice = None;
            shown.failed = None;
            shown.is_running = false;
            shown.completions = Completions::default();
            self.last_pipeline.clear();
            if is_line {
                self.last_pipeline.clone_from(&shown.text);
            }
            self.cancel(JobSlot::PIPELINE);
            self.find_everywhere();
        }
    }

    /// Sets the text as it is typed, and finds the words that can stand at the text cursor.
    pub(super) fn type_pipeline(&mut self, text: String, cursor: usize) {
        self.set_pipeline(text);
        if let Some(shown) = &mut self.command_box {
            shown.chosen = 0;
            if shown.is_line() {
                shown.completions = Completions::at(&shown.text, cursor);
            }
        }
    }

    pub(super) fn choose_completion(&mut self, direction: Direction) {
        if let Some(shown) = &mut self.command_box {
            shown.chosen = direction.from(shown.chosen, shown.completions.items.len());
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
                    list.warnings.extend(warnings);
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

    /// Copies all rows that the pipeline finds. The box lists the first of them only.
    pub(super) fn copy_pipeline_rows(&mut self) {
        if let Some(pipeline) = self.listed_pipeline() {
            let zone = self.zone();
            let job = CopyPipelineRows { pipeline, zone };
            let done = |app: &mut Self, copied: CopiedTable| {
                app.next_frame.copy = Some(copied.text);
                let rows = plural(copied.count, "row", "rows");
                app.tell_in_command_box(Notice::outcome(format!(
                    "Copied {} {rows}.",
                    thousands(copied.count)
                )));
            };
            self.submit(JobSlot::COPY_ROWS, job, done, Self::pipeline_failed);
        }
    }

    pub(super) fn ask_where_to_export_rows(&mut self) {
        if let Some(pipeline) = self.listed_pipeline() {
            let zone = self.zone();
            let title = "Export the rows";
            self.ask_where_to_save(title, "rows.csv", "csv", move |to| ExportPipelineRows {
                pipeline,
                zone,
                to,
            });
        }
    }

    /// The pipeline whose rows are listed.
    fn listed_pipeline(&self) -> Option<Box<Pipeline>> {
        let shown = self.command_box.as_ref()?;
        let has_rows = matches!(shown.answer, Some(PipelineAnswer::Rows { .. }));
        let pipeline = has_rows.then(|| Pipeline::parse(&shown.text).ok());
        pipeline.flatten().map(Box::new)
    }

    /// Says an outcome in the box, which covers the status line, and there.
    pub(super) fn tell_in_command_box(&mut self, notice: Notice) {
        if let Some(shown) = &mut self.command_box {
            shown.notice = Some(notice.clone());
        }
        self.notice = Some(notice);
    }

    pub(super) fn close_command_box(&mut self) {
        self.cancel(JobSlot::PALETTE);
        self.cancel(JobSlot::PALETTE_PLANS);
        self.cancel(JobSlot::PIPELINE);
        self.command_box = None;
        self.next_frame.focus = Some(FocusTarget::Grid);
    }
}
