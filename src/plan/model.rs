//! The plan: for each user the state before, what would happen, and why or why not.

use strum::VariantArray as _;

use crate::domain::Time;
use crate::domain::action::{Action, ActionDetails};
use crate::domain::identity::IdentityError;
use crate::domain::pin::PinState;
use crate::domain::role::{Permission, Permissions};
use crate::domain::text::search_key;
use crate::domain::user::{UserId, Version};

use super::request::Candidate;

/// A request worked out against the store at one moment. Applying takes this and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// None where each row of a file says for itself, or a batch is undone.
    pub action: Option<Action>,
    /// The batch that this plan undoes.
    pub undoes: Option<BatchId>,
    /// As which it was submitted for review.
    pub submitted: Option<PlanId>,
    pub reason: String,
    pub ticket: String,
    /// The file that the request came from.
    pub source: Option<SourceFile>,
    /// Who planned it, and with which permission: for the preview; the store decides anew when the plan is applied.
    pub operator: String,
    pub permissions: Permissions,
    pub taken_at: Time,
    pub items: Vec<PlanItem>,
    /// How many users have a PIN, as far as the confirm limit depends on it: where there are more, any number says as much.
    pub pins_set: u64,
}

/// The number of a batch: of an applied plan in the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BatchId(pub i64);

/// The number of a plan that was submitted for review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlanId(pub i64);

/// A file that somebody wants something for, as the history names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    pub name: String,
    /// The SHA-256 of its bytes in hexadecimal.
    pub sha256: String,
}

/// One target of the request and what would come of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanItem {
    pub action: Action,
    pub given: String,
    /// Where it stands in the file that the request came from.
    pub place: Option<RowPlace>,
    /// What the row of the file says for itself; the rest is the plan's.
    pub own: Option<Box<Own>>,
    /// None only where no single user was found.
    pub user: Option<PlannedUser>,
    pub outcome: Outcome,
}

/// Where a row stands in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowPlace {
    /// The line on which it starts, from 1.
    pub line: u64,
    /// The byte at which it starts, from 0.
    pub byte: u64,
}

/// What an item says about its own lock: a row of a file, or what is undone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    pub reason: Option<String>,
    pub ticket: Option<String>,
    /// When the lock ends by itself.
    pub until: Option<Time>,
    /// The state as a whole that is given back.
    pub restores: Option<PinState>,
    /// How many days a new PIN lives; 0: forever.
    pub lifetime_days: Option<u16>,
}

/// A user as the plan saw them. Applying compares the version with the one in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedUser {
    pub id: UserId,
    pub version: Version,
    pub identity: String,
    pub display_name: String,
    pub before: PinState,
    /// Changing their PIN always needs somebody else's approval.
    pub is_protected: bool,
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
    LockedByAnother {
        by: String,
        since: Option<Time>,
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkipReason {
    NoPinSet,
    /// A locked PIN must be unlocked before a new one is set.
    Locked,
    /// The operator took this user out of the preview.
    TakenOut,
    /// The row says that nothing happened: a script was only asked what if, or the live pool refused.
    NotDone(String),
    /// Somebody has changed the PIN after the batch that is undone.
    ChangedSince {
        by: String,
        at: Time,
    },
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
    /// Nobody has this name, but it has `?` where a program has lost letters, and these users fit.
    Lost {
        candidates: Vec<Candidate>,
    },
    /// Two rows want opposite things for one user; `with` is the place of the other.
    Contradiction {
        with: usize,
    },
    /// The row of the file cannot be understood.
    Unreadable(String),
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

/// What became of a row of a file, more exactly than its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    WillChange,
    AlreadySo,
    Skipped,
    Duplicate,
    NotFound,
    /// Several users, or opposite wishes for one: somebody has to decide.
    Ambiguous,
    Unreadable,
    Denied,
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
    pub fn changes(&self) -> impl Iterator<Item = (&PlanItem, &PlannedUser)> {
        self.items
            .iter()
            .filter(|item| matches!(item.outcome, Outcome::Change { .. }))
            .filter_map(|item| item.user.as_ref().map(|user| (item, user)))
    }

    /// The places of the items that have a verdict and contain a text in what was given, in the user's name or identity,
    /// or as their line.
    pub fn search(&self, verdict: Option<Verdict>, text: &str) -> Vec<usize> {
        let key = search_key(text.trim());
        let contains = |name: &str| search_key(name).contains(&key);
        let fits = |item: &PlanItem| {
            verdict.is_none_or(|verdict| item.outcome.verdict() == verdict)
                && (key.is_empty()
                    || contains(&item.given)
                    || item
                        .place
                        .is_some_and(|place| place.line.to_string() == key)
                    || item.user.as_ref().is_some_and(|user| {
                        contains(&user.display_name) || contains(&user.identity)
                    }))
        };
        self.items
            .iter()
            .enumerate()
            .filter(|(_, item)| fits(item))
            .map(|(place, _)| place)
            .collect()
    }

    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for item in &self.items {
            *counts.of_mut(item.outcome.group()) += 1;
        }
        counts
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

    /// What the state of an item's user becomes when the plan is applied at `at` by `operator`.
    pub fn after(&self, item: &PlanItem, before: &PinState, operator: &str, at: Time) -> PinState {
        let own = item.own.as_deref();
        if let Some(restored) = own.and_then(|own| own.restores.as_ref()) {
            return restored.clone();
        }
        let reason = own.and_then(|own| own.reason.as_deref());
        let ticket = own.and_then(|own| own.ticket.as_deref());
        let details = ActionDetails {
            operator,
            at,
            until: own.and_then(|own| own.until),
            reason: reason.unwrap_or(&self.reason),
            ticket: ticket.unwrap_or(&self.ticket),
            lifetime_days: own.and_then(|own| own.lifetime_days).unwrap_or(0),
        };
        item.action.apply(before, &details)
    }

    /// Where the operator may do an action.
    pub fn permission(&self, action: Action) -> &Permission {
        self.permissions.of(action)
    }

    /// The cmdlets whose work this plan is: what the operator's roles must permit.
    pub fn cmdlets(&self) -> Vec<&'static str> {
        match self.action {
            Some(action) => vec![action.cmdlet()],
            None => Action::VARIANTS
                .iter()
                .copied()
                .filter(|action| self.changes().any(|(item, _)| item.action == *action))
                .map(Action::cmdlet)
                .collect(),
        }
    }
}

