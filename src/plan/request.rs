//! What an operator asks for, and what the store found for it.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::domain::Time;
use crate::domain::action::Action;
use crate::domain::filter::Filter;
use crate::domain::identity::IdentityError;
use crate::domain::user::{UserId, UserRecord, Version};

/// An action on some users, for a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub action: Action,
    pub targets: Vec<Target>,
    pub keep: Keep,
    pub reason: String,
    pub ticket: String,
}

/// The found users that a request keeps. A target that found no single user always stays, since it needs its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    #[default]
    All,
    /// Users who pass all filters, as with `Where-Object`.
    Passing(Vec<Filter>),
    /// Users who are still at the version that a pipeline has seen, so that none is taken by a condition that no longer
    /// holds. Users whom it has not seen stay.
    AsSeen(HashMap<UserId, Version>),
}

/// One way of pointing at users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A selected row.
    User(UserId),
    /// A text that is read as an identity.
    Identity(String),
    /// All users that pass.
    Filter(Filter),
}

/// One user that a target found, or why it found none.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The target as it was given: a typed identity, or the identity of a selected user.
    pub given: String,
    pub found: Match,
}

/// What a target found.
#[derive(Clone, Debug)]
pub enum Match {
    User(Box<UserRecord>),
    Invalid(IdentityError),
    NotFound {
        nearest: Vec<Candidate>,
    },
    Ambiguous {
        candidates: Vec<Candidate>,
    },
    /// Nobody has this name, but letters of it were lost, and these users fit.
    Lost {
        candidates: Vec<Candidate>,
    },
}

/// A user who is shown to help with a choice; nothing acts on candidates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    pub id: UserId,
    pub display_name: String,
    /// An exact identity that would have found this user.
    pub identity: String,
}

/// Narrows found users to those who pass all filters, as `Where-Object` does, and returns how many users that leaves
/// out. A target that found no single user stays, since it needs its answer.
pub fn narrow(items: &mut Vec<Resolved>, filters: &[Filter], now: Time) -> usize {
    let mut left_out = HashSet::new();
    items.retain(|item| match &item.found {
        Match::User(user) if !passes(user, filters, now) => {
            left_out.insert(user.id);
            false
        }
        _ => true,
    });
    left_out.len()
}

/// Whether a user passes all filters.
pub fn passes(user: &UserRecord, filters: &[Filter], now: Time) -> bool {
    let status = user.pin.status(now);
    filters.iter().all(|filter| filter.matches(&status, now))
}

impl Keep {
    /// Whether a found user is kept.
    pub fn keeps(&self, user: &UserRecord, now: Time) -> bool {
        match self {
            Self::All => true,
            Self::Passing(filters) => passes(user, filters, now),
            Self::AsSeen(seen) => seen
                .get(&user.id)
                .is_none_or(|version| *version == user.version),
        }
    }
}

impl Resolved {
    /// The one user who was found.
    pub fn user(&self) -> Option<UserId> {
        match &self.found {
            Match::User(user) => Some(user.id),
            _ => None,
        }
    }
}

impl Target {
    /// The one user of a selected row.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(*id),
            Self::Identity(_) | Self::Filter(_) => None,
        }
    }
}
