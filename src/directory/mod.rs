//! The store's users as columns in memory: search, filter, sort and count without touching the store.
//!
//! A [`Directory`] is a value that never changes: whoever paints from one keeps it as long as needed. A change in the
//! store makes a new one, which shares with the old what has stayed the same.

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

/// A place in the directory: the n-th user by id. Only good for the [`Directory`] it comes from.
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

    /// Where a user is.
    pub fn place_of(&self, id: UserId) -> Option<Place> {
        self.names.place_of(id)
    }

    /// The user at a place.
    pub fn id_at(&self, place: Place) -> Option<UserId> {
        self.names.id_at(place)
    }

    /// Works out in what order users are by each of their names, before somebody asks for one.
    pub fn prepare_orders(&self) {
        for form in [Form::DisplayName, Form::Sip, Form::Account] {
            self.names.in_order(form);
        }
    }

    /// What state of the store it shows.
    pub fn freshness(&self) -> Freshness {
        self.freshness
    }
}
