//! Esc: closing the topmost part of the window.

use super::{App, FocusTarget, WhatIfPanel, WindowView};

impl App {
    /// Closes the topmost open part of the window.
    pub(super) fn close_topmost(&mut self) {
        // Esc takes the focus away. It goes to the list, unless a branch below picks another
        // control.
        self.next_frame.focus = Some(FocusTarget::Grid);
        if self.giving_up_pins.is_some() {
            self.answer_about_pins(false);
        } else if self.asks_about_history {
            self.answer_about_history(false);
        } else if self.clock_question.is_some() {
            self.answer_clock(false);
        } else if self.help.is_some() {
            self.help = None;
        } else if self.leaving_file.is_some() {
            self.answer_leaving(false);
        } else if matches!(self.panel, WhatIfPanel::Confirming { .. }) {
            self.back_to_preview();
        } else if self.plan_sheet.is_some() {
            self.close_sheet();
        } else if self.change_sheet.is_some() {
            self.close_change_sheet();
        } else if self.keys_view.is_some() {
            self.close_keys();
        } else if self.restore.is_some() {
            self.close_restore();
        } else if self.command_box.is_some() {
            self.close_command_box();
        } else {
            self.close_in_view();
        }
    }

    /// Closes the topmost part of the shown view, or goes back to the users.
    fn close_in_view(&mut self) {
        let view = self.shown_view();
        let has_preview = view.has_panel() && !matches!(self.panel, WhatIfPanel::Empty);
        match view {
            WindowView::Users if self.close_covering_details() => {}
            WindowView::Lists if self.import.is_some() => self.close_in_list(),
            _ if has_preview => self.close_preview(),
            _ if self.notice.as_ref().is_some_and(|notice| notice.is_error) => self.notice = None,
            WindowView::Users if !self.selection.is_empty() => self.selection.clear(),
            WindowView::Users if !self.query.text.is_empty() => self.clear_search(),
            WindowView::Users if self.query.among.is_some() => self.show_among(None),
            WindowView::Users => {}
            _ => self.show_view(WindowView::Users),
        }
    }

    /// Closes the opened row of a list, or ends its search, or leaves its file.
    fn close_in_list(&mut self) {
        let opened = self.import.as_mut().and_then(|sheet| sheet.opened.take());
        let is_searched = self.shows_list_preview()
            && self
                .panel
                .list()
                .is_some_and(|list| !list.search.is_empty());
        if opened.is_some() {
            self.next_frame.focus = Some(FocusTarget::ImportRows);
        } else if is_searched {
            let verdict = self.panel.list().and_then(|list| list.verdict);
            self.search_preview(verdict, String::new());
            self.next_frame.focus = Some(FocusTarget::ImportRows);
        } else {
            self.leave_file();
        }
    }

    pub(super) fn clear_search(&mut self) {
        self.query.text.clear();
        self.ask();
        self.next_frame.focus = Some(FocusTarget::Search);
    }
}
