//! The facts that were read from the store for the rows in view.

use std::collections::{HashMap, HashSet};

use crate::domain::user::UserId;
use crate::worker::jobs::UserFacts;

/// The facts of the users in and around the rows in view, so that memory does not grow with the
/// number of users.
#[derive(Debug, Default)]
pub struct RowsInView {
    facts: HashMap<UserId, UserFacts>,
    /// The users that were read, or are being read.
    asked: HashSet<UserId>,
}

impl RowsInView {
    pub fn facts(&self, id: UserId) -> Option<&UserFacts> {
        self.facts.get(&id)
    }

    /// Whether some of these users were neither read nor asked for since the store was written.
    pub fn lacks(&self, ids: impl IntoIterator<Item = UserId>) -> bool {
        ids.into_iter().any(|id| !self.asked.contains(&id))
    }

    /// Notes that these users are being read.
    pub(in crate::app) fn ask(&mut self, ids: impl IntoIterator<Item = UserId>) {
        self.asked = ids.into_iter().collect();
    }

    pub(in crate::app) fn take(&mut self, facts: HashMap<UserId, UserFacts>) {
        self.facts = facts;
    }

    /// Has all users read again, because the store was written. Until then the rows show what was
    /// read before.
    pub(in crate::app) fn ask_again(&mut self) {
        self.asked.clear();
    }
}
