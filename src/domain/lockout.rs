//! Effects of a logon, and of setting a PIN, on the PIN state. Pure: `now` is an argument.
//!
//! Source: Microsoft Docs, `Set-CsPinPolicy`, parameter MaximumLogonAttempts,
//! <https://learn.microsoft.com/powershell/module/skype/set-cspinpolicy>. The first failure opens a
//! window of 30 minutes; each failure in it counts once locally and once globally. A success clears
//! the local count only, Unlock clears both, and so does an
//! administrator who resets the failures alone.

use chrono::{Duration, SubsecRound as _};

use super::Time;
use super::pin::{Expiry, Failures, Inactivity, Lock, LockCause, PinState, TEMPORARY_LOCK};
use super::policy::Limits;

/// The window in which failures are counted together.
pub const FAILURE_WINDOW: Duration = Duration::minutes(30);

/// Reasons why a logon with a PIN is refused. A variant's name is its word in JSON and in the
/// history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
pub enum LogonRefusal {
    /// Wrong digits: the only reason that counts as a failure.
    IncorrectPin,
    UserPinAccountLocked,
    PinExpired,
    PinNotSet,
    /// The PIN was set elsewhere, so its hash is not in the store.
    Unknown,
}

impl LogonRefusal {
    /// Its name in JSON and in the history.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The reason as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::IncorrectPin => "The PIN is wrong.",
            Self::UserPinAccountLocked => "The PIN is locked; the right one is refused, too.",
            Self::PinExpired => "The PIN has expired: a new one must be set.",
            Self::PinNotSet => "No PIN is set.",
            Self::Unknown => "This PIN was set elsewhere, so PinDesk does not know it.",
        }
    }
}

impl PinState {
    /// The reason why no digits are accepted at `now`. None if the digits decide.
    pub fn logon_refusal(&self, now: Time) -> Option<LogonRefusal> {
        let status = self.status(now);
        match (status.is_set, status.locked) {
            (false, _) => Some(LogonRefusal::PinNotSet),
            (true, Some(_)) => Some(LogonRefusal::UserPinAccountLocked),
            (true, None) => None,
        }
    }

    /// Whether the PIN has expired, so that the right digits are not enough.
    pub fn has_expired(&self, now: Time) -> bool {
        matches!(self.status(now).expiry, Expiry::Expired(_))
    }

    /// Whether one more attempt keeps to the limits, even if it and the `pending` ones fail. Without
    /// pending ones it always does, since the PIN is not locked: the limit may have been lowered.
    pub fn may_fail_again(&self, now: Time, limits: Limits, pending: u32) -> bool {
        let local = match self.failures.window(now) {
            Some(_) => self.failures.local,
            None => 0,
        };
        pending == 0
            || (local.saturating_add(pending) < limits.local
                && self.failures.global.saturating_add(pending) < limits.global)
    }

    /// The state after wrong digits. At the global limit the PIN is locked by the system. At the
    /// local limit it is locked for one hour; then the local count starts at zero, and the global
    /// one goes on.
    #[must_use]
    pub fn after_failed_logon(&self, now: Time, limits: Limits) -> Self {
        let Failures { local, global, .. } = self.failures;
        let window = self.failures.window(now);
        // A clock that was put back must not end a lock before the window that led to it.
        let now = window.map_or(now, |start| start.max(now));
        let local = if window.is_some() {
            local.saturating_add(1)
        } else {
            1
        };
        let mut failures = Failures {
            local,
            global: global.saturating_add(1),
            window_started: Some(window.unwrap_or(now)),
        };
        let cause = if failures.global >= limits.global {
            Some(LockCause::System)
        } else if failures.local >= limits.local {
            Some(LockCause::Temporary)
        } else {
            None
        };
        if cause.is_some() {
            failures = Failures {
                local: 0,
                window_started: None,
                ..failures
            };
        }
        let lock = cause.map(|cause| Lock {
            cause,
            since: Some(now),
            until: (cause == LockCause::Temporary).then(|| now + TEMPORARY_LOCK),
            by: None,
            reason: String::new(),
            ticket: String::new(),
        });
        Self {
            lock: lock.or_else(|| self.lock.clone()),
            failures,
            ..self.clone()
        }
    }

    /// The state after the right digits: the local count is zero, the global one unchanged. The days
    /// without use, which are those of the policy, count from now on.
    #[must_use]
    pub fn after_logon(&self, now: Time, inactivity_days: u16) -> Self {
        Self {
            failures: Failures {
                local: 0,
                window_started: None,
                ..self.failures
            },
            inactivity: Inactivity::counted_from(now, inactivity_days),
            ..self.clone()
        }
    }

    /// The state with a new PIN that expires after `lifetime_days` days, and is locked after
    /// `inactivity_days` days without use; with 0 never. Times are whole seconds, as in
    /// `Get-CsClientPinInfo`. Earlier failures still count, since a new PIN does not clear them.
    #[must_use]
    pub fn with_new_pin(&self, now: Time, lifetime_days: u16, inactivity_days: u16) -> Self {
        let set = now.trunc_subsecs(0);
        let expires = (lifetime_days > 0).then(|| set + Duration::days(lifetime_days.into()));
        Self {
            is_set: true,
            last_change: Some(set),
            expires,
            lock: None,
            failures: self.failures,
            inactivity: Inactivity::counted_from(set, inactivity_days),
        }
    }
}

impl Failures {
    /// The start of the window that is open at `now`. A `now` before the start is inside the window,
    /// so that a clock that was put back opens no new one.
    fn window(&self, now: Time) -> Option<Time> {
        self.window_started
            .filter(|start| now < *start + FAILURE_WINDOW)
    }
}
