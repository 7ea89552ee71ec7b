//! The end of the locks of a preview, as it is typed.

use chrono::Duration;

use crate::domain::Time;
use crate::exchange::dates::{end_of, no_moment};
use crate::time_format;
use crate::zone::Zone;

/// The typed end of the locks of a preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockEnd {
    pub text: String,
    /// The moment that the text says. None if it says none.
    at: Option<Time>,
}

impl LockEnd {
    /// The end that a text says: a date, which means through the end of that day, or a date and a
    /// time.
    pub fn typed(text: String, zone: Zone) -> Self {
        let at = end_of(text.trim(), zone);
        Self { text, at }
    }

    /// The end that is proposed first: through the same day of the next week.
    pub fn in_a_week(now: Time, zone: Zone) -> Self {
        let day = now.checked_add_signed(Duration::days(7)).unwrap_or(now);
        Self::typed(time_format::date(day, zone), zone)
    }

    pub fn at(&self) -> Option<Time> {
        self.at
    }

    /// Why no lock can end then. None if it can.
    pub fn problem(&self, now: Time, zone: Zone) -> Option<String> {
        match self.at {
            None if self.text.trim().is_empty() => {
                Some("Say when the locks end, or choose No end.".to_owned())
            }
            None => Some(no_moment(self.text.trim())),
            Some(at) if at <= now => {
                let at = time_format::date_and_time(at, zone);
                Some(format!("The end of the locks is in the past: {at}."))
            }
            Some(_) => None,
        }
    }
}
