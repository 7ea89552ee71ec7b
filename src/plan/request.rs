//! The request of an operator, and the users that the store found for it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

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

/// The found users that a request keeps. A target without a single user always stays, since it
/// needs an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    #[default]
    All,
    /// Users who pass all filters, as with `Where-Object`.
    Passing(Vec<Filter>),
    /// Users whose version is still the one that a pipeline has seen, since the condition may no
    /// longer hold for others. Users that the pipeline has not seen stay.
    AsSeen(HashMap<UserId, Version>),
}

/// A way to name users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A selected row.
    User(UserId),
    /// A text that is read as an identity.
    Identity(String),
    /// All users that pass the filter.
    Filter(Filter),
}

/// A target, and the user that it found or the reason why it found none.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The target as it was given: a typed identity, or the identity of a selected user.
    pub given: String,
    pub found: Match,
}

/// The search result of a target.
#[derive(Clone, Debug)]
pub enum Match {
    User(Box<UserRecord>),
    Invalid(IdentityError),
    NotFound {
        nearest: Vec<Candidate>,
    },
    Ambiguous {
        candidates: Arc<[Candidate]>,
    },
    /// No user has this name, but letters of it were lost, and these users fit.
    Lost {
        candidates: Arc<[Candidate]>,
    },
}

/// A user that is shown to help with a choice. No action applies to candidates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    pub id: UserId,
    pub display_name: String,
    /// An exact identity that finds this user.
    pub identity: String,
}

/// Keeps only the users that pass all filters, as `Where-Object` does. Returns the number of users
/// that are left out. A target without a single user stays, since it needs an answer.
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
    /// The ID of the found user. None if no single user was found.
    pub fn user(&self) -> Option<UserId> {
        match &self.found {
            Match::User(user) => Some(user.id),
            _ => None,
        }
    }
}

impl Target {
    /// The ID of the user of a selected row.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(*id),
            Self::Identity(_) | Self::Filter(_) => None,
        }
    }
}
