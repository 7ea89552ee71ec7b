//! The status of each user at a moment as one byte, so that a million users are counted and
//! filtered in milliseconds.

use chrono::Duration;
use strum::VariantArray as _;

use super::bit_set;
use super::generation::Generation;
use super::parallel::{Stopped, in_chunks};
use super::part::PART;
use super::pins::{PinPart, Pins};
use super::query::Query;
use super::user_set::UserSet;
use crate::domain::Time;
use crate::domain::filter::Filter;
use crate::domain::pin::{Expiry, Lock, LockCause, PinState, PinStatus};

/// The class of each user. Users of one class have the same status, except for the exact times.
#[derive(Debug)]
pub(super) struct Classes {
    of: Vec<u8>,
    /// The PIN states from which the classes were computed.
    pins: Generation,
    since: Time,
    /// The first moment at which the class of a user changes by itself.
    pub until: Time,
}

/// Number of classes: two for whether a PIN is set, times five expiries, times six locks.
const CLASSES: usize = 2 * EXPIRIES * LOCKS;
const EXPIRIES: usize = 5;
const LOCKS: usize = 6;

/// Days of the chip "Expiring in 14 days".
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
            pins: pins.generation(),
            since: now,
            until,
        })
    }

    /// Whether the classes hold for these PIN states at this moment.
    pub fn hold(&self, pins: &Pins, len: usize, now: Time) -> bool {
        (self.since..self.until).contains(&now)
            && self.of.len() == len
            && self.pins == pins.generation()
    }

    /// The moment since which no class has changed.
    pub fn since(&self) -> Time {
        self.since
    }

    /// The number of found users in each class.
    pub fn counted(&self, found: &UserSet) -> Counted {
        let mut counted = Counted { of: [0; CLASSES] };
        found.each(|position| {
            if let Some(count) = self
                .of
                .get(position)
                .and_then(|&class| counted.of.get_mut(usize::from(class)))
            {
                *count += 1;
            }
        });
        counted
    }

    /// The found users who pass a filter.
    pub fn filtered(&self, pins: &Pins, found: UserSet, filter: Filter, now: Time) -> UserSet {
        let mut passing = found;
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
            passing.clone().each(|position| {
                let status = pins.get(position).map(|pin| pin.status(now));
                if !status.is_some_and(|status| filter.matches(&status, now)) {
                    bit_set::unset(passing.words_mut(), position);
                }
            });
        }
        passing
    }

    /// The class of a user.
    pub fn class(&self, position: usize) -> u8 {
        self.of.get(position).copied().unwrap_or_default()
    }
}

/// The number of users in each class.
pub(super) struct Counted {
    of: [usize; CLASSES],
}

impl Counted {
    /// The number of users whom each chip would show, beside the filters of the query that are of
    /// the other kind. A filter that depends on more than the class counts as passed.
    pub fn chips(&self, query: &Query, now: Time) -> [usize; Filter::CHIPS.len()] {
        Filter::CHIPS.map(|chip| {
            let [one, other] = query.beside(chip).map(|filter| match passes(filter, now) {
                Some(_) => filter,
                None => Filter::All,
            });
            let passing = |&(class, _): &(u8, &usize)| {
                let status = status_of(class, now);
                let filters = [chip, one, other];
                filters.iter().all(|filter| filter.matches(&status, now))
            };
            (0..)
                .zip(&self.of)
                .filter(passing)
                .map(|(_, count)| count)
                .sum()
        })
    }
}

/// A status of this class. Its times may differ from those of its users, but lie on the same side
/// of `now`.
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
        .and_then(|at| LockCause::VARIANTS.get(at).copied());
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
        1 + LockCause::VARIANTS
            .iter()
            .take_while(|cause| **cause != locked)
            .count()
    });
    (usize::from(status.is_set) + 2 * (expiry + EXPIRIES * lock)) as u8
}

/// The classes that pass a filter. None if the filter depends on more than the class.
fn passes(filter: Filter, now: Time) -> Option<[bool; CLASSES]> {
    match filter {
        Filter::ExpiresWithinDays(days) if days != SOON_DAYS => None,
        _ => Some(std::array::from_fn(|class| {
            filter.matches(&status_of(class as u8, now), now)
        })),
    }
}

/// Computes the class of each user of a part, and the first moment at which one of them changes.
fn classify(part: &PinPart, classes: &mut [u8], now: Time) -> Time {
    let mut until = Time::MAX_UTC;
    for (state, class) in part.states().zip(classes) {
        let status = state.status(now);
        *class = class_of(&status, now);
        until = until.min(next_class(&state, &status, now));
    }
    until
}

/// The first moment at which the class of a user changes.
fn next_class(state: &PinState, status: &PinStatus, now: Time) -> Time {
    let mut until = state
        .lock
        .as_ref()
        .and_then(Lock::ends)
        .filter(|end| *end > now)
        .unwrap_or(Time::MAX_UTC);
    until = until.min(state.locks_later(now).unwrap_or(until));
    if let Expiry::At(at) = status.expiry {
        let soon = at
            .checked_sub_signed(Duration::days(i64::from(SOON_DAYS)))
            .filter(|soon| *soon > now);
        // A PIN is not expired yet at the moment of its expiry.
        let after = at
            .checked_add_signed(Duration::nanoseconds(1))
            .unwrap_or(at);
        until = until.min(soon.unwrap_or(after));
    }
    until
}
