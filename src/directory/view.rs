//! An answer of the directory: the users that were asked for, in the order that was asked for, and the counts.

use std::sync::Arc;

use super::answers::Answers;
use super::order::Order;
use super::{Directory, Place, Query};
use crate::domain::Time;
use crate::domain::filter::Filter;
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

impl View {
    /// Answers a query once. `stop` is asked now and then; None when it says so.
    pub fn answer(directory: &Directory, query: &Query, now: Time, stop: &(dyn Fn() -> bool + Sync)) -> Option<Self> {
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
        self.places.get(row).and_then(|&place| self.directory.id_at(place))
    }

    /// The row of a user, if they are in the view.
    pub fn row_of(&self, id: UserId) -> Option<usize> {
        let rank = self.order.rank(self.directory.place_of(id)?);
        self.places.binary_search_by_key(&rank, |&place| self.order.rank(place)).ok()
    }

    /// Does it list the same users in the same order?
    pub fn lists_the_same(&self, other: &Self) -> bool {
        // An answer that is everybody is the order itself.
        Arc::ptr_eq(&self.places, &other.places) || self.places == other.places
    }
}
