//! PIN policies: the rules for PINs, their lifetime, and the limits of failed logons.
//!
//! Source of settings, ranges and defaults: Microsoft Docs, `Set-CsPinPolicy`,
//! <https://learn.microsoft.com/powershell/module/skype/set-cspinpolicy>.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::pin_rule::PinRule;
use super::text::{identity_key, shown};

/// The settings of a policy. `Default` has those of a new installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PinPolicy {
    /// Number of digits, 4 to 24.
    pub min_length: u8,
    /// Number of PINs that cannot be set again, beginning with the current one: 0 to 20; 0 means
    /// that any can.
    pub history_count: u8,
    /// 0 to 999 days; 0 means never. Above 0 only together with a history.
    pub lifetime_days: u16,
    pub allow_common_patterns: bool,
    /// The local limit, 1 to 999 failures. None: it depends on the length of the PIN.
    pub max_attempts: Option<u16>,
    /// Rules that hold beside the common patterns, and also where these are allowed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub also_refused: BTreeSet<PinRule>,
    /// Days without use after which the PIN is locked: 0 to 999; 0 means never.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub inactivity_days: u16,
}

/// The scope of a policy. The nearest one counts: a policy granted to the user, else that of the
/// user's site, else the global one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyName {
    Global,
    /// `site:Redmond`
    Site(String),
    /// `Executives`, or `tag:Executives` as the cmdlets show it: for users to whom it is granted.
    User(String),
}

/// A policy with its scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPolicy {
    pub name: PolicyName,
    pub policy: PinPolicy,
}

/// Reasons why a policy is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    #[error("A policy needs a name: global, site:NAME, or one of its own such as Executives.")]
    NoName,
    #[error(
        "{} is the name of another kind of policy. Choose another name.",
        shown(.0)
    )]
    NameOfAnotherKind(String),
    #[error("{what} must be from {least} to {most}, not {given}.")]
    OutOfRange {
        what: &'static str,
        given: u16,
        least: u16,
        most: u16,
    },
    #[error(
        "A lifetime needs a history of at least one PIN; otherwise the same PIN could be set again and again."
    )]
    LifetimeWithoutHistory,
}

/// Numbers of failed logons at which a PIN is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Failures within a window. At this number the PIN is locked for one hour.
    pub local: u32,
    /// Failures in all. At this number the PIN is locked until an operator unlocks it.
    pub global: u32,
}

impl Default for PinPolicy {
    fn default() -> Self {
        Self {
            min_length: 5,
            history_count: 0,
            lifetime_days: 0,
            allow_common_patterns: false,
            max_attempts: None,
            also_refused: BTreeSet::new(),
            inactivity_days: 0,
        }
    }
}

impl PinPolicy {
    pub const MOST_DIGITS: u8 = 24;
    const MIN_LENGTH: RangeInclusive<u16> = 4..=Self::MOST_DIGITS as u16;
    const HISTORY_COUNT: RangeInclusive<u16> = 0..=Self::MOST_REMEMBERED as u16;
    const LIFETIME_DAYS: RangeInclusive<u16> = 0..=999;
    const MAX_ATTEMPTS: RangeInclusive<u16> = 1..=999;
    const INACTIVITY_DAYS: RangeInclusive<u16> = 0..=999;
    /// Largest number of PINs of a user whose hashes are kept.
    pub const MOST_REMEMBERED: u8 = 20;

    /// Checks that each setting is in its range.
    ///
    /// # Errors
    /// The first setting that is not.
    pub fn check(&self) -> Result<(), PolicyFault> {
        let in_range = |what, given: u16, range: RangeInclusive<u16>| {
            let (least, most) = (*range.start(), *range.end());
            if range.contains(&given) {
                Ok(())
            } else {
                Err(PolicyFault::OutOfRange {
                    what,
                    given,
                    least,
                    most,
                })
            }
        };
        in_range("The length", self.min_length.into(), Self::MIN_LENGTH)?;
        in_range(
            "The history",
            self.history_count.into(),
            Self::HISTORY_COUNT,
        )?;
        in_range(
            "The lifetime in days",
            self.lifetime_days,
            Self::LIFETIME_DAYS,
        )?;
        in_range(
            "The number of days without use",
            self.inactivity_days,
            Self::INACTIVITY_DAYS,
        )?;
        if let Some(attempts) = self.max_attempts {
            in_range("The number of attempts", attempts, Self::MAX_ATTEMPTS)?;
        }
        if self.lifetime_days > 0 && self.history_count == 0 {
            return Err(PolicyFault::LifetimeWithoutHistory);
        }
        Ok(())
    }

