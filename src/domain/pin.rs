//! PIN state: the stored facts, and the status that follows from them at a given moment.

use std::borrow::Cow;

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
    /// None: the PIN is not locked for want of use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inactivity: Option<Inactivity>,
}

/// The time after which a PIN that nobody uses is locked. A PIN keeps the days that its policy had at
/// the last use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inactivity {
    pub days: u16,
    /// The last logon, Unlock or new PIN.
    pub last_use: Time,
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
    /// Nobody has used the PIN for as many days as its policy says. Such a lock is never recorded: it
    /// follows from the last use.
    Inactivity,
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
                .lock_in_force(now)
                .map(|lock| lock.cause)
                .or_else(|| self.is_inactive(now).then_some(LockCause::Inactivity)),
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

    /// The recorded lock that is in force at `now`. [`PinState::effective_lock`] also has the one for
    /// want of use.
    pub fn lock_in_force(&self, now: Time) -> Option<&Lock> {
        self.lock.as_ref().filter(|lock| lock.is_in_force(now))
    }

    /// The lock in force at `now`, recorded or not.
    pub fn effective_lock(&self, now: Time) -> Option<Cow<'_, Lock>> {
        if let Some(lock) = self.lock_in_force(now) {
            return Some(Cow::Borrowed(lock));
        }
        let inactivity = self.inactivity.filter(|_| self.is_inactive(now))?;
        Some(Cow::Owned(Lock {
            cause: LockCause::Inactivity,
            since: inactivity.locks_at(),
            until: None,
            by: None,
            reason: String::new(),
            ticket: String::new(),
        }))
    }

    /// Whether the PIN is set, and nobody has used it for too long.
    fn is_inactive(&self, now: Time) -> bool {
        let locks_at = self.inactivity.and_then(|inactivity| inactivity.locks_at());
        self.is_set && locks_at.is_some_and(|at| at <= now)
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
            self.inactivity.map(|inactivity| inactivity.last_use),
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

    /// The state after Unlock: no lock, both failure counters back to zero, and the days without use
    /// counted from now on.
    #[must_use]
    pub fn unlocked(&self, now: Time) -> Self {
        Self {
            lock: None,
            failures: Failures::default(),
            inactivity: self.inactivity.map(|inactivity| Inactivity {
                last_use: now,
                ..inactivity
            }),
            ..self.clone()
        }
    }

    /// The state with both failure counters back to zero. A lock stays as it is.
    #[must_use]
    pub fn with_failures_reset(&self) -> Self {
        Self {
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
        let locks = self.locks_later(now);
        [lock_ends, expires, locks].into_iter().flatten().min()
    }

    /// The moment after `now` at which the PIN is locked if nobody uses it.
    pub fn locks_later(&self, now: Time) -> Option<Time> {
        let locks_at = self.inactivity?.locks_at();
        locks_at.filter(|at| self.is_set && *at > now)
    }
}

impl Inactivity {
    /// For a PIN that is used now, under a policy with this number of days. None if it is 0.
    pub fn counted_from(now: Time, days: u16) -> Option<Self> {
        (days > 0).then_some(Self {
            days,
            last_use: now,
        })
    }

    /// The moment at which the PIN is locked. None if the calendar ends before.
    pub fn locks_at(&self) -> Option<Time> {
        self.last_use
            .checked_add_signed(Duration::days(self.days.into()))
    }
}

impl Lock {
    pub fn is_in_force(&self, now: Time) -> bool {
        self.ends().is_none_or(|end| now < end)
    }

    /// The moment at which it ends by itself. None if only Unlock ends it.
    pub fn ends(&self) -> Option<Time> {
        match self.cause {
            LockCause::Administrator => self.until,
            LockCause::Temporary => self
                .until
                .or_else(|| self.since?.checked_add_signed(TEMPORARY_LOCK)),
            LockCause::System | LockCause::Unknown | LockCause::Inactivity => None,
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
            Self::Inactivity => "Not used",
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
            (_, Some(LockCause::Inactivity)) => "locked, not used",
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
