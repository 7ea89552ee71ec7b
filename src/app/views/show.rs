//! Going from one view of the window to another.

use std::mem::swap;

use crate::app::{
    App, Command, FocusTarget, ImportSheet, ImportStage, ImportStep, NamedCommand, WhatIfPanel,
    WindowView,
};
use crate::directory::Among;
use crate::domain::user::UserId;

impl App {
    /// The view that is shown.
    pub fn shown_view(&self) -> WindowView {
        self.visited.shown()
    }

    /// Whether a view can be shown now.
    pub fn can_show(&self, view: WindowView) -> bool {
        self.view.is_some() || !view.needs_store()
    }

    /// Whether there is a visited view to go back to, or forward if `by` is positive.
    pub fn can_go_to_visited(&self, by: isize) -> bool {
        self.visited
            .neighbour(by)
            .is_some_and(|view| self.can_show(view))
    }

    /// Shows a view. The view that is left keeps its state.
    pub(in crate::app) fn show_view(&mut self, view: WindowView) {
        if !self.can_show(view) {
            return;
        }
        self.visited.visit(view);
        self.enter_view();
    }

    /// Shows a view, and leaves the focus in the rail, also when the view has been read.
    pub(in crate::app) fn show_from_rail(&mut self, view: WindowView) {
        self.show_view(view);
        self.next_frame.focus = Some(FocusTarget::Rail);
        if let Some(plans) = &mut self.plans {
            plans.takes_focus = false;
        }
    }

    /// Shows the view that was visited before, or after if `by` is positive.
    pub(in crate::app) fn go_to_visited(&mut self, by: isize) {
        if self.can_go_to_visited(by) {
            self.visited.go(by);
            self.enter_view();
        }
    }

    /// Brings the shown view up to date, and moves the focus into it.
    fn enter_view(&mut self) {
        self.back_to_preview();
        let view = self.shown_view();
        self.use_preview_of_list(view == WindowView::Lists);
        self.next_frame.focus = Some(FocusTarget::of_view(view));
        match view {
            WindowView::Plans => self.enter_plans(),
            WindowView::History => self.enter_history(),
            WindowView::Insights => self.enter_insights(),
            WindowView::Policies => self.enter_policies(),
            WindowView::Operators => self.enter_operators(),
            WindowView::Settings => self.enter_settings(),
            WindowView::Users | WindowView::Lists => {}
        }
    }

    /// Moves the focus to the search of the shown view, or to that of the users.
    pub(in crate::app) fn go_to_search(&mut self) {
        if self.shown_view() == WindowView::History {
            self.next_frame.focus = Some(FocusTarget::History);
            return;
        }
        if self.shows_list_preview() {
            self.next_frame.focus = Some(FocusTarget::SearchRows);
            return;
        }
        self.show_view(WindowView::Users);
        self.next_frame.focus = Some(FocusTarget::Search);
    }

    /// Whether a preview is on the screen: in the panel beside the view, or as the list of a file.
    pub fn shows_preview(&self) -> bool {
        self.shown_view().has_panel() || self.shows_list_preview()
    }

    /// Whether the view shows the preview of a list.
    pub fn shows_list_preview(&self) -> bool {
        let is_there = |sheet: &ImportSheet| {
            sheet.step == ImportStep::Preview && matches!(sheet.stage, ImportStage::List { .. })
        };
        self.shown_view() == WindowView::Lists
            && matches!(self.panel, WhatIfPanel::Preview(_))
            && self.import.as_ref().is_some_and(is_there)
    }

    /// Whether a command has a place in the shown view. A command that acts on the selected users
    /// needs the list in which they can be seen.
    pub fn has_place(&self, named: NamedCommand) -> bool {
        match named {
            NamedCommand::Lock
            | NamedCommand::Unlock
            | NamedCommand::SetPin
            | NamedCommand::ResetFailures
            | NamedCommand::ToggleSelected
            | NamedCommand::SelectAll
            | NamedCommand::ClearSelection
            | NamedCommand::CopyUsers
            | NamedCommand::CopyCsv
            | NamedCommand::CopyJson
            | NamedCommand::CopyIdentities
            | NamedCommand::PasteUsers
            | NamedCommand::CopySelection
            | NamedCommand::CopyQuery
            | NamedCommand::Details => self.shown_view() == WindowView::Users,
            NamedCommand::Apply
            | NamedCommand::SavePlan
            | NamedCommand::SaveReport
            | NamedCommand::SaveScript => self.shows_preview(),
            NamedCommand::NextProblem | NamedCommand::PreviousProblem => self.shows_list_preview(),
            _ => true,
        }
    }

    /// Shows a user in the list of users, which then shows everybody if the search or the filter hid
    /// them.
    pub(in crate::app) fn show_user(&mut self, id: UserId) {
        self.show_view(WindowView::Users);
        let is_listed = self
            .view
            .as_ref()
            .is_some_and(|view| view.row_of(id).is_some());
        if !is_listed {
            self.forget_query();
        }
        self.execute(Command::GoToUser(id));
    }

    /// Lists particular users, or all again.
    pub(in crate::app) fn show_among(&mut self, among: Option<Among>) {
        if among.is_some() {
            self.forget_query();
        }
        self.query.among = among;
        self.show_view(WindowView::Users);
        self.ask();
    }

    /// Puts the cursor on a user of the list.
    pub(in crate::app) fn go_to_user(&mut self, id: UserId) {
        match self.view.as_ref().and_then(|view| view.row_of(id)) {
            Some(row) => {
                self.selection.only(id);
                self.next_frame.scroll_to_row = Some(row);
                self.read_details(id);
            }
            None => self.fail("This user is no longer in the store."),
        }
    }

    /// Takes the preview of the list, or that of all other views, as the one that commands and
    /// answers of jobs are about. The other one waits with its reason and ticket.
    pub(in crate::app) fn use_preview_of_list(&mut self, of_list: bool) {
        if self.is_preview_of_list == of_list {
            return;
        }
        self.is_preview_of_list = of_list;
        let other = &mut self.other_preview;
        swap(&mut self.panel, &mut other.panel);
        swap(&mut self.reason, &mut other.reason);
        swap(&mut self.ticket, &mut other.ticket);
        swap(&mut self.brings_reason, &mut other.brings_reason);
    }
}
