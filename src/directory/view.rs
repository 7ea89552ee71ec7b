//! An answer of the directory: the users that were asked for, in the order that was asked for, and the counts.

use std::sync::OnceLock;

use chrono::Duration;

use super::names::Form;
use super::{Directory, Place, Query, Reading, Sort, SortColumn};
use crate::domain::Time;
use crate::domain::filter::Filter;
use crate::domain::pin::{Expiry, LockCause, PinStatus};
use crate::domain::user::UserId;

/// What the grid shows.
#[derive(Clone, Debug)]
pub struct View {
    pub directory: Directory,
    pub query: Query,
    /// The users, in order.
    pub places: Vec<Place>,
    /// How many users that the text finds pass each chip, in the order of [`Filter::CHIPS`].
    pub counts: [usize; Filter::CHIPS.len()],
    /// The moment for which it holds.
    pub now: Time,
    /// The row of each user of the directory; made when it is first asked for.
    rows: OnceLock<Vec<u32>>,
    /// When it should be asked for again, because some status changes by itself.
    pub next_change: Time,
}

/// "In 3 days" and the like must not grow old.
const LONGEST_LIFE: Duration = Duration::hours(1);

impl View {
    /// Answers a query. `is_cancelled` is asked now and then; None when it says so.
    pub fn answer(directory: &Directory, query: &Query, now: Time, is_cancelled: &dyn Fn() -> bool) -> Option<Self> {
        let names = directory.names();
        let found = match Reading::of(&query.text) {
            Reading::Everybody => names.places().collect(),
            Reading::Text { looked_for, .. } => names.containing(&looked_for),
            Reading::Pattern(pattern) => names.matching(&pattern),
            Reading::Refused(_) => Vec::new(),
        };
        if is_cancelled() {
            return None;
        }
        let mut counts = [0; Filter::CHIPS.len()];
        let mut next_change = now + LONGEST_LIFE;
        let mut places = Vec::new();
        for place in found {
            let Some(pin) = directory.pin(place) else { continue };
            let status = pin.status(now);
            for (count, chip) in counts.iter_mut().zip(Filter::CHIPS) {
                *count += usize::from(chip.matches(&status, now));
            }
            if query.filter.matches(&status, now) {
                places.push(place);
            }
            next_change =
                pin.next_change(now).map_or(next_change, |at| next_change.min(at + Duration::milliseconds(1)));
        }
        if is_cancelled() {
            return None;
        }
        sort(directory, &mut places, query.sort, now);
        (!is_cancelled()).then(|| Self {
            directory: directory.clone(),
            query: query.clone(),
            places,
            counts,
            now,
            rows: OnceLock::new(),
            next_change,
        })
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The user in a row.
    pub fn id_at(&self, row: usize) -> Option<UserId> {
        self.places.get(row).and_then(|&place| self.directory.id_at(place))
    }

    /// The row of a user, if they are in the view.
    pub fn row_of(&self, id: UserId) -> Option<usize> {
        const NOWHERE: u32 = u32::MAX;
        let rows = self.rows.get_or_init(|| {
            let mut rows = vec![NOWHERE; self.directory.len()];
            for (row, place) in (0..).zip(&self.places) {
                if let Some(slot) = rows.get_mut(place.0 as usize) {
                    *slot = row;
                }
            }
            rows
        });
        let place = self.directory.place_of(id)?;
        rows.get(place.0 as usize).filter(|&&row| row != NOWHERE).map(|&row| row as usize)
    }
}

fn sort(directory: &Directory, places: &mut [Place], sort: Sort, now: Time) {
    let names = directory.names();
    let display = names.ranks(Form::DisplayName);
    let rank = |ranks: &[u32], place: Place| ranks.get(place.0 as usize).copied().unwrap_or(u32::MAX);
    let by_key = |places: &mut [Place], key: &dyn Fn(Place) -> i64| {
        let directed = |place| if sort.descending { -key(place) } else { key(place) };
        places.sort_by_cached_key(|&place| (directed(place), rank(display, place)));
    };
    let status = |place: Place| directory.pin(place).map(|pin| pin.status(now));
    let millis = |time: Option<Time>, none: i64| time.map_or(none, |time| time.timestamp_millis());
    // Where there is nothing to compare, rows come last in either direction.
    let none = if sort.descending { i64::MIN + 1 } else { i64::MAX };
    let by_name = |form: Form, place: Place| {
        if names.get(place, form).is_empty() { none } else { i64::from(rank(names.ranks(form), place)) }
    };
    match sort.column {
        SortColumn::DisplayName => by_key(places, &|place| i64::from(rank(display, place))),
        SortColumn::SipAddress => by_key(places, &|place| by_name(Form::Sip, place)),
        SortColumn::Account => by_key(places, &|place| by_name(Form::Account, place)),
        SortColumn::Pin => by_key(places, &|place| status(place).map_or(1, |status| i64::from(!status.is_set))),
        SortColumn::Lock => by_key(places, &|place| status(place).as_ref().map_or(9, lock_rank)),
        SortColumn::Locked => by_key(places, &|place| {
            let locked = status(place).is_some_and(|status| status.locked.is_some());
            millis(directory.pin(place).and_then(super::pins::PinRow::locked_since).filter(|_| locked), none)
        }),
        SortColumn::Expires => by_key(places, &|place| match status(place).map(|status| status.expiry) {
            Some(Expiry::At(at) | Expiry::Expired(at)) => at.timestamp_millis(),
            _ => none,
        }),
        SortColumn::LastChange => {
            by_key(places, &|place| millis(directory.pin(place).and_then(super::pins::PinRow::last_change), none));
        }
    }
}

/// Locked PINs first, by who can be asked about them; those without a PIN last.
fn lock_rank(status: &PinStatus) -> i64 {
    match (status.locked, status.is_set) {
        (Some(LockCause::System), _) => 0,
        (Some(LockCause::Administrator), _) => 1,
        (Some(LockCause::Temporary), _) => 2,
        (Some(LockCause::Unknown), _) => 3,
        (None, true) => 4,
        (None, false) => 5,
    }
}
