//! The store's users as columns in memory: search, filter, sort and count without touching the store.
//!
//! A [`Directory`] is immutable, and painting can keep one as long as it needs. A change in the
//! store makes a new one, which shares all unchanged parts with the old one.

mod answer_cache;
mod bit_set;
mod chosen;
mod classes;
mod first_rows;
mod fold;
mod generation;
mod ids;
mod load;
mod matches;
mod names;
mod order;
mod parallel;
mod part;
mod pins;
mod query;
mod renew;
mod scratch;
mod sorting;
mod view;

pub use answer_cache::Answers;
pub use chosen::Chosen;
pub use names::{Form, Names};
pub use pins::PinRow;
pub use query::{Query, Reading, Sort, SortColumn};
pub use view::View;

use std::sync::Arc;

use crate::domain::user::UserId;
use crate::store::Freshness;

/// The index of a user in the order of IDs. Valid only for the [`Directory`] it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place(pub u32);

/// All users at one moment.
#[derive(Clone, Debug)]
pub struct Directory {
    names: Arc<Names>,
    pins: pins::Pins,
    freshness: Freshness,
}

impl Directory {
    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The PIN row of a user.
    pub fn pin(&self, place: Place) -> Option<PinRow> {
        self.pins.get(place.0 as usize)
    }

    /// The index of a user.
    pub fn place_of(&self, id: UserId) -> Option<Place> {
        self.names.place_of(id)
    }

    /// The user at an index.
    pub fn id_at(&self, place: Place) -> Option<UserId> {
        self.names.id_at(place)
    }

    /// Computes the orders of all names before they are needed.
    pub fn prepare_orders(&self) {
        for form in [Form::DisplayName, Form::Sip, Form::Account] {
            self.names.in_order(form);
        }
    }

    /// The state of the store that it shows.
    pub fn freshness(&self) -> Freshness {
        self.freshness
    }
}
