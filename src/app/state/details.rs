//! The details of one user.

use crate::domain::user::{UserId, UserRecord};
use crate::store::HistoryEntry;

/// A user whose details are open.
pub struct DetailsView {
    pub id: UserId,
    /// None until the user has been read.
    pub user: Option<Box<UserRecord>>,
    pub history: Vec<HistoryEntry>,
    /// Whether the store has no user with this ID.
    pub is_missing: bool,
}

impl DetailsView {
    /// The details before anything has been read.
    pub fn of(id: UserId) -> Self {
        Self {
            id,
            user: None,
            history: Vec::new(),
            is_missing: false,
        }
    }
}
