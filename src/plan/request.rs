//! What somebody wants, and what the store found for it.

use std::collections::{HashMap, HashSet};

use crate::domain::Time;
use crate::domain::approval::ApprovalRules;
use crate::domain::filter::Filter;
use crate::domain::identity::IdentityError;
use crate::domain::role::{Permission, Permissions, cmdlet};
use crate::domain::user::{UserId, UserRecord};

/// What is done to a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Lock,
    Unlock,
    /// A new PIN: drawn when the plan is applied, unless one is given then. A plan never holds a PIN.
    SetPin,
}

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

impl Action {
    /// The cmdlet whose work this is: the operation of what-if sentences and the name that roles permit.
    pub fn cmdlet(self) -> &'static str {
        match self {
            Self::Lock => cmdlet::LOCK,
            Self::Unlock => cmdlet::UNLOCK,
            Self::SetPin => cmdlet::SET_PIN,
        }
    }

    /// Where an operator with these permissions may do it.
    pub fn permission(self, permissions: &Permissions) -> &Permission {
        match self {
            Self::Lock => &permissions.lock,
            Self::Unlock => &permissions.unlock,
            Self::SetPin => &permissions.set_pin,
        }
    }

    /// "Lock", "Unlock", "Set".
    pub fn label(self) -> &'static str {
        match self {
            Self::Lock => "Lock",
            Self::Unlock => "Unlock",
            Self::SetPin => "Set",
        }
    }

    /// "locked", "unlocked", "given a new PIN".
    pub fn done(self) -> &'static str {
        match self {
            Self::Lock => "locked",
            Self::Unlock => "unlocked",
            Self::SetPin => "given a new PIN",
        }
    }

    /// The word of JSON, the history and the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Unlock => "unlock",
            Self::SetPin => "set-pin",
        }
    }
}
