//! Handling the events of the worker's threads.

use super::App;
use crate::worker::Event;

impl App {
    /// Handles all events since the last frame. Never waits.
    pub fn poll(&mut self) {
        let events: Vec<Event> = self
            .worker
            .as_ref()
            .map(|worker| worker.events().collect())
            .unwrap_or_default();
        for event in events {
            self.handle(event);
        }
        self.handle_file_dialog();
        self.handle_restore();
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Loading(count) => self.loaded_so_far = count,
            Event::View(view) => {
                let is_news = self
                    .view
                    .as_ref()
                    .is_none_or(|old| old.directory.freshness() != view.directory.freshness());
                self.view = Some(view);
                self.store_error = None;
                if is_news {
                    self.read_again();
                }
                self.execute_waiting();
            }
            Event::Written => self.read_again(),
            Event::ClockJump(jump) => self.ask_about_clock(jump),
            Event::RenewedAccount(why) => self.renewed_account = Some(why),
            Event::Checking(runs) => self.is_checking = runs,
            Event::Damaged(error) => self.damage = Some(error),
            Event::HeadNews(news) => self.take_head_news(*news),
            Event::Keys(keys) => {
                self.keys = Some(keys);
                self.read_keys();
            }
            Event::ReasonRules(rules) => self.take_reason_rules(rules),
            Event::Plans { waiting, decided } => self.take_plan_news(waiting, &decided),
            Event::ProtectedLocked(users) => self.protected_locked = users,
            Event::ClockLag(lag) => self.clock_lag = lag,
            Event::StoreFailed(error) => {
                self.view = None;
                self.lost_connection = None;
                self.store_error = Some(error);
            }
            Event::Disconnected(error) => self.lose_connection(error),
            Event::Connected => self.connection_is_back(),
            Event::HookFailed(warning) => self.fail(warning),
            Event::SearchFailed => self.fail(
                "The list cannot be shown because of a fault of PinDesk itself. Press F5 to try again, and send the report that PinDesk has written to those who look after it.",
            ),
            Event::Done(id) => self.job_ended(id),
        }
    }

    /// Reads the views beside the list again, because the store was written.
    pub(super) fn read_again(&mut self) {
        self.read_details_again();
        self.rows_in_view.ask_again();
        self.read_plan_again();
        self.read_plans();
        self.read_batches_again();
        self.read_backups();
        self.read_filters_for_all();
        self.read_policies();
        self.read_charts();
    }
}
