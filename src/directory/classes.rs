//! What is in force for each user at a moment, as one small number each: for counting and filtering a million of them.

use chrono::Duration;

use super::bit_set;
use super::generation::Age;
use super::matches::Found;
use super::parallel::{Stopped, in_chunks};
use super::part::PART;
use super::pins::{PinPart, Pins};
use crate::domain::Time;
use crate::domain::filter::Filter;
use crate::domain::pin::{Expiry, Lock, LockCause, PinState, PinStatus};

/// The class of each user. Users of one class have the same status but for the very times.
#[derive(Debug)]
pub(super) struct Classes {
    of: Vec<u8>,
    /// Which PIN states they are of.
    pins: Age,
    since: Time,
    /// The first moment at which somebody is in another class.
    pub until: Time,
}

/// A class: whether a PIN is set, five expiries, and five locks.
const CLASSES: usize = 2 * EXPIRIES * LOCKS;
const EXPIRIES: usize = 5;
const LOCKS: usize = 5;

/// The chip that asks for expiries soon.
const SOON_DAYS: u16 = 14;

impl Classes {
    pub fn of(
        pins: &Pins,
        len: usize,
        now: Time,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, Stopped> {
        let mut entries = vec![0; len];
        let until = std::sync::Mutex::new(Time::MAX_UTC);
        in_chunks(&mut entries, PART, stop, |number, entries| {
            let Some(part) = pins.parts().get(number) else {
                return;
            };
            let ends = classify(part, entries, now);
            let mut until = until
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            *until = (*until).min(ends);
        })?;
        let until = until
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(Self {
            of: entries,
            pins: pins.age(),
            since: now,
            until,
        })
    }

    /// Do they hold for these PIN states at this moment?
    pub fn hold(&self, pins: &Pins, len: usize, now: Time) -> bool {
        (self.since..self.until).contains(&now) && self.of.len() == len && self.pins == pins.age()
    }

    /// Since when nobody is in another class.
    pub fn since(&self) -> Time {
        self.since
    }

    /// How many of those who were found are in each class.
    pub fn counted(&self, found: &Found) -> Counted {
        let mut counted = Counted { of: [0; CLASSES] };
        found.each(|place| {
            if let Some(count) = self
                .of
                .get(place)
                .and_then(|&class| counted.of.get_mut(usize::from(class)))
            {
                *count += 1;
            }
        });
        counted
    }

    /// Those of them who pass a filter.
    pub fn filtered(&self, pins: &Pins, found: &Found, filter: Filter, now: Time) -> Found {
        let mut passing = found.clone();
        if filter == Filter::All {
            return passing;
        }
        let passes = passes(filter, now);
        for (word, classes) in passing.words_mut().iter_mut().zip(self.of.chunks(64)) {
            if *word == 0 {
                continue;
            }
            let mut mask = 0;
            for (bit, &class) in classes.iter().enumerate() {
                let passes = match passes {
                    Some(passes) => passes.get(usize::from(class)).copied().unwrap_or_default(),
                    None => true,
                };
                mask |= u64::from(passes) << bit;
            }
            *word &= mask;
        }
        if passes.is_none() {
            found.each(|place| {
                let status = pins.get(place).map(|pin| pin.status(now));
                if !status.is_some_and(|status| filter.matches(&status, now)) {
                    bit_set::unset(passing.words_mut(), place);
                }
            });
        }
        passing
    }

    /// The class of a user.
    pub fn class(&self, place: usize) -> u8 {
        self.of.get(place).copied().unwrap_or_default()
    }
}

/// How many users are in each class.
pub(super) struct Counted {
    of: [usize; CLASSES],
}

impl Counted {
    /// How many pass each chip.
    pub fn chips(&self, now: Time) -> [usize; Filter::CHIPS.len()] {
        Filter::CHIPS.map(|chip| {
            let passing = |&(class, _): &(u8, &usize)| chip.matches(&status_of(class, now), now);
            (0..)
                .zip(&self.of)
                .filter(passing)
                .map(|(_, count)| count)
                .sum()
        })
    }
}

/// A status of this class, whose times are different from those of others, but on the same side of `now`.
pub(super) fn status_of(class: u8, now: Time) -> PinStatus {
    let (is_set, rest) = (usize::from(class) % 2 == 1, usize::from(class) / 2);
    let soon = now + Duration::days(i64::from(SOON_DAYS));
    let expiry = match rest % EXPIRIES {
        0 => Expiry::NoPin,
        1 => Expiry::Never,
        2 => Expiry::Expired(now - Duration::milliseconds(1)),
        3 => Expiry::At(soon),
        _ => Expiry::At(soon + Duration::milliseconds(1)),
    };
    let locked = (rest / EXPIRIES)
        .checked_sub(1)
        .and_then(|at| LockCause::ALL.get(at).copied());
    PinStatus {
        is_set,
        locked,
        expiry,
    }
}

fn class_of(status: &PinStatus, now: Time) -> u8 {
    let soon = now + Duration::days(i64::from(SOON_DAYS));
    let expiry = match status.expiry {
        Expiry::NoPin => 0,
        Expiry::Never => 1,
        Expiry::Expired(_) => 2,
        Expiry::At(at) if at <= soon => 3,
        Expiry::At(_) => 4,
    };
    let lock = status.locked.map_or(0, |locked| {
        1 + LockCause::ALL
            .iter()
            .take_while(|cause| **cause != locked)
            .count()
    });
    (usize::from(status.is_set) + 2 * (expiry + EXPIRIES * lock)) as u8
}

/// Which classes pass a filter; None for a filter that asks for more than a class says.
fn passes(filter: Filter, now: Time) -> Option<[bool; CLASSES]> {
    match filter {
        Filter::ExpiresWithinDays(days) if days != SOON_DAYS => None,
        _ => Some(std::array::from_fn(|class| {
            filter.matches(&status_of(class as u8, now), now)
        })),
    }
}

/// Finds the class of each user of a part, and says until when nobody of them is in another one.
fn classify(part: &PinPart, classes: &mut [u8], now: Time) -> Time {
    let mut until = Time::MAX_UTC;
    for (state, class) in part.states().zip(classes) {
        let status = state.status(now);
        *class = class_of(&status, now);
        until = until.min(next_class(&state, &status, now));
    }
    until
}

/// The first moment at which a user is in another class.
fn next_class(state: &PinState, status: &PinStatus, now: Time) -> Time {
    let mut until = state
        .lock
        .as_ref()
        .and_then(Lock::ends)
        .filter(|end| *end > now)
        .unwrap_or(Time::MAX_UTC);
    if let Expiry::At(at) = status.expiry {
        let soon = at
            .checked_sub_signed(Duration::days(i64::from(SOON_DAYS)))
            .filter(|soon| *soon > now);
        // At its very expiry a PIN is not expired yet.
        let after = at
            .checked_add_signed(Duration::nanoseconds(1))
            .unwrap_or(at);
        until = until.min(soon.unwrap_or(after));
    }
    until
}
