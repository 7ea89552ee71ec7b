//! The search thread while the connection to a server is lost: it answers searches from what it has
//! read, and tries to connect again with growing pauses.

use std::sync::mpsc::{Receiver, channel};
use std::thread::Builder;
use std::time::{Duration, Instant};

use super::event::Event;
use super::search_loop::SearchLoop;
use super::search_slot::Woken;
use super::shown::Shown;
use crate::store::{Store, StoreError};

/// The first and the longest pause between two tries.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));

/// The time between two looks whether the thread that connects has ended, which also calls.
const LOOK: Duration = Duration::from_secs(1);

impl SearchLoop {
    /// Waits until the server can be reached again. None at the end of the program.
    ///
    /// # Errors
    /// The server can be reached, but the store cannot be opened.
    pub fn reconnect(
        &self,
        shown: &mut Shown,
        lost: StoreError,
    ) -> Result<Option<Store>, StoreError> {
        self.events.send(Event::Disconnected(lost));
        let mut pause = PAUSES.0;
        loop {
            if self.show_until(shown, Instant::now() + pause) == Woken::Refresh {
                pause = PAUSES.0;
            }
            let Some(connecting) = self.connecting() else {
                pause = PAUSES.1;
                continue;
            };
            let connected = loop {
                if self.slot.has_ended() {
                    return Ok(None);
                }
                if let Ok(connected) = connecting.try_recv() {
                    break connected;
                }
                self.answer(shown, None)?;
                self.slot.wait(shown.answered(), LOOK);
            };
            match connected {
                Ok(store) => return Ok(Some(store)),
                Err(error) if error.is_of_connection() => {
                    log::info!("the server cannot be reached: {error}");
                }
                Err(error) => return Err(error),
            }
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    /// Answers searches until this moment, a refresh or the end.
    fn show_until(&self, shown: &mut Shown, end: Instant) -> Woken {
        loop {
            let _answered = self.answer(shown, None);
            let left = end.saturating_duration_since(Instant::now());
            let woken = self.slot.wait(shown.answered(), left);
            if woken == Woken::Refresh || Instant::now() >= end || self.slot.has_ended() {
                return woken;
            }
        }
    }

    /// Connects on a thread of its own, since a network that is gone lets it wait for a long time. None
    /// where there is no thread.
    fn connecting(&self) -> Option<Receiver<Result<Store, StoreError>>> {
        let (sender, connecting) = channel();
        let beside = self.clone();
        let started = Builder::new()
            .name("pindesk-connect".to_owned())
            .spawn(move || {
                let store = beside.open_store();
                // The loop may have ended meanwhile.
                drop(sender.send(store));
                beside.slot.call();
            });
        match started {
            Ok(_) => Some(connecting),
            Err(error) => {
                log::warn!("no thread for connecting to the server: {error}");
                None
            }
        }
    }
}
