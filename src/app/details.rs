//! Reading the details of a user.

use super::{App, DetailsView, JobSlot};
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

    /// Reads the user of the cursor if details are open, so that they never show another one.
    pub(super) fn details_follow_cursor(&mut self) {
        if self.details.is_some()
            && let Some(cursor) = self.selection.cursor
        {
            self.read_details(cursor);
        }
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
