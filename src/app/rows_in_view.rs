//! Reading the columns of the list that the directory in memory does not have.

use super::{App, JobSlot, RowsInView};
use crate::domain::user::UserId;
use crate::worker::JobFailed;
use crate::worker::jobs::ReadUserFacts;

impl App {
    /// Reads these users, which are the ones in and around the rows in view.
    pub(super) fn read_rows(&mut self, ids: Vec<UserId>) {
        self.rows_in_view.ask(ids.iter().copied());
        let done = |app: &mut Self, facts| app.rows_in_view.take(facts);
        let failed = |app: &mut Self, failed: &JobFailed| app.report(failed);
        self.submit(JobSlot::ROWS, ReadUserFacts(ids), done, failed);
    }

    /// Forgets the rows of the store that is left.
    pub(super) fn forget_rows(&mut self) {
        self.rows_in_view = RowsInView::default();
    }
}