impl Outcome {
    pub fn group(&self) -> Group {
        self.verdict().group()
    }

    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Change { .. } => Verdict::WillChange,
            Self::NoChange => Verdict::AlreadySo,
            Self::Skipped(_) => Verdict::Skipped,
            Self::Duplicate { .. } => Verdict::Duplicate,
            Self::Refused(Refusal::NotFound { .. }) => Verdict::NotFound,
            Self::Refused(
                Refusal::Ambiguous { .. } | Refusal::Lost { .. } | Refusal::Contradiction { .. },
            ) => Verdict::Ambiguous,
            Self::Refused(Refusal::Invalid(_) | Refusal::Unreadable(_)) => Verdict::Unreadable,
            Self::Refused(Refusal::Denied) => Verdict::Denied,
        }
    }

    /// The word of JSON: `change`, `no-change`, `skipped`, `duplicate`, `not-found`, `ambiguous`, `unreadable` or `denied`.
    /// A text that is no identity finds nobody, so it is `not-found`; its reason says more.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Change { .. } => "change",
            Self::NoChange => "no-change",
            Self::Skipped(_) => "skipped",
            Self::Duplicate { .. } => "duplicate",
            Self::Refused(Refusal::Invalid(_) | Refusal::NotFound { .. }) => "not-found",
            Self::Refused(
                Refusal::Ambiguous { .. } | Refusal::Lost { .. } | Refusal::Contradiction { .. },
            ) => "ambiguous",
            Self::Refused(Refusal::Unreadable(_)) => "unreadable",
            Self::Refused(Refusal::Denied) => "denied",
        }
    }
}

impl Verdict {
    pub const ALL: [Self; 8] = [
        Self::WillChange,
        Self::AlreadySo,
        Self::Skipped,
        Self::Duplicate,
        Self::NotFound,
        Self::Ambiguous,
        Self::Unreadable,
        Self::Denied,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::WillChange => "will change",
            Self::AlreadySo => "already so",
            Self::Skipped => "skipped",
            Self::Duplicate => "duplicate",
            Self::NotFound => "not found",
            Self::Ambiguous => "ambiguous",
            Self::Unreadable => "unreadable",
            Self::Denied => "denied",
        }
    }

    pub fn group(self) -> Group {
        match self {
            Self::WillChange => Group::WillChange,
            Self::AlreadySo => Group::AlreadySo,
            Self::Skipped | Self::Duplicate => Group::Skipped,
            Self::NotFound | Self::Ambiguous | Self::Unreadable | Self::Denied => Group::Refused,
        }
    }
}

impl Group {
    pub const ALL: [Self; 4] = [
        Self::WillChange,
        Self::AlreadySo,
        Self::Skipped,
        Self::Refused,
    ];

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

    pub(super) fn of_mut(&mut self, group: Group) -> &mut usize {
        match group {
            Group::WillChange => &mut self.will_change,
            Group::AlreadySo => &mut self.already_so,
            Group::Skipped => &mut self.skipped,
            Group::Refused => &mut self.refused,
        }
    }
}
