//! Who was locked at a moment, as the history view shows it.

use std::sync::Arc;

use super::filters::moment;
use super::{App, HistoryTab, Purpose};
use crate::domain::Time;
use crate::exchange::dates::moment_of;
use crate::store::WasLocked;
use crate::time_format;
use crate::worker::Job;
use crate::zone::Zone;

/// Who was locked at a moment.
#[derive(Default)]
pub struct LockedOn {
    /// The moment as it is typed.
    pub text: String,
    /// What it means. While the text is as it was put there, it is exact to the millisecond.
    pub moment: Option<Time>,
    /// Why there is no list: the moment cannot be read, or the history cannot.
    pub problem: Option<String>,
    /// None until they have been read.
    pub all: Option<Arc<Vec<WasLocked>>>,
    /// Does any of their locks end by itself?
    pub has_ends: bool,
    pub search: String,
    /// The places of those who are found, in their order. None: nothing is searched for.
    pub found: Option<Vec<usize>>,
}

impl LockedOn {
    /// Asks for a moment, and writes it as the clock on the wall shows it.
    pub fn at(moment: Time, zone: Zone) -> Self {
        let text = time_format::to_the_second(moment, zone);
        Self {
            text,
            moment: Some(moment),
            ..Self::default()
        }
    }

    /// How many are listed.
    pub fn len(&self) -> usize {
        let all = self.all.as_ref().map_or(0, |all| all.len());
        self.found.as_ref().map_or(all, Vec::len)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Who stands in a row.
    pub fn row(&self, row: usize) -> Option<&WasLocked> {
        let place = self
            .found
            .as_ref()
            .map_or(Some(row), |found| found.get(row).copied())?;
        self.all.as_ref()?.get(place)
    }
}

impl App {
    pub(in crate::app) fn show_history_tab(&mut self, tab: HistoryTab) {
        if let Some(history) = &mut self.history {
            history.tab = tab;
            if tab == HistoryTab::LockedOn {
                self.read_locked();
            }
        }
    }

    pub(in crate::app) fn set_locked_on(&mut self, text: String) {
        let zone = self.zone();
        let Some(history) = &mut self.history else {
            return;
        };
        let locked = &mut history.locked;
        let read = moment(&text, zone, moment_of);
        let was = locked.moment;
        locked.text = text;
        locked.moment = read.clone().unwrap_or_default();
        locked.problem = read.map_or_else(Some, |moment| {
            moment
                .is_none()
                .then(|| "Say at which date and time, as in 2026-11-22 13:35.".to_owned())
        });
        if locked.moment != was {
            self.read_locked();
        }
    }

    pub(in crate::app) fn set_locked_on_now(&mut self) {
        let (now, zone) = (self.now(), self.zone());
        if let Some(history) = &mut self.history {
            let search = std::mem::take(&mut history.locked.search);
            history.locked = LockedOn {
                search,
                ..LockedOn::at(now, zone)
            };
            self.read_locked();
        }
    }

    fn read_locked(&mut self) {
        let moment = self
            .history
            .as_ref()
            .and_then(|history| history.locked.moment);
        match moment {
            Some(moment) => self.submit(
                Purpose::LockedOn,
                "Reading the history",
                Job::LockedAt(moment),
            ),
            None => self.cancel(Purpose::LockedOn),
        }
    }

    pub(in crate::app) fn locked_read(&mut self, all: Arc<Vec<WasLocked>>) {
        if let Some(history) = &mut self.history {
            history.locked.problem = None;
            history.locked.has_ends = all.iter().any(|was| was.lock.ends().is_some());
            history.locked.all = Some(all);
            history.locked.found = None;
            self.search_locked_again();
        }
    }

    pub(in crate::app) fn search_locked(&mut self, text: String) {
        if let Some(history) = &mut self.history {
            history.locked.search = text;
            self.search_locked_again();
        }
    }

    /// Among many that takes a while, and is done elsewhere.
    fn search_locked_again(&mut self) {
        let Some(history) = &mut self.history else {
            return;
        };
        let locked = &mut history.locked;
        if let Some(all) = locked
            .all
            .clone()
            .filter(|_| !locked.search.trim().is_empty())
        {
            let job = Job::SearchLocked(all, locked.search.clone());
            self.submit(Purpose::SearchLocked, "Searching the list", job);
        } else {
            locked.found = None;
            self.cancel(Purpose::SearchLocked);
        }
    }

    pub(in crate::app) fn locked_found(&mut self, found: Vec<usize>) {
        if let Some(history) = &mut self.history {
            history.locked.found = Some(found);
        }
    }
}
