//! An answer of the directory: the users of a query in its order, and the counts of all chips.

use std::sync::Arc;

use chrono::Duration;

use super::name_form::NameForm;
use super::order::UserOrder;
use super::{Directory, Position, Query};
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
    pub positions: Arc<[Position]>,
    /// For each of [`Filter::CHIPS`], the number of users whom it would show: those who pass it, among
    /// those whom the text finds and for whom the condition and a filter of the other kind hold.
    pub counts: [usize; Filter::CHIPS.len()],
    /// The moment for which it holds.
    pub now: Time,
    /// The first moment at which a status changes by itself, so that the query must be answered
    /// again.
    pub next_change: Time,
    /// Whether it is complete. The first rows of a large store are shown without counts, before all
    /// users are loaded.
    pub is_complete: bool,
    pub(super) order: UserOrder,
}

/// Up to this number, looking users up one by one is faster than walking the rows.
const FEW: usize = 2000;

/// Longest time that an answer is kept, because texts such as "in 3 days" become wrong.
pub(super) const LONGEST_LIFE: Duration = Duration::hours(1);

impl View {
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The user in a row.
    pub fn id_at(&self, row: usize) -> Option<UserId> {
        self.positions
            .get(row)
            .and_then(|&position| self.directory.id_at(position))
    }

    /// The row of a user, if they are in the view.
    pub fn row_of(&self, id: UserId) -> Option<usize> {
        self.row_of_position(self.directory.position_of(id)?)
    }

    fn row_of_position(&self, position: Position) -> Option<usize> {
        let rank = self.order.rank(position);
        self.positions
            .binary_search_by_key(&rank, |&position| self.order.rank(position))
            .ok()
    }

    /// The next row whose display name begins with a text, without regard to case and accents. The
    /// search starts at `from` and wraps around.
    pub fn row_beginning_with(&self, text: &str, from: usize) -> Option<usize> {
        let (names, key) = (self.directory.names(), search_key(text));
        let begins = |position: Position| {
            names
                .folded(position, NameForm::DisplayName)
                .starts_with(key.as_bytes())
        };
        let named = self.directory.orders.beginning_with(names, key.as_bytes());
        let distance = |row: usize| {
            if row >= from {
                row - from
            } else {
                row + self.len()
            }
        };
        // Few users are looked up. Of many users, one is near.
        if named.len() <= FEW {
            let rows = named
                .iter()
                .filter_map(|&position| self.row_of_position(position));
            return rows.min_by_key(|&row| distance(row));
        }
        let rows = || (from.min(self.len())..self.len()).chain(0..from.min(self.len()));
        rows().find(|&row| {
            self.positions
                .get(row)
                .is_some_and(|&position| begins(position))
        })
    }

    /// Whether it shows the same as another one, so that it need not be painted. Not after a long
    /// time, because texts such as "in 3 days" become wrong.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let elapsed = other.now - self.now;
        self.query == other.query
            && self.directory.freshness() == other.directory.freshness()
            && self.counts == other.counts
            && elapsed < LONGEST_LIFE
            && self.lists_the_same(other)
    }

    /// Whether it lists the same users in the same order.
    pub fn lists_the_same(&self, other: &Self) -> bool {
        // The answer for all users is the order itself.
        Arc::ptr_eq(&self.positions, &other.positions) || self.positions == other.positions
    }
}
