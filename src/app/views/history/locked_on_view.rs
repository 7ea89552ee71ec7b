//! The users that were locked at a moment, as the history view shows them.

use std::sync::Arc;

use super::filters::moment;
use crate::domain::Time;
use crate::exchange::dates::moment_of;
use crate::store::WasLocked;
use crate::time_format;
use crate::zone::Zone;

/// The users that were locked at a moment.
#[derive(Default)]
pub struct LockedOnView {
    /// The moment as it is typed.
    pub text: String,
    /// The moment of the text. It is exact to the millisecond until the text is edited.
    pub moment: Option<Time>,
    /// Why there is no list: the moment or the history cannot be read.
    pub problem: Option<String>,
    /// None until the users have been read.
    pub all: Option<Arc<Vec<WasLocked>>>,
    /// Whether any of their locks ends by itself.
    pub has_ends: bool,
    pub search: String,
    /// The indices of the users that contain the search. None: nothing is searched for.
    pub found: Option<Vec<usize>>,
}

impl LockedOnView {
    /// The view before the users of a moment have been read.
    pub fn at(moment: Time, zone: Zone) -> Self {
        let text = time_format::to_the_second(moment, zone);
        Self {
            text,
            moment: Some(moment),
            ..Self::default()
        }
    }

    /// Reads the moment as it is typed.
    pub fn set_text(&mut self, text: String, zone: Zone) {
        let read = moment(&text, zone, moment_of);
        self.text = text;
        self.moment = read.clone().unwrap_or_default();
        self.problem = read.map_or_else(Some, |moment| {
            moment
                .is_none()
                .then(|| "Say at which date and time, as in 2026-11-22 13:35.".to_owned())
        });
    }

    /// The number of listed users.
    pub fn len(&self) -> usize {
        let all = self.all.as_ref().map_or(0, |all| all.len());
        self.found.as_ref().map_or(all, Vec::len)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The user in a row of the list.
    pub fn row(&self, row: usize) -> Option<&WasLocked> {
        let index = self
            .found
            .as_ref()
            .map_or(Some(row), |found| found.get(row).copied())?;
        self.all.as_ref()?.get(index)
    }
}
