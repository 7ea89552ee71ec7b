//! A history that is not the one that this computer has seen: the red bar, and the question whether to
//! go on with it.

use super::{App, FocusTarget, JobSlot};
use crate::store::{HeadNews, StoreError};
use crate::worker::Opening;
use crate::worker::jobs::AcceptHistory;

impl App {
    pub(super) fn take_head_news(&mut self, news: Option<HeadNews>) {
        match news {
            Some(HeadNews::Changed(change)) => self.head_change = Some(change),
            Some(told) => {
                self.head_change = None;
                self.fail(told.to_string());
            }
            None => {
                self.head_change = None;
                self.asks_about_history = false;
            }
        }
    }

    /// The sentence about a history that this computer has not seen, until it is accepted.
    pub fn changed_history(&self) -> Option<String> {
        match &self.store_error {
            Some(StoreError::NotUpgraded { what, .. }) => Some(what.clone()),
            _ => self.head_change.as_ref().map(ToString::to_string),
        }
    }

    pub(super) fn ask_about_history(&mut self) {
        if self.changed_history().is_some() && !self.has_dialog() && !self.is_writing() {
            self.asks_about_history = true;
            self.next_frame.focus = Some(FocusTarget::HistoryQuestion);
        }
    }

    /// Accepts the history as it is, or leaves the question.
    pub(super) fn answer_about_history(&mut self, accepts: bool) {
        if !std::mem::take(&mut self.asks_about_history) || !accepts {
            return;
        }
        if matches!(self.store_error, Some(StoreError::NotUpgraded { .. })) {
            self.start_again(Opening::accepting_history());
            return;
        }
        self.submit(
            JobSlot::ACCEPT_HISTORY,
            AcceptHistory,
            |app, _| {
                app.say("The history was accepted as it is.");
                app.refresh();
            },
            Self::report,
        );
    }
}
