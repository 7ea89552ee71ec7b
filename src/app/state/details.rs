//! The details of one user.

use crate::domain::user::UserId;
use crate::worker::jobs::UserDetails;

/// A user whose details are open.
pub struct DetailsView {
    pub id: UserId,
    /// None until the user has been read.
    pub facts: Option<UserDetails>,
    /// Whether the store has no user with this ID.
    pub is_missing: bool,
}

impl DetailsView {
    /// The details before anything has been read.
    pub fn of(id: UserId) -> Self {
        Self {
            id,
            facts: None,
            is_missing: false,
        }
    }
}
