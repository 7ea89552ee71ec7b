//! The window while the connection to the server of the store is lost. It shows the users as they were read
//! before, and the search thread connects again by itself.

use super::{App, LostConnection};
use crate::store::StoreError;
use crate::time_format::in_sentence;

impl App {
    pub(super) fn lose_connection(&mut self, error: StoreError) {
        let since = self.now();
        self.lost_connection = Some(LostConnection { since, error });
    }

    /// Reads the views again that could not be read meanwhile.
    pub(super) fn connection_is_back(&mut self) {
        if self.lost_connection.take().is_some() {
            self.read_again();
            self.say("The connection to the server is back.");
        }
    }

    /// The sentences about a lost connection, and the error behind them. None while there is none.
    pub fn lost_connection_text(&self) -> Option<(String, String)> {
        self.lost_connection.as_ref().map(|lost| {
            let since = in_sentence(lost.since, self.zone());
            let text = format!(
                "No connection to the server of the store since {since}. You see what was read before. Nothing can be changed until the connection is back, and PinDesk tries again by itself."
            );
            (text, lost.error.to_string())
        })
    }
}
