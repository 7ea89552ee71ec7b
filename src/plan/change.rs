//! The plan: for each user the state before, what would happen, and why or why not.

use crate::domain::Time;
use crate::domain::identity::IdentityError;
use crate::domain::pin::PinState;
use crate::domain::role::Permission;
use crate::domain::user::{UserId, Version};

use super::request::{Action, Candidate};

/// A request worked out against the store at one moment. Applying takes this and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub action: Action,
    pub reason: String,
    pub ticket: String,
    /// Who planned it, and with which permission: for the preview; the store decides anew when the plan is applied.
    pub operator: String,
    pub permission: Permission,
    pub taken_at: Time,
    pub items: Vec<PlanItem>,
    /// How many users have a PIN in all.
    pub pins_set: u64,
}

/// One target of the request and what would come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanItem {
    pub given: String,
    /// None only where no single user was found.
    pub user: Option<PlannedUser>,
    pub outcome: Outcome,
}

/// A user as the plan saw them. Applying compares the version with the one in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedUser {
    pub id: UserId,
    pub version: Version,
    pub identity: String,
    pub display_name: String,
    pub before: PinState,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Change {
        caution: Option<Caution>,
    },
    /// The user's PIN already is what the action would make it.
    NoChange,
    Skipped(SkipReason),
    /// The same user as an earlier item, by its place in the plan.
    Duplicate {
        of: usize,
    },
    Refused(Refusal),
}

/// Something the operator should see before agreeing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caution {
    /// Another administrator locked this PIN on purpose.
    LockedByAnother { by: String, since: Option<Time>, reason: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    NoPinSet,
    /// The operator took this user out of the preview.
    TakenOut,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Invalid(IdentityError),
    NotFound {
        nearest: Vec<Candidate>,
    },
    Ambiguous {
        candidates: Vec<Candidate>,
    },
    /// The operator's roles do not permit the action, or not on this user.
    Denied,
}

/// The four groups of the preview.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    WillChange,
    AlreadySo,
    Skipped,
    Refused,
}

/// How many items each group has, in the order of [`Group::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub will_change: usize,
    pub already_so: usize,
    pub skipped: usize,
    pub refused: usize,
}

/// Above this many users, or this share of all who have a PIN, the number must be typed to confirm.
pub const CONFIRM_LIMIT: u64 = 50;
const CONFIRM_SHARE_PERCENT: u64 = 10;
/// In a small directory a tenth is soon reached; up to this many users nobody has to type.
const CONFIRM_NEVER_BELOW: u64 = 5;

impl Plan {
    /// The items that would change, with their users.
    pub fn changes(&self) -> impl Iterator<Item = &PlannedUser> {
        self.items
            .iter()
            .filter(|item| matches!(item.outcome, Outcome::Change { .. }))
            .filter_map(|item| item.user.as_ref())
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for item in &self.items {
            *counts.of_mut(item.outcome.group()) += 1;
        }
        counts
    }

    /// The plan without one user, who becomes skipped. Taking a user out only ever makes a plan smaller.
    #[must_use]
    pub fn without(mut self, id: UserId) -> Self {
        self.take_out(id);
        self
    }

    /// Makes one user skipped, in place.
    pub fn take_out(&mut self, id: UserId) {
        for item in &mut self.items {
            let is_them = item.user.as_ref().is_some_and(|user| user.id == id);
            if is_them && matches!(item.outcome, Outcome::Change { .. }) {
                item.outcome = Outcome::Skipped(SkipReason::TakenOut);
            }
        }
    }

    /// From how many changes on the number must be typed: more than 50, or more than a tenth of all who have a PIN,
    /// whichever is fewer.
    pub fn confirm_limit(&self) -> u64 {
        (self.pins_set * CONFIRM_SHARE_PERCENT / 100).clamp(CONFIRM_NEVER_BELOW, CONFIRM_LIMIT)
    }

    /// Must the number be typed to confirm so many changes?
    pub fn must_type_number(&self, count: usize) -> bool {
        count as u64 > self.confirm_limit()
    }

    /// What the state of a planned user becomes when the plan is applied at `at` by `operator`.
    pub fn after(&self, before: &PinState, operator: &str, at: Time) -> PinState {
        match self.action {
            Action::Lock => before.locked_by_administrator(operator, at, &self.reason, &self.ticket),
            Action::Unlock => before.unlocked(),
        }
    }
}

impl Outcome {
    pub fn group(&self) -> Group {
        match self {
            Self::Change { .. } => Group::WillChange,
            Self::NoChange => Group::AlreadySo,
            Self::Skipped(_) | Self::Duplicate { .. } => Group::Skipped,
            Self::Refused(_) => Group::Refused,
        }
    }

    /// The word of JSON: `change`, `no-change`, `skipped`, `duplicate`, `not-found`, `ambiguous` or `denied`.
    /// A text that is no identity finds nobody, so it is `not-found`; its reason says more.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Change { .. } => "change",
            Self::NoChange => "no-change",
            Self::Skipped(_) => "skipped",
            Self::Duplicate { .. } => "duplicate",
            Self::Refused(Refusal::Invalid(_) | Refusal::NotFound { .. }) => "not-found",
            Self::Refused(Refusal::Ambiguous { .. }) => "ambiguous",
            Self::Refused(Refusal::Denied) => "denied",
        }
    }
}

impl Group {
    pub const ALL: [Self; 4] = [Self::WillChange, Self::AlreadySo, Self::Skipped, Self::Refused];

    pub fn label(self) -> &'static str {
        match self {
            Self::WillChange => "will change",
            Self::AlreadySo => "already so",
            Self::Skipped => "skipped",
            Self::Refused => "refused",
        }
    }
}

impl Counts {
    pub fn of(&self, group: Group) -> usize {
        match group {
            Group::WillChange => self.will_change,
            Group::AlreadySo => self.already_so,
            Group::Skipped => self.skipped,
            Group::Refused => self.refused,
        }
    }

    fn of_mut(&mut self, group: Group) -> &mut usize {
        match group {
            Group::WillChange => &mut self.will_change,
            Group::AlreadySo => &mut self.already_so,
            Group::Skipped => &mut self.skipped,
            Group::Refused => &mut self.refused,
        }
    }
}
