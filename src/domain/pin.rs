//! PIN state: the stored facts, and the status that follows from them at a given moment.

use chrono::Duration;
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

use super::Time;

/// Duration of a temporary lock. Source: Microsoft Docs, `Set-CsPinPolicy`, parameter
/// MaximumLogonAttempts, <https://learn.microsoft.com/powershell/module/skype/set-cspinpolicy>.
pub const TEMPORARY_LOCK: Duration = Duration::hours(1);

/// The stored facts about a user's PIN. `Default` is a user without a PIN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinState {
    pub is_set: bool,
    pub last_change: Option<Time>,
    /// None: never expires.
    pub expires: Option<Time>,
    /// The lock as it was recorded; [`PinState::status`] says whether it is in force.
    pub lock: Option<Lock>,
    #[serde(default, skip_serializing_if = "Failures::is_zero")]
    pub failures: Failures,
}

/// A lock as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    pub cause: LockCause,
    /// Unknown for locks that arrived with an imported file.
    pub since: Option<Time>,
    /// The moment at which it ends by itself: that of "lock until", or the end of a temporary lock.
    pub until: Option<Time>,
    /// The operator, for a lock by an administrator.
    pub by: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ticket: String,
}

/// Causes of a lock.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase", const_into_str)]
pub enum LockCause {
    Administrator,
    /// Too many failed logons in all (global limit).
    System,
    /// Too many failed logons in a row (local limit).
    Temporary,
    /// The lock came with an imported `Get-CsClientPinInfo` file, which does not name the cause.
    Unknown,
}

/// Counters of failed logons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failures {
    pub local: u32,
    pub global: u32,
    pub window_started: Option<Time>,
}

/// The status of a PIN at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PinStatus {
    pub is_set: bool,
    /// None: not locked.
    pub locked: Option<LockCause>,
    pub expiry: Expiry,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// No PIN is set, so nothing can expire.
    NoPin,
    Never,
    At(Time),
    Expired(Time),
}

impl PinState {
    /// The status at `now`. No other function decides whether a PIN is locked or expired.
    pub fn status(&self, now: Time) -> PinStatus {
        PinStatus {
            is_set: self.is_set,
            locked: self
                .lock
                .as_ref()
                .filter(|lock| lock.is_in_force(now))
                .map(|lock| lock.cause),
            expiry: match self.expires {
                _ if !self.is_set => Expiry::NoPin,
                None => Expiry::Never,
                Some(at) if at < now => Expiry::Expired(at),
                Some(at) => Expiry::At(at),
            },
        }
    }

    /// Whether both are about one PIN: what is set, since when, and until when. Locking and unlocking
    /// change nothing of it; an import can.
    pub fn is_same_pin(&self, other: &Self) -> bool {
        (self.is_set, self.last_change, self.expires)
            == (other.is_set, other.last_change, other.expires)
    }

    /// `IsLockedOut` of `Get-CsClientPinInfo`.
    pub fn is_locked_out(&self, now: Time) -> bool {
        self.status(now).locked.is_some()
    }

    /// The lock in force at `now`.
    pub fn lock_in_force(&self, now: Time) -> Option<&Lock> {
        self.lock.as_ref().filter(|lock| lock.is_in_force(now))
    }

    /// All times of the state.
    pub fn times(&self) -> impl Iterator<Item = Time> {
        let lock = self.lock.as_ref();
        [
            self.last_change,
            self.expires,
            lock.and_then(|lock| lock.since),
            lock.and_then(|lock| lock.until),
            self.failures.window_started,
        ]
        .into_iter()
        .flatten()
    }

    /// The state after Lock by an operator. With `until`, the lock ends by itself at that moment.
    #[must_use]
    pub fn locked_by_administrator(
        &self,
        operator: &str,
        at: Time,
        until: Option<Time>,
        reason: &str,
        ticket: &str,
    ) -> Self {
        let lock = Lock {
            cause: LockCause::Administrator,
            since: Some(at),
            until,
            by: Some(operator.to_owned()),
            reason: reason.to_owned(),
            ticket: ticket.to_owned(),
        };
        Self {
            lock: Some(lock),
            ..self.clone()
        }
    }

    /// The state after Unlock: no lock, and both failure counters back to zero.
    #[must_use]
    pub fn unlocked(&self) -> Self {
        Self {
            lock: None,
            failures: Failures::default(),
            ..self.clone()
        }
    }

    /// The next moment at which the status changes by itself (a lock that ends, an expiry), if
    /// there is one after `now`.
    pub fn next_change(&self, now: Time) -> Option<Time> {
        let lock_ends = self
            .lock
            .as_ref()
            .and_then(Lock::ends)
            .filter(|end| *end > now);
        // A PIN is not expired yet at the moment of its expiry, so that change is still to come.
        let expires = self.expires.filter(|at| self.is_set && *at >= now);
        [lock_ends, expires].into_iter().flatten().min()
    }
}

impl Lock {
    fn is_in_force(&self, now: Time) -> bool {
        self.ends().is_none_or(|end| now < end)
    }

    /// The moment at which it ends by itself. None if only Unlock ends it.
    pub fn ends(&self) -> Option<Time> {
        match self.cause {
            LockCause::Administrator => self.until,
            LockCause::Temporary => self
                .until
                .or_else(|| self.since?.checked_add_signed(TEMPORARY_LOCK)),
            LockCause::System | LockCause::Unknown => None,
        }
    }
}

impl LockCause {
    /// The word of filters, JSON and the store: "administrator". It can be parsed again.
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// Its text in the window and on the command line.
    pub fn label(self) -> &'static str {
        match self {
            Self::Administrator => "By administrator",
            Self::System => "By system",
            Self::Temporary => "Temporary",
            Self::Unknown => "Cause unknown",
        }
    }
}

impl PinStatus {
    /// A few words for previews, results and rows read aloud: "locked by administrator",
    /// "unlocked", "no PIN set".
    pub fn describe(&self) -> &'static str {
        match (self.is_set, self.locked) {
            (_, Some(LockCause::Administrator)) => "locked by administrator",
            (_, Some(LockCause::System)) => "locked by system",
            (_, Some(LockCause::Temporary)) => "locked temporarily",
            (_, Some(LockCause::Unknown)) => "locked, cause unknown",
            (true, None) => "unlocked",
            (false, None) => "no PIN set",
        }
    }
}

impl Failures {
    fn is_zero(&self) -> bool {
        *self == Self::default()
    }
}
