//! The filters of the history, as they are typed and chosen.

use crate::domain::Time;
use crate::exchange::dates::{end_of, moment_of, no_moment};
use crate::plan::BatchAction;
use crate::store::HistoryQuery;
use crate::zone::Zone;

/// The filters as they are typed and chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryFilters {
    /// None: all of them.
    pub action: Option<BatchAction>,
    /// An account. None: all of them.
    pub operator: Option<String>,
    pub user: String,
    pub from: String,
    pub until: String,
}

impl HistoryFilters {
    pub fn is_any_set(&self) -> bool {
        *self != Self::default()
    }

    /// The query of the filters. A time that cannot be read is ignored.
    pub fn query(&self, text: &str, zone: Zone) -> HistoryQuery {
        HistoryQuery {
            batch: None,
            text: text.trim().to_owned(),
            operator: self.operator.clone(),
            user: Some(self.user.trim().to_owned()).filter(|user| !user.is_empty()),
            action: self.action.clone(),
            from: moment(&self.from, zone, moment_of).unwrap_or_default(),
            until: moment(&self.until, zone, end_of).unwrap_or_default(),
        }
    }

    /// Why the start of the time range cannot be read. None if it can, or if it is empty.
    pub fn from_problem(&self, zone: Zone) -> Option<String> {
        moment(&self.from, zone, moment_of).err()
    }

    /// Why the end of the time range cannot be read. None if it can, or if it is empty.
    pub fn until_problem(&self, zone: Zone) -> Option<String> {
        moment(&self.until, zone, end_of).err()
    }
}

/// Reads a typed moment. None: the text is empty.
pub(super) fn moment(
    text: &str,
    zone: Zone,
    read: fn(&str, Zone) -> Option<Time>,
) -> Result<Option<Time>, String> {
    let text = text.trim();
    if text.is_empty() {
        Ok(None)
    } else {
        read(text, zone).map(Some).ok_or_else(|| no_moment(text))
    }
}
