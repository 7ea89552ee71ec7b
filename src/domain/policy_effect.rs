//! Effects that a PIN policy would have on PINs as they are now. Pure: `now` is an argument.
//!
//! A policy changes no PIN. Its length and its patterns hold for the next PIN that is set, and so
//! does its lifetime, because a PIN keeps its expiry. Only the limits of failed logons hold at once.

use std::ops::RangeInclusive;

use chrono::Duration;

use super::Time;
use super::pin::PinState;
use super::policy::PinPolicy;

/// An effect on the PIN of one user.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum PolicyEffect {
    NoPin,
    TooShort,
    /// The store keeps a range of lengths, and the least length is inside of it.
    MaybeTooShort,
    /// The PIN was set elsewhere, or the key that seals its length is not here.
    LengthUnknown,
    /// The PIN is older than the lifetime.
    PastLifetime,
    /// The PIN reaches the lifetime within 14 days.
    DueSoon,
    /// The PIN reaches the lifetime later, but within 90 days.
    DueLater,
    AgeUnknown,
    /// The number of failures in a row that lock the PIN changes.
    OtherLimit,
    /// The next wrong PIN locks it.
    LocksAtNextFailure,
    /// Nobody has used the PIN for as many days as the policy allows.
    Unused,
}

/// The days of [`PolicyEffect::DueSoon`] and [`PolicyEffect::DueLater`].
const SOON: Duration = Duration::days(14);
const LATER: Duration = Duration::days(90);

/// The lengths that a PIN can have, as far as the store knows. None: any.
pub type KnownLength = Option<RangeInclusive<u8>>;

/// The lengths of PINs in a class of lengths: 4; 5 and 6; 7 and more.
pub fn lengths_of_class(class: u8) -> RangeInclusive<u8> {
    match PinPolicy::length_class(class) {
        4 => 4..=4,
        5 => 5..=6,
        _ => 7..=PinPolicy::MOST_DIGITS,
    }
}

/// A PIN as it is, and what else is known about it.
#[derive(Clone, Debug)]
pub struct KnownPin<'a> {
    pub state: &'a PinState,
    pub length: &'a KnownLength,
    /// The last logon that the history has.
    pub last_logon: Option<Time>,
}

impl KnownPin<'_> {
    /// The last time at which the PIN was used or set, as far as is known.
    fn last_use(&self) -> Option<Time> {
        let counted = self.state.inactivity.map(|inactivity| inactivity.last_use);
        [counted, self.state.last_change, self.last_logon]
            .into_iter()
            .flatten()
            .max()
    }
}

/// Calls `each` for the effects of a policy on a PIN. `before` is the policy that holds for it now.
pub fn each_effect(
    known: &KnownPin<'_>,
    policy: &PinPolicy,
    before: &PinPolicy,
    now: Time,
    mut each: impl FnMut(PolicyEffect),
) {
    let (pin, length) = (known.state, known.length);
    if !pin.is_set {
        return each(PolicyEffect::NoPin);
    }
    let least = policy.min_length;
    match length {
        None => each(PolicyEffect::LengthUnknown),
        Some(range) if *range.end() < least => each(PolicyEffect::TooShort),
        Some(range) if *range.start() < least => each(PolicyEffect::MaybeTooShort),
        Some(_) => {}
    }
    if policy.lifetime_days > 0 {
        let lifetime = Duration::days(policy.lifetime_days.into());
        let due = pin.last_change.map(|at| at + lifetime);
        match due {
            None => each(PolicyEffect::AgeUnknown),
            Some(due) if due < now => each(PolicyEffect::PastLifetime),
            Some(due) if due <= now + SOON => each(PolicyEffect::DueSoon),
            Some(due) if due <= now + LATER => each(PolicyEffect::DueLater),
            Some(_) => {}
        }
    }
    // Without its length the PIN has the limits of the shortest one.
    let digits = length.as_ref().map_or(0, |range| *range.start());
    let limits = policy.limits(digits);
    if limits.local != before.limits(digits).local {
        each(PolicyEffect::OtherLimit);
    }
    if !pin.is_locked_out(now) && pin.after_failed_logon(now, limits).is_locked_out(now) {
        each(PolicyEffect::LocksAtNextFailure);
    }
    if policy.inactivity_days > 0 {
        let days = Duration::days(policy.inactivity_days.into());
        if known.last_use().is_none_or(|at| at + days <= now) {
            each(PolicyEffect::Unused);
        }
    }
}

impl PolicyEffect {
    /// Its word on the command line: "too-short".
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The name of its row, for a policy.
    pub fn label(self, policy: &PinPolicy) -> String {
        let (least, days) = (policy.min_length, policy.lifetime_days);
        match self {
            Self::NoPin => "No PIN is set".to_owned(),
            Self::TooShort => format!("PIN shorter than {least} digits"),
            Self::MaybeTooShort => format!("PIN perhaps shorter than {least} digits"),
            Self::LengthUnknown => "Length of the PIN not known".to_owned(),
            Self::PastLifetime => format!("PIN older than {days} days"),
            Self::DueSoon => format!("Reaches {days} days within 14 days"),
            Self::DueLater => format!("Reaches {days} days in 14 to 90 days"),
            Self::AgeUnknown => "Age of the PIN not known".to_owned(),
            Self::OtherLimit => "Other limit of failures in a row".to_owned(),
            Self::LocksAtNextFailure => "Locked at the next wrong PIN".to_owned(),
            Self::Unused if policy.inactivity_days == 0 => {
                "Not used for as long as a policy says".to_owned()
            }
            Self::Unused => format!("Not used for {} days", policy.inactivity_days),
        }
    }

    /// The meaning for these users, in a sentence.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::NoPin => "The policy holds as soon as a PIN is set.",
            Self::TooShort => "These PINs stay valid until a new one is set.",
            Self::MaybeTooShort => {
                "The store keeps only whether a PIN has 4, 5 to 6, or more digits, so this cannot be decided."
            }
            Self::LengthUnknown => {
                "These PINs were set elsewhere, their key is not here, or you may not read lengths."
            }
            Self::PastLifetime => {
                "These PINs keep their expiry: the lifetime counts from the next new PIN on."
            }
            Self::DueSoon | Self::DueLater => {
                "So many would expire then if the lifetime counted from their last change."
            }
            Self::AgeUnknown => "The store does not know when these PINs were set.",
            Self::OtherLimit => "The new limit counts from the next wrong PIN on.",
            Self::Unused => {
                "Saving the policy locks none of these: the days count from the next logon, Unlock or new PIN on. Lock those who shall be locked now."
            }
            Self::LocksAtNextFailure => {
                "These users have failed so often lately that one more failure reaches the limit."
            }
        }
    }
}
