//! What somebody wants, and what the store found for it.

use std::collections::{HashMap, HashSet};

use crate::domain::Time;
use crate::domain::action::Action;
use crate::domain::approval::ApprovalRules;
use crate::domain::filter::Filter;
use crate::domain::identity::IdentityError;
use crate::domain::role::Permission;
use crate::domain::user::{UserId, UserRecord};

/// An action on some users, for a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub action: Action,
    pub targets: Vec<Target>,
    pub reason: String,
    pub ticket: String,
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

/// What the store found for the targets of a request, in their order, at one moment.
#[derive(Clone, Debug)]
pub struct Resolution {
    pub items: Vec<Resolved>,
    pub permission: Permission,
    /// From when on somebody else must approve.
    pub approval: ApprovalRules,
    /// How many users have a PIN, as far as the confirm limit depends on it.
    pub pins_set: u64,
    /// How many days a new PIN of each user would live, by the policy that is theirs. Only where PINs are to be set.
    pub lifetimes: HashMap<UserId, u16>,
}

/// One user that a target found, or why it found none.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The target as it was given: a typed identity, or the identity of a selected user.
    pub given: String,
    pub found: Found,
}

#[derive(Clone, Debug)]
pub enum Found {
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub id: UserId,
    pub display_name: String,
    /// An exact identity that would have found this user.
    pub identity: String,
}

/// Narrows what targets found to the users who pass all filters, as `Where-Object` does, and says how many users that
/// leaves out. A target that found no single user stays: whether that one passes nobody knows, and it needs its answer.
pub fn narrow(items: &mut Vec<Resolved>, filters: &[Filter], now: Time) -> usize {
    let mut left_out = HashSet::new();
    items.retain(|item| match &item.found {
        Found::User(user) if !passes(user, filters, now) => {
            left_out.insert(user.id);
            false
        }
        _ => true,
    });
    left_out.len()
}

/// Does a user pass all filters?
pub fn passes(user: &UserRecord, filters: &[Filter], now: Time) -> bool {
    let status = user.pin.status(now);
    filters.iter().all(|filter| filter.matches(&status, now))
}

impl Resolved {
    /// The one user who was found.
    pub fn user(&self) -> Option<UserId> {
        match &self.found {
            Found::User(user) => Some(user.id),
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
