//! Reading the details of a user, which are also the reading pane beside the list.

use super::{App, DetailsView, FocusTarget, JobSlot, WhatIfPanel, WindowView};
use crate::domain::user::UserId;
use crate::worker::JobFailed;
use crate::worker::jobs::{ReadDetails, UserDetails};

impl App {
    pub(super) fn read_details(&mut self, id: UserId) {
        if self.details.as_ref().is_none_or(|details| details.id != id) {
            self.details = Some(DetailsView::of(id));
        }
        let (done, failed) = (Self::details_read, Self::details_failed);
        let zone = self.zone();
        self.submit(JobSlot::DETAILS, ReadDetails { id, zone }, done, failed);
    }

    /// Shows the user of the cursor: in open details, so that they never show another one, or in
    /// the reading pane, which opens by itself where no preview is.
    pub(super) fn details_follow_cursor(&mut self) {
        let Some(cursor) = self.selection.cursor else {
            return;
        };
        if self.details.is_some() {
            self.read_details(cursor);
        } else {
            self.open_reading_pane();
        }
    }

    /// Opens the reading pane for the user of the cursor, unless a preview has its room or the
    /// operator has switched it off.
    pub(super) fn open_reading_pane(&mut self) {
        let has_room = self.shown_view() == WindowView::Users
            && self.details.is_none()
            && self.is_reading_pane();
        if let Some(cursor) = self.visible_cursor()
            && has_room
        {
            self.read_details(cursor);
        }
    }

    /// Switches the reading pane on or off.
    pub(super) fn switch_reading_pane(&mut self) {
        self.settings.reading_pane = !self.settings.reading_pane;
        if self.settings.reading_pane {
            self.open_reading_pane();
        } else {
            self.details = None;
        }
    }

    /// Closes the details. In the place of the reading pane that switches it off.
    pub(super) fn close_details(&mut self) {
        self.details = None;
        if self.is_reading_pane() {
            self.settings.reading_pane = false;
        }
        self.next_frame.focus = Some(FocusTarget::Grid);
    }

    /// Whether details stand in the place of the reading pane, and not over a preview or the list.
    fn is_reading_pane(&self) -> bool {
        !self.is_narrow && self.settings.reading_pane && matches!(self.panel, WhatIfPanel::Empty)
    }

    /// Closes details that lie over a preview or the list. Returns whether there were any.
    pub(super) fn close_covering_details(&mut self) -> bool {
        self.shown_view() == WindowView::Users
            && !self.is_reading_pane()
            && self.details.take().is_some()
    }

    /// Reads the details again if they are open.
    pub(super) fn read_details_again(&mut self) {
        if let Some(id) = self.details.as_ref().map(|details| details.id) {
            self.read_details(id);
        }
    }

    /// Takes the answer in. One about another user than the shown one came too late.
    fn details_read(&mut self, read: UserDetails) {
        if let Some(details) = &mut self.details
            && details.id == read.id
        {
            details.is_missing = read.user.is_none();
            details.facts = Some(read);
        }
    }

    fn details_failed(&mut self, failed: &JobFailed) {
        self.details = None;
        self.report(failed);
    }
}
