//! The search thread: the latest search wins, and the answer is renewed when the store changes.

use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::{Builder, JoinHandle};

use super::event::{Event, EventSender};
use super::search_loop::SearchLoop;
use super::search_slot::SearchSlot;
use super::setup::Setup;
use super::watch::Watch;
use crate::directory::Query;

/// The search thread, and the slot from which it takes the latest search.
pub(super) struct SearchThread {
    slot: Arc<SearchSlot>,
    thread: Option<JoinHandle<()>>,
}

impl SearchThread {
    pub fn start(setup: Setup, events: Sender<Event>) -> std::io::Result<Self> {
        let slot = Arc::new(SearchSlot::new(setup.waker.clone()));
        let mine = Arc::clone(&slot);
        let thread = Builder::new()
            .name("pindesk-search".to_owned())
            .spawn(move || {
                let events = EventSender::new(events, setup.waker.clone());
                SearchLoop::new(setup, events, mine).run();
            })?;
        Ok(Self {
            slot,
            thread: Some(thread),
        })
    }

    pub fn ask(&self, query: Query) {
        self.slot.ask(query);
    }

    /// The progress of opening the store.
    pub fn opening(&self) -> Arc<Watch> {
        Arc::clone(&self.slot.lock().opening)
    }

    pub fn refresh(&self) {
        self.slot.refresh();
    }
}

impl Drop for SearchThread {
    fn drop(&mut self) {
        self.slot.end();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the search thread has failed");
        }
    }
}
