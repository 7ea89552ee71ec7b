//! The command box: a PowerShell pipeline over PinDesk's own users, explained or run. What it would do to PINs leads to
//! the preview, like everything else.

use super::{App, FocusWish, Panel, Purpose};
use crate::pipeline::Pipeline;
use crate::worker::{Job, JobFailed, Piped};

/// The command box as it is shown.
#[derive(Default)]
pub struct CommandBox {
    pub text: String,
    /// Why what is typed cannot be run, and where; None where it can, or nothing was typed.
    pub fault: Option<String>,
    pub answer: Option<Piped>,
    /// Why it came to nothing.
    pub failed: Option<String>,
    pub is_running: bool,
}

/// Pipelines to begin with: the documented ones, and what they lead to.
pub const EXAMPLES: [(&str, &str); 5] = [
    (
        "Whose PIN is locked",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.IsLockedOut -eq $True}",
    ),
    (
        "Unlock whoever was locked by the system",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.LockCause -eq \"system\"} | Unlock-CsClientPin",
    ),
    (
        "Lock expired PINs",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.PinExpirationTime -lt (Get-Date)} | Lock-CsClientPin",
    ),
    (
        "Whose PIN expires next week",
        "Get-CsUser | Get-CsClientPinInfo | Where-Object {$_.PinExpirationTime -ge (Get-Date) -and $_.PinExpirationTime -le \
         (Get-Date).AddDays(7)} | Sort-Object PinExpirationTime",
    ),
    (
        "Which roles may unlock",
        "Get-CsAdminRole | Where-Object {$_.Cmdlets -match \"Unlock-CsClientPin\"}",
    ),
];

impl CommandBox {
    /// Can what is typed be run?
    pub fn is_runnable(&self) -> bool {
        !self.text.trim().is_empty() && self.fault.is_none() && !self.is_running
    }
}

impl App {
    pub(super) fn open_command_box(&mut self) {
        if self.has_dialog() || self.view.is_none() {
            return;
        }
        self.command_box = Some(CommandBox::default());
        // What was typed last is where it was.
        self.set_pipeline(self.last_pipeline.clone());
        self.wishes.focus = Some(FocusWish::CommandBox);
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
            self.cancel(Purpose::Pipeline);
        }
    }

    /// Runs what is typed, or only says what each of its stages would do.
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
                self.submit(
                    Purpose::Pipeline,
                    "Running the pipeline",
                    Job::Pipeline(Box::new(pipeline), explains, zone),
                );
            }
        }
    }

    pub(super) fn piped(&mut self, piped: Piped) {
        let Some(shown) = &mut self.command_box else {
            return;
        };
        shown.is_running = false;
        match piped {
            Piped::Plan(plan, tally, warnings) => {
                self.command_box = None;
                self.details = None;
                self.show_plan(*plan, tally, Vec::new());
                if let Panel::Preview(list) = &mut self.panel {
                    list.warnings = warnings;
                }
                self.wishes.focus = Some(FocusWish::Preview);
            }
            piped => {
                if let Piped::Written(words) = &piped {
                    self.notice = Some(super::Notice {
                        text: words.clone(),
                        is_error: false,
                    });
                }
                shown.answer = Some(piped);
            }
        }
    }

    /// Its place is the box: nothing else has to hear of it.
    pub(super) fn not_piped(&mut self, failed: &JobFailed) {
        if let Some(shown) = &mut self.command_box {
            shown.is_running = false;
            shown.failed = Some(failed.to_string());
        }
    }

    pub(super) fn close_command_box(&mut self) {
        self.cancel(Purpose::Pipeline);
        self.command_box = None;
        self.wishes.focus = Some(FocusWish::Grid);
    }
}
