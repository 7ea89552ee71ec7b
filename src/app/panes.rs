//! Going from one pane of the window to another.

use super::{App, FocusTarget, Pane, WhatIfPanel, WindowView};

impl App {
    /// Moves the focus to a pane. A panel that is not there is passed over.
    pub(super) fn go_to_pane(&mut self, pane: Pane) {
        let in_panel = self.focus_in_panel();
        self.next_frame.focus = Some(match pane {
            Pane::Rail => FocusTarget::Rail,
            Pane::View => FocusTarget::of_view(self.shown_view()),
            Pane::Panel => in_panel.unwrap_or(FocusTarget::Rail),
        });
    }

    /// Whether there is a panel beside the view.
    pub fn has_panel(&self) -> bool {
        let has_preview = !matches!(self.panel, WhatIfPanel::Empty);
        let has_store = self.view.is_some() && self.store_error.is_none();
        match self.shown_view() {
            WindowView::Users => {
                has_store && !self.is_first_start() && (has_preview || self.details.is_some())
            }
            view => has_store && view.has_panel() && has_preview,
        }
    }

    /// The first control of the panel that one goes to. None if there is no panel.
    fn focus_in_panel(&self) -> Option<FocusTarget> {
        if !self.has_panel() {
            return None;
        }
        let has_details = self.shown_view() == WindowView::Users && self.details.is_some();
        Some(match &self.panel {
            _ if has_details => FocusTarget::Details,
            WhatIfPanel::Preview(list) if list.review.is_none() => FocusTarget::Reason,
            _ => FocusTarget::Preview,
        })
    }
}
