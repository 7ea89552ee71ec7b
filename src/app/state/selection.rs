//! The selection. It holds users, not rows, so that it survives searching and sorting.

use std::sync::Arc;

use crate::directory::{Chosen, View};
use crate::domain::user::UserId;

/// The selected users, the user of the cursor, and the user from which Shift extends.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub chosen: Chosen,
    pub cursor: Option<UserId>,
    anchor: Option<UserId>,
}

/// The maximum number of users that are checked one by one in a frame.
const FEW: usize = 1000;

impl Selection {
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    pub fn contains(&self, id: UserId) -> bool {
        self.chosen.contains(id)
    }

    /// Selects only this user.
    pub fn only(&mut self, id: UserId) {
        self.chosen = Chosen::only(id);
        self.cursor = Some(id);
        self.anchor = Some(id);
    }

    /// Adds this user, or removes them.
    pub fn toggle(&mut self, id: UserId) {
        let chosen = !self.contains(id);
        self.chosen.set(id, chosen);
        self.cursor = Some(id);
        self.anchor = Some(id);
    }

    /// Selects only the rows from the anchor to this user.
    pub fn extend_to(&mut self, id: UserId, view: &Arc<View>) {
        let anchor = self.anchor.unwrap_or(id);
        let (Some(from), Some(to)) = (view.row_of(anchor), view.row_of(id)) else {
            return self.only(id);
        };
        self.chosen = Chosen::rows(view, from.min(to)..from.max(to) + 1);
        self.cursor = Some(id);
        self.anchor = Some(anchor);
    }

    /// Selects all users of the view.
    pub fn all(&mut self, view: &Arc<View>) {
        self.chosen = Chosen::rows(view, 0..view.len());
    }

    pub fn clear(&mut self) {
        self.chosen = Chosen::default();
        self.anchor = None;
    }

    /// The number of selected users whom the list does not show. None if that takes too long to
    /// count in a frame.
    pub fn count_hidden(&self, view: &View) -> Option<usize> {
        self.chosen.count_outside(view, FEW)
    }

    /// Whether all users of the view are selected. The box in the header shows this.
    pub fn covers(&self, view: &View) -> bool {
        if view.is_empty() || !view.is_complete || self.len() < view.len() {
            return false;
        }
        // This runs in every frame, so large selections are not checked one by one.
        self.chosen.is_all_of(view)
            || view.len() <= FEW
                && (0..view.len()).all(|row| view.id_at(row).is_some_and(|id| self.contains(id)))
    }
}
