//! The what-if panel: what would happen, and then what happened.

use std::collections::HashMap;

use super::preview_list::PreviewList;
use crate::domain::user::UserId;
use crate::plan::Action;
use crate::store::{Applied, Drift};

/// What the panel shows.
pub enum WhatIfPanel {
    Empty,
    /// A plan is being worked out: of an action, of undoing something, or one that was kept is opened.
    Planning(Option<Action>),
    Preview(PreviewList),
    /// The one question before anything changes. What was typed is the number, where it must be.
    Confirming {
        list: PreviewList,
        typed: String,
    },
    Applying(PreviewList),
    Result {
        list: PreviewList,
        applied: Box<Applied>,
        drifted: HashMap<UserId, Drift>,
    },
    /// Nothing was changed, and why.
    Failed {
        text: String,
        list: Option<PreviewList>,
    },
}

impl WhatIfPanel {
    /// The list, in whatever state the panel is.
    pub fn list(&self) -> Option<&PreviewList> {
        match self {
            Self::Empty | Self::Planning(_) => None,
            Self::Preview(list)
            | Self::Applying(list)
            | Self::Confirming { list, .. }
            | Self::Result { list, .. } => Some(list),
            Self::Failed { list, .. } => list.as_ref(),
        }
    }

    pub fn list_mut(&mut self) -> Option<&mut PreviewList> {
        match self {
            Self::Empty | Self::Planning(_) => None,
            Self::Preview(list)
            | Self::Applying(list)
            | Self::Confirming { list, .. }
            | Self::Result { list, .. } => Some(list),
            Self::Failed { list, .. } => list.as_mut(),
        }
    }

    /// May Confirm be pressed? Either no number must be typed, or it was.
    pub fn is_confirmable(&self) -> bool {
        match self {
            Self::Confirming { list, typed } => {
                let count = list.counts.will_change;
                !list.must_type_number()
                    || typed.trim().replace([',', '.', ' ', '’', '\''], "") == count.to_string()
            }
            _ => false,
        }
    }
}
