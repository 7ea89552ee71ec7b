//! Looking for damage in a large store while the window is used. Opening such a store reads only a
//! part of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};

use super::event::{Event, EventSender};
use super::setup::Setup;
use crate::store::{Store, StoreError};

/// A check that runs on a thread of its own. Dropping it ends the check, so that the file can be
/// replaced.
pub(super) struct BackgroundCheck {
    is_cancelled: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl BackgroundCheck {
    /// Starts the check of a store that was not read completely when it was opened. None for other
    /// stores, and where there is no thread.
    ///
    /// # Errors
    /// The store could not be opened again.
    pub fn start(
        store: &Store,
        setup: &Setup,
        events: &EventSender,
    ) -> Result<Option<Self>, StoreError> {
        if !store.is_checked_in_part()? {
            return Ok(None);
        }
        let mut checked = store.for_reading()?;
        let is_cancelled = Arc::new(AtomicBool::new(false));
        let cancelled = Arc::clone(&is_cancelled);
        let (setup, events) = (setup.clone(), events.clone());
        events.send(Event::Checking(true));
        let started = Builder::new()
            .name("pindesk-check".to_owned())
            .spawn(move || {
                match checked.check_all(move || cancelled.load(Ordering::Relaxed)) {
                    Err(error @ StoreError::Damaged { .. }) => {
                        setup.note_damage(&error);
                        events.send(Event::Damaged(error));
                    }
                    Err(error) => log::warn!("the check for damage has ended early: {error}"),
                    Ok(()) => {}
                }
                events.send(Event::Checking(false));
            });
        match started {
            Ok(thread) => Ok(Some(Self {
                is_cancelled,
                thread: Some(thread),
            })),
            Err(error) => {
                log::warn!("no thread for checking the store: {error}");
                Ok(None)
            }
        }
    }
}

impl Drop for BackgroundCheck {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.is_cancelled.store(true, Ordering::Relaxed);
            if thread.join().is_err() {
                log::error!("the check for damage has failed");
            }
        }
    }
}
