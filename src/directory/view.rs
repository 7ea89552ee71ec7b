//! An answer of the directory: the users that were asked for, in the order that was asked for, and the counts.

use std::sync::Arc;

use super::answer_cache::{Answers, LONGEST_LIFE};
use super::names::Form;
use super::order::Order;
use super::{Directory, Place, Query};
use crate::domain::Time;
use crate::domain::filter::Filter;
use crate::domain::text::search_key;
use crate::domain::user::UserId;

/// What the grid shows.
#[derive(Clone, Debug)]
pub struct View {
    pub directory: Directory,
    pub query: Query,
    /// The users, in order.
    pub places: Arc<[Place]>,
    /// How many users that the text finds pass each chip, in the order of [`Filter::CHIPS`].
    pub counts: [usize; Filter::CHIPS.len()],
    /// The moment for which it holds.
    pub now: Time,
    /// When it should be asked for again, because some status changes by itself.
    pub next_change: Time,
    /// Is it all of the answer? The first rows of a large store are shown before everybody is loaded, without any count.
    pub is_complete: bool,
    pub(super) order: Order,
}

/// So many users are looked up one by one sooner than they are come across.
const FEW: usize = 2000;

impl View {
    /// Answers a query once. `stop` is asked now and then; None when it says so.
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

    /// The next row from one on, and around, whose display name begins with a text, without regard to case and accents.
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
        // Where they are few they are looked up; where they are many one of them is near.
        if named.len() <= FEW {
            let rows = named.iter().filter_map(|&place| self.row_of_place(place));
            return rows.min_by_key(|&row| distance(row));
        }
        let rows = || (from.min(self.len())..self.len()).chain(0..from.min(self.len()));
        rows().find(|&row| self.places.get(row).is_some_and(|&place| begins(place)))
    }

    /// Does it say nothing else, so that nobody needs to see it? Not after a long time: "in 3 days" must not grow old.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let age = other.now - self.now;
        self.query == other.query
            && self.directory.freshness() == other.directory.freshness()
            && self.counts == other.counts
            && age < LONGEST_LIFE
            && self.lists_the_same(other)
    }

    /// Does it list the same users in the same order?
    pub fn lists_the_same(&self, other: &Self) -> bool {
        // An answer that is everybody is the order itself.
        Arc::ptr_eq(&self.places, &other.places) || self.places == other.places
    }
}
