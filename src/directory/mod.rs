//! The store's users as columns in memory: search, filter, sort and count without touching the
//! store.
//!
//! A [`Directory`] is immutable, and painting can keep one as long as it needs. A change in the
//! store makes a new one, which shares all unchanged parts with the old one.

mod among;
mod answer_cache;
mod bit_set;
mod canonical_dn;
mod chosen;
mod classes;
mod first_rows;
mod fold;
mod generation;
mod ids;
mod load;
mod name_form;
mod name_orders;
mod names;
mod needed_facts;
mod order;
mod parallel;
mod part;
mod passed;
mod pins;
mod position;
mod query;
mod ranks;
mod read_sort_keys;
mod renew;
mod scratch;
mod sort_keys;
mod sorting;
mod store_facts;
mod trigrams;
mod units;
mod user_set;
mod view;

pub use among::Among;
pub use answer_cache::AnswerCache;
pub use chosen::Chosen;
pub use name_form::NameForm;
pub use names::Names;
pub use pins::PinRow;
pub use position::Position;
pub use query::{Query, Reading, Sort, SortColumn};
pub use view::View;

use std::sync::Arc;

use crate::domain::user::UserId;
use crate::store::Freshness;
use name_orders::NameOrders;
use order::UserOrder;

/// All users at one moment.
#[derive(Clone, Debug)]
pub struct Directory {
    names: Arc<Names>,
    orders: Arc<NameOrders>,
    pins: pins::Pins,
    freshness: Freshness,
    /// Values from the store that a condition has asked for. None: no condition did.
    facts: Option<Arc<store_facts::AllFacts>>,
    /// The keys of the column by which users were sorted last, if only the store knows it.
    sort_keys: Option<Arc<sort_keys::SortKeys>>,
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
    pub fn pin(&self, position: Position) -> Option<PinRow> {
        self.pins.get(position.0 as usize)
    }

    /// The index of a user.
    pub fn position_of(&self, id: UserId) -> Option<Position> {
        self.names.position_of(id)
    }

    /// The user at an index.
    pub fn id_at(&self, position: Position) -> Option<UserId> {
        self.names.id_at(position)
    }

    /// Computes the orders of all names before they are needed.
    pub fn prepare_orders(&self) {
        for form in [NameForm::DisplayName, NameForm::Sip, NameForm::Account] {
            self.orders.by(&self.names, form);
        }
    }

    /// All users in the order of display names.
    fn order(&self) -> &UserOrder {
        self.orders.by_display_name(&self.names)
    }

    /// The state of the store that it shows.
    pub fn freshness(&self) -> Freshness {
        self.freshness
    }
}
