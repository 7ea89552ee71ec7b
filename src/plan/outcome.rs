//! The outcomes of a plan's items, and the groups in which a preview shows them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use strum::{EnumCount, IntoStaticStr, VariantArray};

use super::request::Candidate;
use crate::domain::Time;
use crate::domain::identity::IdentityError;

/// The outcome of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Change {
        caution: Option<Caution>,
    },
    /// The PIN already has the state that the action would give it.
    NoChange,
    Skipped(SkipReason),
    /// The user of an earlier item, by the index of that item.
    Duplicate {
        of: usize,
    },
    Refused(Refusal),
}

/// A fact that the operator should see before applying the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caution {
    /// Another administrator locked this PIN on purpose.
    LockedByAnother {
        by: String,
        since: Option<Time>,
        reason: String,
    },
}

/// The reason why an item is left out, although nothing about it is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkipReason {
    NoPinSet,
    /// A locked PIN must be unlocked before a new one is set.
    Locked,
    /// The operator took this user out of the preview.
    TakenOut,
    /// Nothing is to be done, for this reason. For a row of a script's result file, the script ran
    /// with `-WhatIf` or the live pool refused the action.
    NotDone(String),
    /// The user was changed after the batch that is undone, or after the plan was made.
    ChangedSince {
        by: String,
        at: Time,
    },
}

/// The reason why an item cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The text is not an identity.
    Invalid(IdentityError),
    NotFound {
        nearest: Vec<Candidate>,
    },
    Ambiguous {
        candidates: Arc<[Candidate]>,
    },
    /// No user has this name. It has `?` where a program has lost letters, and these users fit.
    Lost {
        candidates: Arc<[Candidate]>,
    },
    /// Two columns of the row name different people. The first candidate is the one of the first
    /// column.
    Disagree {
        columns: TwoColumns,
        candidates: Arc<[Candidate]>,
    },
    /// The column of the users names nobody in this row, and another column does.
    Elsewhere {
        columns: TwoColumns,
        candidates: Arc<[Candidate]>,
    },
    /// Two rows want opposite actions for one user. `with` is the index of the other item.
    Contradiction {
        with: usize,
    },
    /// The row of the file cannot be understood, for this reason.
    Unreadable(String),
    /// The operator's roles do not permit the action, or not on this user.
    Denied,
}

/// The names of two columns of a file: the one that names the users, and another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoColumns(pub Arc<str>, pub Arc<str>);

/// The four groups of the preview.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumCount, IntoStaticStr, VariantArray,
)]
#[strum(const_into_str)]
pub enum Group {
    #[strum(serialize = "will change")]
    WillChange,
    #[strum(serialize = "no change needed")]
    NoChange,
    #[strum(serialize = "skipped")]
    Skipped,
    #[strum(serialize = "refused")]
    Refused,
}

/// The outcome of a row of a file, more exactly than its group.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumCount, IntoStaticStr, VariantArray,
)]
#[strum(const_into_str)]
pub enum Verdict {
    #[strum(serialize = "will change")]
    WillChange,
    #[strum(serialize = "no change needed")]
    NoChange,
    #[strum(serialize = "skipped")]
    Skipped,
    #[strum(serialize = "duplicate")]
    Duplicate,
    #[strum(serialize = "not found")]
    NotFound,
    /// Several users match, or two rows want opposite actions for one user. The operator has to
    /// decide.
    #[strum(serialize = "ambiguous")]
    Ambiguous,
    #[strum(serialize = "unreadable")]
    Unreadable,
    #[strum(serialize = "denied")]
    Denied,
}

/// The number of items in each group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub will_change: usize,
    pub no_change: usize,
    pub skipped: usize,
    pub refused: usize,
}

impl Outcome {
    /// The group in the preview.
    pub fn group(&self) -> Group {
        self.verdict().group()
    }

    /// The verdict of a row. A text that is not an identity counts as not found; its reason says
    /// more.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Change { .. } => Verdict::WillChange,
            Self::NoChange => Verdict::NoChange,
            Self::Skipped(_) => Verdict::Skipped,
            Self::Duplicate { .. } => Verdict::Duplicate,
            Self::Refused(
                Refusal::Invalid(_) | Refusal::NotFound { .. } | Refusal::Elsewhere { .. },
            ) => Verdict::NotFound,
            Self::Refused(
                Refusal::Ambiguous { .. }
                | Refusal::Lost { .. }
                | Refusal::Disagree { .. }
                | Refusal::Contradiction { .. },
            ) => Verdict::Ambiguous,
            Self::Refused(Refusal::Unreadable(_)) => Verdict::Unreadable,
            Self::Refused(Refusal::Denied) => Verdict::Denied,
        }
    }

    /// The word in JSON.
    pub fn word(&self) -> &'static str {
        self.verdict().word()
    }
}

impl Verdict {
    /// The label that people read: "will change".
    pub const fn label(self) -> &'static str {
        self.into_str()
    }

    /// The word in JSON and plan files: "change", "no-change", "not-found".
    pub const fn word(self) -> &'static str {
        match self {
            Self::WillChange => "change",
            Self::NoChange => "no-change",
            Self::NotFound => "not-found",
            Self::Skipped | Self::Duplicate | Self::Ambiguous | Self::Unreadable | Self::Denied => {
                self.into_str()
            }
        }
    }

    /// The group in the preview.
    pub fn group(self) -> Group {
        match self {
            Self::WillChange => Group::WillChange,
            Self::NoChange => Group::NoChange,
            Self::Skipped | Self::Duplicate => Group::Skipped,
            Self::NotFound | Self::Ambiguous | Self::Unreadable | Self::Denied => Group::Refused,
        }
    }
}

impl Group {
    /// The label that people read: "will change".
    pub const fn label(self) -> &'static str {
        self.into_str()
    }
}

impl Counts {
    /// The number of items in a group.
    pub fn of(&self, group: Group) -> usize {
        match group {
            Group::WillChange => self.will_change,
            Group::NoChange => self.no_change,
            Group::Skipped => self.skipped,
            Group::Refused => self.refused,
        }
    }

    pub(super) fn of_mut(&mut self, group: Group) -> &mut usize {
        match group {
            Group::WillChange => &mut self.will_change,
            Group::NoChange => &mut self.no_change,
            Group::Skipped => &mut self.skipped,
            Group::Refused => &mut self.refused,
        }
    }
}