    /// Whether this policy is weaker than another one in any setting: it allows a shorter PIN, an
    /// older one, a longer life, more days without use, a common pattern, digits that a rule refuses, or more attempts.
    pub fn is_weaker_than(&self, other: &Self) -> bool {
        // 0 days mean no end.
        let days = |days: u16| if days == 0 { u16::MAX } else { days };
        let more_attempts = (self.min_length..=Self::MOST_DIGITS)
            .any(|digits| self.limits(digits).local > other.limits(digits).local);
        self.min_length < other.min_length
            || self.history_count < other.history_count
            || days(self.lifetime_days) > days(other.lifetime_days)
            || days(self.inactivity_days) > days(other.inactivity_days)
            || self.allow_common_patterns && !other.allow_common_patterns
            || !self.also_refused.is_superset(&other.also_refused)
            || more_attempts
    }

    /// The shortest length that has the limits of this length: 4, 5 or 7 digits.
    pub fn length_class(digits: u8) -> u8 {
        match digits {
            0..=4 => 4,
            5 | 6 => 5,
            7.. => 7,
        }
    }

    /// The limits for a PIN with this number of digits. The source has no figure for six digits,
    /// which get the safer one.
    pub fn limits(&self, digits: u8) -> Limits {
        let (local, global) = match Self::length_class(digits) {
            4 => (10, 100),
            5 => (25, 1000),
            _ => (25, 5000),
        };
        Limits {
            local: self.max_attempts.map_or(local, u32::from),
            global,
        }
    }

    /// "at least 5 digits, no history, never expires, no common patterns, attempts by the length of
    /// the PIN"
    pub fn describe(&self) -> String {
        let history = match self.history_count {
            0 => "no history".to_owned(),
            1 => "the last PIN can't come back".to_owned(),
            count => format!("the last {count} PINs can't come back"),
        };
        let patterns = if self.allow_common_patterns {
            "common patterns allowed"
        } else {
            "no common patterns"
        };
        let attempts = match self.max_attempts {
            None => "attempts by the length of the PIN".to_owned(),
            Some(1) => "1 attempt".to_owned(),
            Some(attempts) => format!("{attempts} attempts"),
        };
        let mut words = vec![
            self.length_in_words(),
            history,
            self.lifetime_in_words(),
            patterns.to_owned(),
            attempts,
        ];
        let rules = self.also_refused.iter();
        words.extend(rules.map(|rule| rule.in_short().to_owned()));
        if self.inactivity_days > 0 {
            words.push(Self::inactivity_in_words(self.inactivity_days));
        }
        words.join(", ")
    }

    /// "at least 5 digits"
    pub fn length_in_words(&self) -> String {
        format!("at least {} digits", self.min_length)
    }

    /// "expires after 180 days"
    pub fn lifetime_in_words(&self) -> String {
        match self.lifetime_days {
            0 => "never expires".to_owned(),
            1 => "expires after a day".to_owned(),
            days => format!("expires after {days} days"),
        }
    }

    /// "locked after 90 days without use"
    pub fn inactivity_in_words(days: u16) -> String {
        match days {
            1 => "locked after a day without use".to_owned(),
            days => format!("locked after {days} days without use"),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(days: &u16) -> bool {
    *days == 0
}

impl PolicyName {
    /// Reads a name as it is typed. `global` in any case is the global policy.
    ///
    /// # Errors
    /// There is no name, or a name after `tag:` is that of another kind of policy.
    pub fn parse(text: &str) -> Result<Self, PolicyFault> {
        let text = text.trim();
        let after = |prefix: &str| {
            text.get(..prefix.len())
                .filter(|start| start.eq_ignore_ascii_case(prefix))
                .map(|_| text[prefix.len()..].trim().to_owned())
        };
        let name = match (after("site:"), after("tag:")) {
            (Some(site), _) => Self::Site(site),
            (_, Some(name)) => match Self::parse(&name)? {
                // Names with equal keys are one policy, so that no other may have such a name.
                Self::User(same) if same == name => Self::User(name),
                _ => return Err(PolicyFault::NameOfAnotherKind(name)),
            },
            _ if text.eq_ignore_ascii_case("global") => Self::Global,
            _ => Self::User(text.to_owned()),
        };
        match &name {
            Self::Site(name) | Self::User(name) if name.is_empty() => Err(PolicyFault::NoName),
            _ => Ok(name),
        }
    }

    /// The key for comparing: two names with equal keys are one policy.
    pub fn key(&self) -> String {
        identity_key(&self.to_string())
    }
}

impl std::fmt::Display for PolicyName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Global => f.write_str("Global"),
            Self::Site(site) => write!(f, "site:{site}"),
            Self::User(name) => f.write_str(name),
        }
    }
}
