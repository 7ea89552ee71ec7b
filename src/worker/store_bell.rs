//! Hearing at once that another connection has written to a store on a server. It only shortens the
//! wait: what has changed is read from the store in any case.

use std::sync::Arc;
use std::sync::Weak;
use std::thread::Builder;
use std::time::Duration;

use super::search_slot::SearchSlot;
use crate::store::{Store, WriteBell};

/// The time between two looks whether the program still wants to hear.
const LOOK: Duration = Duration::from_secs(1);

/// A thread with a connection of its own, which listens. It ends with this value, within [`LOOK`].
pub(super) struct StoreBell {
    listens: Option<Arc<()>>,
    slot: Arc<SearchSlot>,
}

impl StoreBell {
    /// Listens to a store on a server. There is nothing to hear from a file, which is looked at often.
    pub fn hang(store: &Store, slot: &Arc<SearchSlot>) -> Self {
        let mut bell = Self {
            listens: None,
            slot: Arc::clone(slot),
        };
        bell.listen(store);
        bell
    }

    /// Listens again, if the connection that listened was lost alone.
    pub fn look_after(&mut self, store: &Store) {
        let has_ended = (self.listens.as_ref()).is_some_and(|alive| Arc::weak_count(alive) == 0);
        if has_ended {
            self.listen(store);
        }
    }

    fn listen(&mut self, store: &Store) {
        match store.write_bell() {
            Ok(None) => {}
            Ok(Some(bell)) => {
                let alive = Arc::new(());
                let (wanted, slot) = (Arc::downgrade(&alive), Arc::clone(&self.slot));
                let started = Builder::new()
                    .name("pindesk-listen".to_owned())
                    .spawn(move || listen(bell, &wanted, &slot));
                if let Err(error) = started {
                    log::warn!("no thread for listening to the server: {error}");
                }
                self.listens = Some(alive);
            }
            Err(error) => log::warn!("the server does not say when the store is written: {error}"),
        }
    }
}

fn listen(mut bell: WriteBell, wanted: &Weak<()>, slot: &SearchSlot) {
    while wanted.strong_count() > 0 {
        match bell.wait(LOOK) {
            Ok(true) => slot.call(),
            Ok(false) => {}
            Err(error) => {
                log::info!("the connection that listens to the server has ended: {error}");
                return;
            }
        }
    }
}
