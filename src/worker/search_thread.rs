//! The search thread: the latest search wins, and the answer is renewed when the store changes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use chrono::TimeDelta;

use super::background_check::BackgroundCheck;
use super::event::{Event, EventSender};
use super::plan_watch::PlanWatch;
use super::setup::Setup;
use super::watch::Watch;
use crate::directory::{AnswerCache, Directory, Query, View};
use crate::progress::Progress;
use crate::store::{HeadNews, Store, StoreError};

/// The time between two checks whether another connection has written. A check takes microseconds.
const POLL: Duration = Duration::from_secs(1);

/// The time that the window has to paint the first rows before the others are loaded.
const HEAD_START: Duration = Duration::from_millis(150);

/// The search thread, and the slot from which it takes the latest search.
pub(super) struct SearchThread {
    slot: Arc<SearchSlot>,
    thread: Option<JoinHandle<()>>,
}

struct SearchSlot {
    latest: Mutex<LatestSearch>,
    changed: Condvar,
}

struct LatestSearch {
    /// Grows with every search, so that work on an older one can be cancelled.
    generation: u64,
    query: Query,
    refresh: bool,
    end: bool,
    /// Opening the store, which may wait for another program.
    opening: Arc<Watch>,
}

impl SearchThread {
    pub fn start(setup: Setup, events: Sender<Event>) -> std::io::Result<Self> {
        let slot = Arc::new(SearchSlot {
            latest: Mutex::new(LatestSearch {
                generation: 0,
                query: Query::default(),
                refresh: false,
                end: false,
                opening: Arc::new(Watch::new(setup.waker.clone())),
            }),
            changed: Condvar::new(),
        });
        let mine = Arc::clone(&slot);
        let thread = Builder::new()
            .name("pindesk-search".to_owned())
            .spawn(move || {
                let events = EventSender::new(events, setup.waker.clone());
                SearchLoop {
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
        let mut latest = self.slot.lock();
        latest.query = query;
        latest.generation += 1;
        self.slot.changed.notify_one();
    }

    /// The progress of opening the store.
    pub fn opening(&self) -> Arc<Watch> {
        Arc::clone(&self.slot.lock().opening)
    }

    pub fn refresh(&self) {
        self.slot.lock().refresh = true;
        self.slot.changed.notify_one();
    }
}

impl Drop for SearchThread {
    fn drop(&mut self) {
        let mut latest = self.slot.lock();
        latest.end = true;
        latest.generation += 1;
        latest.opening.cancel();
        drop(latest);
        self.slot.changed.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the search thread has failed");
        }
    }
}

impl SearchSlot {
    /// Uses a poisoned lock nevertheless, because no code fails halfway while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, LatestSearch> {
        self.latest
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn is_outdated(&self, generation: u64) -> bool {
        self.lock().generation != generation
    }
}

struct SearchLoop {
    setup: Setup,
    events: EventSender,
    slot: Arc<SearchSlot>,
}

impl SearchLoop {
    fn run(self) {
        while !self.slot.lock().end {
            // A panic ends this attempt only. The directory and the connection are not used again.
            let event = match catch_unwind(AssertUnwindSafe(|| self.serve())) {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => Event::StoreFailed(error),
                Err(_) => Event::SearchFailed,
            };
            self.events.send(event);
            self.wait_for_refresh();
        }
    }

    /// Answers searches until the end, or until the store fails.
    fn serve(&self) -> Result<(), StoreError> {
        // This thread keeps what it reads, so SQLite's cache may stay small.
        let store = self.open_store()?.for_reading()?;
        let mut seen = store.data_version()?;
        let mut news = None;
        self.look_at_head(&store, &mut news)?;
        self.show_first_rows(&store)?;
        let Some(mut directory) = self.load(&store)? else {
            return Ok(());
        };
        let _check = BackgroundCheck::start(&store, &self.setup, &self.events)?;
        let mut answered = None;
        let mut answers = AnswerCache::default();
        let mut view: Option<Arc<View>> = None;
        let mut due = self.setup.now();
        if let Some(why) = store.renewed_account(&self.setup.operator)? {
            self.events.send(Event::RenewedAccount(why));
        }
        let mut lag = None;
        let mut locked = Vec::new();
        let mut keys = None;
        let mut plans = PlanWatch::default();
        let mut keys_are_due = true;
        loop {
            let (generation, query) = {
                let latest = self.slot.lock();
                if latest.end {
                    return Ok(());
                }
                (latest.generation, latest.query.clone())
            };
            let now = self.setup.now();
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
                        self.events.send(Event::View(answer));
                        if is_first {
                            prepare_orders(&directory);
                        }
                    }
                    answered = Some(generation);
                }
            }
            // Shown in minutes, so that it changes seldom.
            let minutes = store.clock_lag(now)?.map(|lag| lag.num_minutes());
            if minutes != lag {
                lag = minutes;
                self.events
                    .send(Event::ClockLag(minutes.map(TimeDelta::minutes)));
            }
            let locked_now = store.protected_locked_by_guesses(now)?;
            if locked_now != locked {
                locked.clone_from(&locked_now);
                self.events.send(Event::ProtectedLocked(locked_now));
            }
            if std::mem::take(&mut keys_are_due) {
                plans.look(&store, &self.setup.operator, &self.events)?;
                let in_use = store.keys_in_use()?;
                if keys.as_ref() != Some(&in_use) {
                    keys = Some(in_use.clone());
                    self.events.send(Event::Keys(in_use));
                }
            }
            let refresh = self.wait(answered);
            store.check_place()?;
            let version = store.data_version()?;
            if version != seen || refresh {
                let (was_written, before) = (version != seen, directory.freshness());
                seen = version;
                keys_are_due = true;
                self.look_at_head(&store, &mut news)?;
                directory = directory.brought_up_to_date(&store, &LoadingProgress(self))?;
                if was_written && directory.freshness() == before {
                    self.events.send(Event::Written);
                }
                answered = None;
            }
        }
    }

    /// Opens the store. The wait for another program can be cancelled.
    fn open_store(&self) -> Result<Store, StoreError> {
        let watch = Arc::new(Watch::new(self.setup.waker.clone()));
        {
            let mut latest = self.slot.lock();
            if latest.end {
                return Err(StoreError::Cancelled);
            }
            latest.opening = Arc::clone(&watch);
        }
        let opened = self.setup.open_store(watch.waiter());
        watch.set_waiting(false);
        opened.map_err(|error| watch.explained(error))
    }

    /// Compares the history with what this computer has seen of it, and reports what has changed
    /// since the last look.
    fn look_at_head(&self, store: &Store, last: &mut Option<HeadNews>) -> Result<(), StoreError> {
        let news = store.head_news()?;
        if *last != news {
            last.clone_from(&news);
            self.events.send(Event::HeadNews(Box::new(news)));
        }
        Ok(())
    }

    /// Shows the first rows of a large store before all users are loaded.
    fn show_first_rows(&self, store: &Store) -> Result<(), StoreError> {
        let query = self.slot.lock().query.clone();
        if let Some(view) = View::first_rows(store, &query, self.setup.now())? {
            self.events.send(Event::View(Arc::new(view)));
            // Loading takes all cores. A window that paints in software needs them first, to show
            // these rows.
            let latest = self.slot.lock();
            let waited = self
                .slot
                .changed
                .wait_timeout_while(latest, HEAD_START, |latest| !latest.end);
            drop(waited.unwrap_or_else(std::sync::PoisonError::into_inner));
        }
        Ok(())
    }

    fn load(&self, store: &Store) -> Result<Option<Directory>, StoreError> {
        match Directory::load(store, &LoadingProgress(self)) {
            Ok(directory) => Ok(Some(directory)),
            Err(StoreError::Cancelled) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Waits for a search other than the answered one, for the next poll, or for a refresh. Returns
    /// whether it was a refresh.
    fn wait(&self, answered: Option<u64>) -> bool {
        let latest = self.slot.lock();
        let nothing_new = |latest: &mut LatestSearch| {
            answered == Some(latest.generation) && !latest.refresh && !latest.end
        };
        let (mut latest, _) = self
            .slot
            .changed
            .wait_timeout_while(latest, POLL, nothing_new)
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::take(&mut latest.refresh)
    }

    fn wait_for_refresh(&self) {
        let latest = self.slot.lock();
        let mut latest = self
            .slot
            .changed
            .wait_while(latest, |latest| !latest.refresh && !latest.end)
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        latest.refresh = false;
    }
}

/// Sorts by the other names in the background, so that choosing one of them is quick. The thread
/// ends by itself and is not joined.
fn prepare_orders(directory: &Directory) {
    let directory = directory.clone();
    let preparing = Builder::new()
        .name("pindesk-orders".to_owned())
        .spawn(move || directory.prepare_orders());
    if let Err(error) = preparing {
        log::warn!("cannot prepare the orders in the background: {error}");
    }
}

/// The progress of loading: it reports the users so far, and stops when the program ends.
struct LoadingProgress<'a>(&'a SearchLoop);

impl Progress for LoadingProgress<'_> {
    fn advance(&self, done: u64, _total: u64) {
        if done.is_multiple_of(16_384) {
            self.0.events.send(Event::Loading(done));
        }
    }

    fn is_cancelled(&self) -> bool {
        self.0.slot.lock().end
    }
}
