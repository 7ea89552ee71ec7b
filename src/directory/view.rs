//! An answer of the directory: the users of a query in its order, and the counts of all chips.

use std::sync::Arc;

use super::answer_cache::{Answers, LONGEST_LIFE};
use super::names::Form;
use super::order::Order;
use super::{Directory, Place, Query};
use crate::domain::Time;
use crate::domain::filter::Filter;
use crate::domain::text::search_key;
use crate::domain::user::UserId;

/// An answer, as the grid shows it.
#[derive(Clone, Debug)]
pub struct View {
    pub directory: Directory,
    pub query: Query,
    /// The users, in order.
    pub places: Arc<[Place]>,
    /// For each of [`Filter::CHIPS`], the number of users who pass it, among those whom the text
    /// finds.
    pub counts: [usize; Filter::CHIPS.len()],
    /// The moment for which it holds.
    pub now: Time,
    /// The first moment at which a status changes by itself, so that the query must be answered
    /// again.
    pub next_change: Time,
    /// Whether it is complete. The first rows of a large store are shown without counts, before all
    /// users are loaded.
    pub is_complete: bool,
    pub(super) order: Order,
}

/// Up to this number, looking users up one by one is faster than walking the rows.
const FEW: usize = 2000;

impl View {
    /// Answers one query. `stop` is asked now and then; if it returns true, the answer is None.
    pub fn answer(
        directory: &Directory,
        query: &Query,
        now: Time,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Option<Self> {
        Answers::default().answer(directory, query, now, stop)
    }

    pub fn len(&self) -> usize {
        self.places.len()
    }

    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The user in a row.
    pub fn id_at(&self, row: usize) -> Option<UserId> {
        self.places
            .get(row)
            .and_then(|&place| self.directory.id_at(place))
    }

    /// The row of a user, if they are in the view.
    pub fn row_of(&self, id: UserId) -> Option<usize> {
        self.row_of_place(self.directory.place_of(id)?)
    }

    fn row_of_place(&self, place: Place) -> Option<usize> {
        let rank = self.order.rank(place);
        self.places
            .binary_search_by_key(&rank, |&place| self.order.rank(place))
            .ok()
    }

    /// The next row whose display name begins with a text, without regard to case and accents. The
    /// search starts at `from` and wraps around.
    pub fn row_beginning_with(&self, text: &str, from: usize) -> Option<usize> {
        let (names, key) = (self.directory.names(), search_key(text));
        let begins = |place: Place| {
            names
                .folded(place, Form::DisplayName)
                .starts_with(key.as_bytes())
        };
        let named = names.order().beginning_with(names, key.as_bytes());
        let distance = |row: usize| {
            if row >= from {
                row - from
            } else {
                row + self.len()
            }
        };
        // Few users are looked up. Of many users, one is near.
        if named.len() <= FEW {
            let rows = named.iter().filter_map(|&place| self.row_of_place(place));
            return rows.min_by_key(|&row| distance(row));
        }
        let rows = || (from.min(self.len())..self.len()).chain(0..from.min(self.len()));
        rows().find(|&row| self.places.get(row).is_some_and(|&place| begins(place)))
    }

    /// Whether it shows the same as another one, so that it need not be painted. Not after a long
    /// time, because texts such as "in 3 days" become wrong.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let age = other.now - self.now;
        self.query == other.query
            && self.directory.freshness() == other.directory.freshness()
            && self.counts == other.counts
            && age < LONGEST_LIFE
            && self.lists_the_same(other)
    }

    /// Whether it lists the same users in the same order.
    pub fn lists_the_same(&self, other: &Self) -> bool {
        // The answer for all users is the order itself.
        Arc::ptr_eq(&self.places, &other.places) || self.places == other.places
    }
}
