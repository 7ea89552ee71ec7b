//! Filters by PIN state, for the chips of the window and for `--where`.

use chrono::Duration;

use super::Time;
use super::pin::{Expiry, LockCause, PinStatus};
use super::text::shown;

/// A condition on a user's PIN. The words of the conditions without a value are derived from their
/// names: `pin-set`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Filter {
    #[default]
    All,
    Locked,
    #[strum(disabled)]
    LockedBy(LockCause),
    /// `IsLockedOut -eq $False`: users without a PIN are not locked either.
    Unlocked,
    PinSet,
    NoPin,
    Expired,
    /// Expires within this number of days from now, but has not expired yet.
    #[strum(disabled)]
    ExpiresWithinDays(u16),
    NeverExpires,
}

/// A filter that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{}\" is not a filter. Filters are: locked, unlocked, locked-by=admin|system|temporary|unknown|inactivity, pin-set, no-pin, \
     expired, expires-within=14d, never-expires.",
    shown(.0)
)]
pub struct FilterError(pub String);

impl Filter {
    /// The chips of the window, in their order.
    pub const CHIPS: [Self; 10] = [
        Self::All,
        Self::Locked,
        Self::LockedBy(LockCause::Administrator),
        Self::LockedBy(LockCause::System),
        Self::LockedBy(LockCause::Temporary),
        Self::LockedBy(LockCause::Unknown),
        Self::Unlocked,
        Self::NoPin,
        Self::Expired,
        Self::ExpiresWithinDays(14),
    ];

    /// Whether it is about locks. The others are about the PIN and its expiry, so that one of each
    /// kind can hold at once.
    pub fn is_about_locks(self) -> bool {
        matches!(self, Self::Locked | Self::LockedBy(_) | Self::Unlocked)
    }

    /// Reads a filter as the command line writes it, in any case.
    ///
    /// # Errors
    /// The text is none of the filters; the error lists them.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let error = || FilterError(text.to_owned());
        let lower = text.trim().to_ascii_lowercase();
        Ok(match lower.split_once('=') {
            None => lower.parse().map_err(|_unknown| error())?,
            Some(("locked-by", "admin")) => Self::LockedBy(LockCause::Administrator),
            Some(("locked-by", word)) => Self::LockedBy(word.parse().map_err(|_unknown| error())?),
            Some(("expires-within", days)) => {
                let days = days.strip_suffix('d').unwrap_or(days);
                Self::ExpiresWithinDays(days.parse().map_err(|_not_a_number| error())?)
            }
            Some(_) => return Err(error()),
        })
    }

    /// Whether a user with this status passes.
    pub fn matches(self, status: &PinStatus, now: Time) -> bool {
        match self {
            Self::All => true,
            Self::Locked => status.locked.is_some(),
            Self::LockedBy(cause) => status.locked == Some(cause),
            Self::Unlocked => status.locked.is_none(),
            Self::PinSet => status.is_set,
            Self::NoPin => !status.is_set,
            Self::Expired => matches!(status.expiry, Expiry::Expired(_)),
            Self::ExpiresWithinDays(days) => {
                matches!(status.expiry, Expiry::At(at) if at <= now + Duration::days(i64::from(days)))
            }
            Self::NeverExpires => status.expiry == Expiry::Never,
        }
    }

    /// The text of its chip.
    pub fn label(self) -> String {
        match self {
            Self::All => "All".to_owned(),
            Self::Locked => "Locked".to_owned(),
            Self::LockedBy(cause) => cause.label().to_owned(),
            Self::Unlocked => "Unlocked".to_owned(),
            Self::PinSet => "PIN set".to_owned(),
            Self::NoPin => "No PIN".to_owned(),
            Self::Expired => "Expired".to_owned(),
            Self::ExpiresWithinDays(days) => format!("Expiring in {days} days"),
            Self::NeverExpires => "Never expires".to_owned(),
        }
    }
}
