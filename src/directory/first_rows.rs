//! The first rows of a large store, read directly from it and shown while the users are being
//! loaded.

use chrono::Duration;

use super::fold::Folder;
use super::order::UserOrder;
use super::part::{NamePart, PART};
use super::pins::{OperatorNames, PinPart, PinRow};
use super::{Directory, Query, SortColumn, View};
use crate::domain::Time;
use crate::domain::filter::Filter;
use crate::domain::user::UserId;
use crate::store::{FirstBy, Store, StoreError};

/// Number of rows to read: more than fit into any window.
const ROWS: usize = 200;

impl View {
    /// The first rows of an answer. None if there are so few users that loading them is as fast,
    /// and for a search, a filter or an order by time, whose first rows only the whole directory
    /// knows.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn first_rows(store: &Store, query: &Query, now: Time) -> Result<Option<Self>, StoreError> {
        let by = match query.sort.column {
            SortColumn::DisplayName => FirstBy::DisplayName,
            SortColumn::SipAddress => FirstBy::Sip,
            SortColumn::Account => FirstBy::Account,
            _ => return Ok(None),
        };
        let is_large = store
            .id_range()?
            .is_some_and(|ids| ids.end().saturating_sub(*ids.start()) > PART as i64);
        if !is_large || !query.text.trim().is_empty() || query.is_filtered() {
            return Ok(None);
        }
        let freshness = store.freshness()?;
        let Some(in_order) = store.first_ids(by, query.sort.descending, ROWS)? else {
            return Ok(None);
        };
        let mut ids = in_order.clone();
        ids.sort_unstable();
        let (mut part, mut pins) = (NamePart::default(), PinPart::default());
        let (mut folder, mut operators) = (Folder::default(), OperatorNames::default());
        for UserId(id) in ids {
            store.each_names(&(id..=id), |user| {
                part.push(&user, &mut folder);
                true
            })?;
            store.each_pin(&(id..=id), |pin| {
                pins.set(part.len() - 1, PinRow::new(&pin, &mut operators));
                true
            })?;
        }
        let directory = Directory::of(vec![(part, pins)], freshness);
        let positions: Vec<_> = in_order
            .iter()
            .filter_map(|id| directory.position_of(*id))
            .collect();
        if positions.len() != directory.len() {
            return Ok(None);
        }
        let order = UserOrder::of(positions);
        Ok(Some(Self {
            positions: order.positions().into(),
            query: query.clone(),
            counts: [0; Filter::CHIPS.len()],
            now,
            next_change: now + Duration::hours(1),
            is_complete: false,
            order,
            directory,
        }))
    }
}
