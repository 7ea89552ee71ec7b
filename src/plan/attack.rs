//! The signs of an attack in a plan that unlocks: many PINs that wrong PINs have locked within minutes,
//! from few origins. Unlocking them gives an attacker new tries.

use std::collections::HashMap;

use chrono::Duration;

use super::plan_value::Plan;
use super::words::{plural, thousands};
use crate::domain::Time;
use crate::domain::action::Action;
use crate::domain::pin::LockCause;
use crate::domain::text::shown;
use crate::domain::user::UserId;
use crate::time_format::in_sentence;
use crate::zone::Zone;

/// The time within which locks belong together.
const WITHIN: Duration = Duration::minutes(10);
/// The smallest number of PINs that is a sign.
const LEAST: usize = 5;
/// The largest number of origins from which they were locked.
const MOST_ORIGINS: usize = 3;
/// The largest number of locked PINs that are looked at.
const LOOKED_AT: usize = 5000;
/// The number of users that a sentence names.
const NAMED: usize = 10;

/// A PIN that wrong PINs have locked, and that the plan unlocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuessedPin {
    pub id: UserId,
    pub identity: String,
    pub since: Time,
    /// Where the last wrong PIN came from. None if that is not known.
    pub origin: Option<String>,
}

/// PINs that were locked together, by the time of their locks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attack {
    pub pins: Vec<GuessedPin>,
    /// The origins with the numbers of their PINs, the most frequent one first.
    pub origins: Vec<(Option<String>, usize)>,
}

impl Plan {
    /// The PINs that the plan unlocks and that wrong PINs have locked within minutes of each other,
    /// where they were most. Empty if they are too few to be a sign.
    pub fn locked_together(&self) -> Vec<GuessedPin> {
        let mut pins: Vec<GuessedPin> = self
            .changes()
            .filter(|(item, _)| item.action == Action::Unlock)
            .filter_map(|(_, user)| {
                let lock = user.before.lock_in_force(self.taken_at)?;
                let is_guessed = matches!(lock.cause, LockCause::System | LockCause::Temporary);
                Some(GuessedPin {
                    id: user.id,
                    identity: user.identity.clone(),
                    since: lock.since.filter(|_| is_guessed)?,
                    origin: None,
                })
            })
            .collect();
        pins.sort_by_key(|pin| (pin.since, pin.id));
        let (mut first, mut densest) = (0, 0..0);
        for (index, pin) in pins.iter().enumerate() {
            while pin.since - pins[first].since > WITHIN {
                first += 1;
            }
            if index + 1 - first > densest.len() {
                densest = first..index + 1;
            }
        }
        if densest.len() < LEAST {
            return Vec::new();
        }
        pins.truncate(densest.end.min(densest.start + LOOKED_AT));
        pins.split_off(densest.start)
    }
}

impl Attack {
    /// The attack that PINs which were locked together are a sign of, if most are from few origins.
    pub fn of(mut pins: Vec<GuessedPin>) -> Option<Self> {
        let mut counts: HashMap<Option<String>, usize> = HashMap::new();
        for pin in &pins {
            *counts.entry(pin.origin.clone()).or_default() += 1;
        }
        let mut origins: Vec<(Option<String>, usize)> = counts.into_iter().collect();
        origins.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        origins.truncate(MOST_ORIGINS);
        pins.retain(|pin| origins.iter().any(|(origin, _)| *origin == pin.origin));
        (pins.len() >= LEAST).then_some(Self { pins, origins })
    }

    /// The warning in a sentence or two, with the first users.
    pub fn words(&self, zone: Zone) -> String {
        let when = |pin: Option<&GuessedPin>| {
            pin.map_or_else(String::new, |pin| in_sentence(pin.since, zone))
        };
        let origins: Vec<String> = self
            .origins
            .iter()
            .map(|(origin, count)| {
                let origin = origin.as_deref().map(shown);
                let origin = origin.as_deref().unwrap_or("an unknown origin");
                format!("{origin} ({})", thousands(*count))
            })
            .collect();
        let named = self.pins.iter().take(NAMED);
        let named: Vec<&str> = named.map(|pin| pin.identity.as_str()).collect();
        let more = self.pins.len() - named.len();
        let more = match more {
            0 => String::new(),
            more => format!(
                " and {} {}",
                thousands(more),
                plural(more, "other", "others")
            ),
        };
        format!(
            "Wrong PINs have locked {} of these PINs from {} to {}, from {}. Somebody may be trying PINs: find out before you unlock {}{more}.",
            thousands(self.pins.len()),
            when(self.pins.first()),
            when(self.pins.last()),
            origins.join(", "),
            named.join(", "),
        )
    }
}
