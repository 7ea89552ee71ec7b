//! PIN policies: what a PIN must be like, how long it lives, and after how many failed logons it is locked.
//!
//! Source: the settings, ranges and defaults of the product that the two cmdlets belong to.

use std::ops::RangeInclusive;

use super::text::identity_key;

/// What holds for the PINs of those a policy is for. `Default` is what the product starts with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinPolicy {
    /// Digits: 4 to 24.
    pub min_length: u8,
    /// How many old PINs can't come back, the one that is set being the first of them: 0 to 20, 0 = any may.
    pub history_count: u8,
    /// 0 to 999, 0 = never expires; above 0 only with a history.
    pub lifetime_days: u16,
    pub allow_common_patterns: bool,
    /// Sets the local limit, 1 to 999; None: by the length of the PIN.
    pub max_attempts: Option<u16>,
}

/// Whom a policy is for. The nearest one wins: one that a user was given, that of their site, the global one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyName {
    Global,
    /// `site:Redmond`
    Site(String),
    /// `Executives`, or `tag:Executives` as the product shows it: for those it is granted to.
    User(String),
}

/// A policy by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPolicy {
    pub name: PolicyName,
    pub policy: PinPolicy,
}

/// Why something cannot be a policy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    #[error("A policy needs a name: global, site:NAME, or one of its own such as Executives.")]
    NoName,
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

/// After how many failed logons a PIN is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// In a row, within a window: locks for an hour.
    pub local: u32,
    /// In all: locks until somebody unlocks.
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
        }
    }
}

impl PinPolicy {
    pub const MOST_DIGITS: u8 = 24;
    const MIN_LENGTH: RangeInclusive<u16> = 4..=Self::MOST_DIGITS as u16;
    const HISTORY_COUNT: RangeInclusive<u16> = 0..=Self::MOST_REMEMBERED as u16;
    const LIFETIME_DAYS: RangeInclusive<u16> = 0..=999;
    const MAX_ATTEMPTS: RangeInclusive<u16> = 1..=999;
    /// So many PINs of a user are remembered at most.
    pub const MOST_REMEMBERED: u8 = 20;

    /// Is each setting in its range?
    ///
    /// # Errors
    /// The first that is not.
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
        if let Some(attempts) = self.max_attempts {
            in_range("The number of attempts", attempts, Self::MAX_ATTEMPTS)?;
        }
        if self.lifetime_days > 0 && self.history_count == 0 {
            return Err(PolicyFault::LifetimeWithoutHistory);
        }
        Ok(())
    }

    /// The limits for a PIN with so many digits. For six the source is silent; they have the safer figure.
    pub fn limits(&self, digits: u8) -> Limits {
        let (local, global) = match digits {
            0..=4 => (10, 100),
            5 | 6 => (25, 1000),
            7.. => (25, 5000),
        };
        Limits {
            local: self.max_attempts.map_or(local, u32::from),
            global,
        }
    }

    /// "at least 5 digits, no history, never expires, no common patterns, attempts by the length of the PIN"
    pub fn describe(&self) -> String {
        let history = match self.history_count {
            0 => "no history".to_owned(),
            1 => "the last PIN can't come back".to_owned(),
            count => format!("the last {count} PINs can't come back"),
        };
        let lifetime = match self.lifetime_days {
            0 => "never expires".to_owned(),
            1 => "expires after a day".to_owned(),
            days => format!("expires after {days} days"),
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
        format!(
            "at least {} digits, {history}, {lifetime}, {patterns}, {attempts}",
            self.min_length
        )
    }
}

impl PolicyName {
    /// Reads a name as it is typed. `global` in any case is the global policy.
    ///
    /// # Errors
    /// There is no name.
    pub fn parse(text: &str) -> Result<Self, PolicyFault> {
        let text = text.trim();
        let after = |prefix: &str| {
            text.get(..prefix.len())
                .filter(|start| start.eq_ignore_ascii_case(prefix))
                .map(|_| text[prefix.len()..].trim().to_owned())
        };
        let name = match (after("site:"), after("tag:")) {
            (Some(site), _) => Self::Site(site),
            (_, Some(name)) => Self::User(name),
            _ if text.eq_ignore_ascii_case("global") => Self::Global,
            _ => Self::User(text.to_owned()),
        };
        match &name {
            Self::Site(name) | Self::User(name) if name.is_empty() => Err(PolicyFault::NoName),
            _ => Ok(name),
        }
    }

    /// Two names with the same key are the same policy.
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
