//! The what-if panel: the preview of a change, and then its result.

use std::collections::HashMap;

use super::preview_list::PreviewList;
use crate::domain::user::UserId;
use crate::plan::Action;
use crate::store::{Applied, Drift};

/// The contents of the panel.
#[derive(Default)]
pub enum WhatIfPanel {
    #[default]
    Empty,
    /// A plan is being made or opened. Holds the action, or None for an undo or an opened plan.
    Planning(Option<Action>),
    Preview(PreviewList),
    /// The confirmation question. `typed` is the typed number of changes, which a large plan
    /// requires.
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
    /// Nothing was changed. `text` says why.
    Failed {
        text: String,
        list: Option<PreviewList>,
    },
}

impl WhatIfPanel {
    /// The list of the panel, in any state that has one.
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

    /// Whether Confirm is enabled: no number is required, or the typed one is right.
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
