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
        self.submit(JobSlot::DETAILS, ReadDetails(id), done, failed);
    }

    /// Reads the details again if they are open.
    pub(super) fn read_details_again(&mut self) {
        if let Some(id) = self.details.as_ref().map(|details| details.id) {
            self.read_details(id);
        }
    }

    fn details_read(&mut self, UserDetails { user, history }: UserDetails) {
        if let Some(details) = &mut self.details {
            details.is_missing = user.is_none();
            details.user = user;
            details.history = history;
        }
    }

    fn details_failed(&mut self, failed: &JobFailed) {
        self.details = None;
        self.report(failed);
    }
}
