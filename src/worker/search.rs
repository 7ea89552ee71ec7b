//! Search: the latest question wins, and the answer is renewed when the store has changed.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::{Event, Setup, open, send};
use crate::directory::{Answers, Directory, Query, View};
use crate::progress::Progress;
use crate::store::{Store, StoreError};

/// How often the store is asked whether somebody else has written. Costs microseconds.
const POLL: Duration = Duration::from_secs(1);

/// How long the first rows may be painted before the others are loaded.
const HEAD_START: Duration = Duration::from_millis(150);

/// The search thread, and the slot in which it finds the latest question.
pub(super) struct Search {
    slot: Arc<Slot>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Slot {
    wanted: Mutex<Wanted>,
    changed: Condvar,
}

#[derive(Default)]
struct Wanted {
    /// Grows with every question, so that work on an older one can be given up.
    generation: u64,
    query: Query,
    refresh: bool,
    end: bool,
}

impl Search {
    pub fn start(setup: Setup, events: Sender<Event>) -> std::io::Result<Self> {
        let slot = Arc::new(Slot::default());
        let mine = Arc::clone(&slot);
        let thread = Builder::new()
            .name("pindesk-search".to_owned())
            .spawn(move || {
                Searching {
                    setup,
                    events,
                    slot: mine,
                }
                .run();
            })?;
        Ok(Self {
            slot,
            thread: Some(thread),
        })
    }

    pub fn ask(&self, query: Query) {
        let mut wanted = self.slot.lock();
        wanted.query = query;
        wanted.generation += 1;
        self.slot.changed.notify_one();
    }

    pub fn refresh(&self) {
        self.slot.lock().refresh = true;
        self.slot.changed.notify_one();
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        let mut wanted = self.slot.lock();
        wanted.end = true;
        wanted.generation += 1;
        drop(wanted);
        self.slot.changed.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the search thread has failed");
        }
    }
}

impl Slot {
    /// Nothing is done while the lock is held that could fail halfway, so a poisoned one is as good as new.
    fn lock(&self) -> MutexGuard<'_, Wanted> {
        self.wanted
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn is_outdated(&self, generation: u64) -> bool {
        self.lock().generation != generation
    }
}

struct Searching {
    setup: Setup,
    events: Sender<Event>,
    slot: Arc<Slot>,
}

impl Searching {
    fn run(self) {
        while !self.slot.lock().end {
            if let Err(error) = self.serve() {
                send(&self.events, &self.setup.waker, Event::StoreFailed(error));
                self.wait_for_refresh();
            }
        }
    }

    /// Answers until the end, or until the store fails.
    fn serve(&self) -> Result<(), StoreError> {
        // Opened for reading once it is there: what this thread reads it keeps itself, so SQLite need not.
        let store = open(&self.setup)?.for_reading()?;
        let mut seen = store.data_version()?;
        self.show_first_rows(&store)?;
        let Some(mut directory) = self.load(&store)? else {
            return Ok(());
        };
        let mut answered = None;
        let mut answers = Answers::default();
        let mut view: Option<Arc<View>> = None;
        let mut due = (self.setup.clock)();
        loop {
            let (generation, query) = {
                let wanted = self.slot.lock();
                if wanted.end {
                    return Ok(());
                }
                (wanted.generation, wanted.query.clone())
            };
            let now = (self.setup.clock)();
            if answered != Some(generation) || due <= now {
                let outdated = || self.slot.is_outdated(generation);
                if let Some(answer) = answers.answer(&directory, &query, now, &outdated) {
                    due = answer.next_change;
                    let shows_nothing_new = |view: &Arc<View>| {
                        answered == Some(generation) && view.says_the_same(&answer)
                    };
                    if !view.as_ref().is_some_and(shows_nothing_new) {
                        let answer = Arc::new(answer);
                        let is_first = view.replace(Arc::clone(&answer)).is_none();
                        send(&self.events, &self.setup.waker, Event::View(answer));
                        if is_first {
                            prepare_orders(&directory);
                        }
                    }
                    answered = Some(generation);
                }
            }
            let refresh = self.wait(answered);
            let version = store.data_version()?;
            if version != seen || refresh {
                let (was_written, before) = (version != seen, directory.freshness());
                seen = version;
                directory = directory.brought_up_to_date(&store, &Ending(self))?;
                if was_written && directory.freshness() == before {
                    send(&self.events, &self.setup.waker, Event::Written);
                }
                answered = None;
            }
        }
    }

    /// Shows the first rows of a large store before everybody is loaded.
    fn show_first_rows(&self, store: &Store) -> Result<(), StoreError> {
        let query = self.slot.lock().query.clone();
        if let Some(view) = View::first_rows(store, &query, (self.setup.clock)())? {
            send(&self.events, &self.setup.waker, Event::View(Arc::new(view)));
            // Loading takes all cores, and a window that paints in software needs them for what it has just been given.
            let wanted = self.slot.lock();
            let waited = self
                .slot
                .changed
                .wait_timeout_while(wanted, HEAD_START, |wanted| !wanted.end);
            drop(waited.unwrap_or_else(std::sync::PoisonError::into_inner));
        }
        Ok(())
    }

    fn load(&self, store: &Store) -> Result<Option<Directory>, StoreError> {
        match Directory::load(store, &Ending(self)) {
            Ok(directory) => Ok(Some(directory)),
            Err(StoreError::Cancelled) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Waits for a question other than the answered one, for the next poll, or for a refresh, which it reports.
    fn wait(&self, answered: Option<u64>) -> bool {
        let wanted = self.slot.lock();
        let nothing_new = |wanted: &mut Wanted| {
            answered == Some(wanted.generation) && !wanted.refresh && !wanted.end
        };
        let (mut wanted, _) = self
            .slot
            .changed
            .wait_timeout_while(wanted, POLL, nothing_new)
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::take(&mut wanted.refresh)
    }

    fn wait_for_refresh(&self) {
        let wanted = self.slot.lock();
        let mut wanted = self
            .slot
            .changed
            .wait_while(wanted, |wanted| !wanted.refresh && !wanted.end)
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        wanted.refresh = false;
    }
}

/// Whoever sorts by another name should not have to wait. It ends by itself, so nobody waits for it.
fn prepare_orders(directory: &Directory) {
    let directory = directory.clone();
    let preparing = Builder::new()
        .name("pindesk-orders".to_owned())
        .spawn(move || directory.prepare_orders());
    if let Err(error) = preparing {
        log::warn!("cannot prepare the orders in the background: {error}");
    }
}

/// Loading goes on until the program ends, and says how far it is.
struct Ending<'a>(&'a Searching);

impl Progress for Ending<'_> {
    fn advance(&self, done: u64, _total: u64) {
        if done.is_multiple_of(16_384) {
            send(&self.0.events, &self.0.setup.waker, Event::Loading(done));
        }
    }

    fn is_cancelled(&self) -> bool {
        self.0.slot.lock().end
    }
}
