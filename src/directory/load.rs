//! Loading the directory from the store, and bringing it up to date.

use std::sync::Arc;

use super::names::Names;
use super::pins::{Operators, PinRow};
use super::{Directory, Place};
use crate::progress::{Progress, step};
use crate::store::{Freshness, Store, StoreError};

impl Directory {
    /// A directory without anybody.
    pub fn empty() -> Self {
        Self { names: Arc::default(), pins: Arc::default(), freshness: Freshness { version: 0, names: 0 } }
    }

    /// Loads all users.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn load(store: &Store, progress: &dyn Progress) -> Result<Self, StoreError> {
        // Taken first: a change during the load is then found by the next comparison rather than missed.
        let freshness = store.freshness()?;
        let (mut names, mut pins, mut operators) = (Names::default(), Vec::new(), Operators::default());
        let mut cancelled = false;
        store.for_each_user(|user| {
            names.push(user.id, &user.names);
            pins.push(PinRow::new(&user.pin, &mut operators));
            cancelled = step(progress, pins.len() as u64, 0);
            !cancelled
        })?;
        if cancelled {
            return Err(StoreError::Cancelled);
        }
        Ok(Self { names: Arc::new(names), pins: Arc::new(pins), freshness })
    }

    /// The directory as the store is now. Shares the names with this one unless somebody was added or renamed.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn brought_up_to_date(&self, store: &Store, progress: &dyn Progress) -> Result<Self, StoreError> {
        let freshness = store.freshness()?;
        if freshness == self.freshness {
            return Ok(self.clone());
        }
        if freshness.names != self.freshness.names {
            return Self::load(store, progress);
        }
        let mut pins = Vec::clone(&self.pins);
        let mut operators = Operators::default();
        for (id, state, _) in store.pins_changed_since(self.freshness.version)? {
            let Some(Place(place)) = self.place_of(id) else { return Self::load(store, progress) };
            if let Some(row) = pins.get_mut(place as usize) {
                *row = PinRow::new(&state, &mut operators);
            }
        }
        Ok(Self { names: Arc::clone(&self.names), pins: Arc::new(pins), freshness })
    }
}
