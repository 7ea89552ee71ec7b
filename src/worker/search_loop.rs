//! The loop of the search thread: it answers the latest search, and looks at the store again and again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::Builder;
use std::time::Duration;

use chrono::TimeDelta;

use super::background_check::BackgroundCheck;
use super::event::{Event, EventSender};
use super::plan_watch::PlanWatch;
use super::search_slot::{SearchSlot, Woken};
use super::setup::Setup;
use super::shown::Shown;
use super::store_bell::StoreBell;
use super::watch::Watch;
use crate::directory::{Directory, View};
use crate::progress::Progress;
use crate::store::{HeadNews, Store, StoreError};

/// The time between two checks whether another connection has written. A check takes microseconds.
const POLL: Duration = Duration::from_secs(1);

/// The time that the window has to paint the first rows before the others are loaded.
const HEAD_START: Duration = Duration::from_millis(150);

#[derive(Clone)]
pub(super) struct SearchLoop {
    pub setup: Setup,
    pub events: EventSender,
    pub slot: Arc<SearchSlot>,
}

impl SearchLoop {
    pub fn new(setup: Setup, events: EventSender, slot: Arc<SearchSlot>) -> Self {
        Self {
            setup,
            events,
            slot,
        }
    }

    pub fn run(self) {
        let mut shown = Shown::default();
        let mut reopened = None;
        while !self.slot.has_ended() {
            // A panic ends this attempt only. The directory and the connection are not used again.
            let store = reopened.take();
            let served = catch_unwind(AssertUnwindSafe(|| self.serve(&mut shown, store)));
            let mut failure = match served {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => Event::StoreFailed(error),
                Err(_) => Event::SearchFailed,
            };
            if let Event::StoreFailed(lost) = &failure
                && shown.can_go_on_without(lost)
            {
                match self.reconnect(&mut shown, lost.clone()) {
                    Ok(store) => {
                        reopened = store;
                        continue;
                    }
                    Err(error) => failure = Event::StoreFailed(error),
                }
            }
            shown = Shown::default();
            self.events.send(failure);
            self.slot.wait_for_refresh();
        }
    }

    /// Answers searches until the end, or until the store fails. Without a store it is opened first.
    fn serve(&self, shown: &mut Shown, store: Option<Store>) -> Result<(), StoreError> {
        let store = match store {
            Some(store) => store,
            None => self.open_store()?,
        };
        let mut bell = StoreBell::hang(&store, &self.slot);
        let mut seen = store.data_version()?;
        let mut news = None;
        self.look_at_head(&store, &mut news)?;
        if !self.bring_up_to_date(&store, shown)? {
            return Ok(());
        }
        let _check = BackgroundCheck::start(&store, &self.setup, &self.events)?;
        if let Some(why) = store.renewed_account(&self.setup.operator)? {
            self.events.send(Event::RenewedAccount(why));
        }
        let mut lag = None;
        let mut locked = Vec::new();
        let mut keys = None;
        let mut reason_rules = None;
        let mut plans = PlanWatch::default();
        let mut settings_are_due = true;
        loop {
            if self.slot.has_ended() {
                return Ok(());
            }
            if let Some(first) = self.answer(shown, Some(&store))? {
                prepare_orders(&first.directory);
            }
            let now = self.setup.now();
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
            if std::mem::take(&mut settings_are_due) {
                plans.look(&store, &self.setup.operator, &self.events)?;
                let in_use = store.keys_in_use()?;
                if keys.as_ref() != Some(&in_use) {
                    keys = Some(in_use.clone());
                    self.events.send(Event::Keys(in_use));
                }
                let rules = store.reason_rules()?;
                if reason_rules.as_ref() != Some(&rules) {
                    reason_rules = Some(rules.clone());
                    self.events.send(Event::ReasonRules(rules));
                }
            }
            let woken = self.slot.wait(shown.answered(), POLL);
            store.check_place()?;
            let version = store.data_version()?;
            if version != seen || woken == Woken::Refresh {
                let was_written = version != seen;
                seen = version;
                settings_are_due = true;
                self.look_at_head(&store, &mut news)?;
                let is_renewed = shown.renew(&store, &LoadingProgress(self))?;
                if was_written && !is_renewed {
                    self.events.send(Event::Written);
                }
            }
            bell.look_after(&store);
        }
    }

    /// Sends the answer to the latest search, unless it was sent already. Returns it if it is the first
    /// one for this directory. Without a store, only what was read before is known.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn answer(
        &self,
        shown: &mut Shown,
        store: Option<&Store>,
    ) -> Result<Option<Arc<View>>, StoreError> {
        let (generation, query) = {
            let latest = self.slot.lock();
            (latest.generation, latest.query.clone())
        };
        let outdated = || self.slot.is_outdated(generation);
        if let Some(store) = store {
            shown.read_facts(store, &query, &outdated)?;
        }
        let Some(news) = shown.answer(generation, &query, self.setup.now(), &outdated) else {
            return Ok(None);
        };
        self.events.send(Event::View(Arc::clone(&news.view)));
        Ok(news.is_first.then_some(news.view))
    }

    /// Reads the users for the first time, or again after the connection was lost. Returns false at the
    /// end of the program.
    fn bring_up_to_date(&self, store: &Store, shown: &mut Shown) -> Result<bool, StoreError> {
        if shown.is_of(store)? {
            shown.renew(store, &LoadingProgress(self))?;
            self.events.send(Event::Connected);
            return Ok(true);
        }
        self.show_first_rows(store)?;
        match Directory::load(store, &LoadingProgress(self)) {
            Ok(directory) => {
                *shown = Shown::of(store, directory);
                self.events.send(Event::Connected);
                Ok(true)
            }
            Err(StoreError::Cancelled) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Opens the store. The wait for another program can be cancelled. This thread keeps what it
    /// reads, so the store's own cache may stay small.
    pub fn open_store(&self) -> Result<Store, StoreError> {
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
        opened
            .map_err(|error| watch.explained(error))?
            .for_reading()
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
            self.slot.pause(HEAD_START);
        }
        Ok(())
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
        self.0.slot.has_ended()
    }
}
