//! A list of particular users, such as those of a bar of a chart.

use std::sync::Arc;

use super::Names;
use super::bit_set;
use super::user_set::UserSet;
use crate::domain::user::UserId;

/// Particular users to whom a query is restricted, and what they have in common.
#[derive(Clone, Debug)]
pub struct Among {
    /// As in "PIN shorter than 6 digits".
    pub title: String,
    ids: Arc<[UserId]>,
}

impl Among {
    pub fn new(title: impl Into<String>, ids: impl Into<Arc<[UserId]>>) -> Self {
        Self {
            title: title.into(),
            ids: ids.into(),
        }
    }

    /// The number of users when the list was made.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Those of the users who are still in the directory.
    pub(super) fn set(&self, names: &Names) -> UserSet {
        let mut set = UserSet::none(names.len());
        for position in self.ids.iter().filter_map(|&id| names.position_of(id)) {
            bit_set::set(set.words_mut(), position.0 as usize);
        }
        set
    }
}

impl PartialEq for Among {
    fn eq(&self, other: &Self) -> bool {
        // Up to a million IDs are not compared one by one in each frame.
        self.title == other.title && Arc::ptr_eq(&self.ids, &other.ids)
    }
}

impl Eq for Among {}
