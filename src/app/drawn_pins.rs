//! PINs that were drawn. They are shown only in the result, so it is not left before they are copied
//! or given up.

use super::{App, Command, FocusTarget, NamedCommand, WhatIfPanel, WindowView};
use crate::store::Applied;

impl App {
    /// The result with drawn PINs that nobody has copied.
    fn result_with_pins(&self) -> Option<&Applied> {
        [&self.panel, &self.other_preview.panel]
            .into_iter()
            .find_map(|panel| match panel {
                WhatIfPanel::Result { applied, .. } if !applied.pins.is_empty() => Some(&**applied),
                _ => None,
            })
            .filter(|applied| applied.batch != self.pins_settled)
    }

    /// The number of drawn PINs that nobody has copied.
    pub fn pins_at_stake(&self) -> usize {
        self.result_with_pins()
            .map_or(0, |applied| applied.pins.len())
    }

    /// Asks before a command that would lose PINs. Returns whether the command waits for the answer.
    pub(super) fn asks_about_pins(&mut self, command: &Command) -> bool {
        let asks = self.loses_result(command) && self.pins_at_stake() > 0;
        if asks {
            self.giving_up_pins = Some(Box::new(command.clone()));
            self.next_frame.focus = Some(FocusTarget::PinsQuestion);
        }
        asks
    }

    /// Whether a command puts something else in the place of the result, or ends the program.
    fn loses_result(&self, command: &Command) -> bool {
        match command {
            Command::PreviewFor(..) | Command::Undo(..) | Command::OpenSubmitted(_) => true,
            // Esc closes what lies over the result first.
            Command::Do(NamedCommand::CloseDialog) => {
                let view = self.shown_view();
                let is_covered = view == WindowView::Users && self.details.is_some();
                !self.has_dialog() && view.has_panel() && !is_covered
            }
            Command::Do(named) => {
                let loses = matches!(
                    named,
                    NamedCommand::Lock
                        | NamedCommand::Unlock
                        | NamedCommand::SetPin
                        | NamedCommand::ResetFailures
                        | NamedCommand::Undo
                        | NamedCommand::ClosePreview
                        | NamedCommand::OpenPlan
                        | NamedCommand::OpenSample
                        | NamedCommand::LeaveSample
                        | NamedCommand::OpenStore
                        | NamedCommand::RestoreBackup
                        | NamedCommand::RunPipeline
                        | NamedCommand::Quit
                );
                loses && self.has_place(*named)
            }
            _ => false,
        }
    }

    /// Goes on with the command that waits, or leaves everything as it is.
    pub(super) fn answer_about_pins(&mut self, gives_up: bool) {
        let Some(command) = self.giving_up_pins.take() else {
            return;
        };
        if gives_up {
            self.settle_pins();
            self.execute(*command);
        } else {
            self.next_frame.focus = Some(FocusTarget::Preview);
        }
    }

    pub(super) fn copy_pins(&mut self) {
        if let WhatIfPanel::Result { applied, .. } = &self.panel {
            self.next_frame.copy = Some(applied.drawn_lines());
            self.settle_pins();
            self.say("The PINs are copied.");
        }
    }

    pub(super) fn settle_pins(&mut self) {
        if let Some(applied) = self.result_with_pins() {
            self.pins_settled = applied.batch;
        }
    }
}
