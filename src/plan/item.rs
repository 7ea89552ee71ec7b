//! The items of a plan: one for each target of the request.

use serde::{Deserialize, Serialize};

use super::outcome::Outcome;
use crate::domain::Time;
use crate::domain::action::Action;
use crate::domain::pin::PinState;
use crate::domain::user::{UserId, UserRecord, Version};

/// One target of the request, with its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanItem {
    pub action: Action,
    /// The identity as it was typed or read.
    pub given: String,
    /// The position of its row in the file that the request came from.
    pub position: Option<RowPosition>,
    /// Details of this item, from its row of the file. They take precedence over those of the plan.
    pub own: Option<Box<Own>>,
    /// The user. None only if no single user was found. In a box, since most rows of a list of
    /// former users have none.
    pub user: Option<Box<PlannedUser>>,
    pub outcome: Outcome,
}

/// The position at which a row begins in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u64, u64)", into = "(u64, u64)")]
pub struct RowPosition {
    /// The line, from 1.
    pub line: u64,
    /// The first byte, from 0.
    pub byte: u64,
}

/// A file that a request came from, as the history names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    pub name: String,
    /// The SHA-256 of its bytes in hexadecimal.
    pub sha256: String,
}

/// Details of one item: from a row of a file, or from the batch that is undone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Own {
    pub reason: Option<String>,
    pub ticket: Option<String>,
    /// The time at which the lock ends by itself.
    pub until: Option<Time>,
    /// The whole state that an undo restores.
    pub restores: Option<PinState>,
    /// The lifetime of a new PIN in days. 0 means that it never expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime_days: Option<u16>,
    /// The days without use after which a new PIN is locked. None means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inactivity_days: Option<u16>,
}

/// The days that a policy gives a new PIN. 0 means no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewPinDays {
    /// Until it expires.
    pub lifetime: u16,
    /// Without use, until it is locked.
    pub inactivity: u16,
}

/// A user as it was when the plan was made. Applying compares the version with the one in the
/// store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlannedUser {
    pub id: UserId,
    pub version: Version,
    pub identity: String,
    pub display_name: String,
    pub before: PinState,
    /// Whether each change of this PIN needs the approval of another operator. It is not written,
    /// but read again when a written plan is refreshed.
    #[serde(skip)]
    pub is_protected: bool,
}

impl From<UserRecord> for PlannedUser {
    fn from(user: UserRecord) -> Self {
        Self {
            id: user.id,
            version: user.version,
            identity: user.names.identity(),
            display_name: user.names.display_name,
            before: user.pin,
            is_protected: user.is_protected,
        }
    }
}

impl From<(u64, u64)> for RowPosition {
    fn from((line, byte): (u64, u64)) -> Self {
        Self { line, byte }
    }
}

impl From<RowPosition> for (u64, u64) {
    fn from(RowPosition { line, byte }: RowPosition) -> Self {
        (line, byte)
    }
}
