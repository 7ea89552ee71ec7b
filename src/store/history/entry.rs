//! Entries of the history as they are read, and the JSON in their columns.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::user::UserId;
use crate::plan::{BatchAction, BatchId, Own, SettingChange, SettingKind};
use crate::store::engine::times::time;
use crate::store::engine::{Connection, EngineResult, Row};
use crate::store::{Result, Store};

/// One entry: mostly about one user in one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    pub seq: i64,
    pub batch: BatchId,
    pub kind: HistoryKind,
    pub action: BatchAction,
    pub at: Time,
    pub operator: String,
    pub machine: String,
    pub reason: String,
    pub ticket: String,
    pub source: Option<String>,
    /// None if the entry is not about a user.
    pub user: Option<UserId>,
    /// The user's identity when it happened.
    pub target: String,
    pub before: Option<PinState>,
    pub after: Option<PinState>,
    /// The setting that the entry changed.
    pub setting: Option<Box<SettingChange>>,
}

/// The kind of an entry.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum HistoryKind {
    /// A PIN state was changed.
    Pin,
    /// A name was changed by an import or an undo.
    Names,
    /// An undo removed a user whom an import had added. The state before is the names.
    Removed,
    /// Planned, but left alone because the user had changed since.
    Drifted,
    /// Refused: the operator's roles did not permit it.
    Denied,
    /// A role was defined, changed or removed.
    Role,
    /// An account was given a role, or it was taken away.
    Grant,
    /// A named value of the store was changed, such as a rule of approval.
    Value,
    /// A PIN policy was made, changed or removed.
    Policy,
    /// A user was granted a policy, or it was taken away.
    PolicyGrant,
    /// A user was protected, or is so no longer.
    Protection,
    /// The hash of a PIN was written, without a change of the PIN state.
    Hash,
    /// A user logged on with the right PIN. The batch has the time and the origin.
    Logon,
}

/// The details of an entry beside the states: the reason and ticket of one row of a file, where the
/// row has its own, and the hash of a PIN that was set.
#[derive(Default, Serialize, Deserialize)]
struct EntryNote {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ticket: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hash: Option<KeptHash>,
}

/// A row of the table of PIN hashes, as the history names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct KeptHash {
    /// The number of the PIN among those of its user.
    pub number: i64,
    /// A SHA-256 over the row. The hash of the PIN itself, with its salt, is only in the row.
    pub sha256: String,
    /// The ID of the key with which the PIN was hashed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl HistoryKind {
    /// The word that the history and JSON output use.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The kind of setting that such an entry changes. None if it changes none.
    pub(in crate::store) fn setting(self) -> Option<SettingKind> {
        self.word().parse().ok()
    }
}

impl Store {
    /// The history of one user, newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn user_history(&self, id: UserId, limit: usize) -> Result<Vec<HistoryEntry>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "{ENTRIES} WHERE h.user_id = ?1 ORDER BY h.seq DESC LIMIT ?2"
            ))?;
            statement.query_map(&[&id.0, &limit], entry)?.collect()
        })
    }

    /// The entries of a batch in their order, at most `limit`, without the one that opens it.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn batch_entries(&self, batch: BatchId, limit: usize) -> Result<Vec<HistoryEntry>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "{ENTRIES} WHERE h.batch_id = ?1 AND h.kind <> 'batch' ORDER BY h.seq LIMIT ?2"
            ))?;
            statement.query_map(&[&batch.0, &limit], entry)?.collect()
        })
    }
}

/// The statement that reads entries, each with the columns of its batch, in the order in which
/// [`entry`] reads them.
pub(super) const ENTRIES: &str =
    "SELECT h.seq, h.batch_id, h.kind, b.action, b.at, b.operator, b.machine, b.reason, b.ticket, b.source,
        h.target, h.before, h.after, h.note, h.user_id
     FROM history h JOIN batches b ON b.id = h.batch_id";

pub(super) fn entry(row: Row<'_>) -> EngineResult<HistoryEntry> {
    let word: String = row.get(2)?;
    let kind: HistoryKind = word.parse().unwrap_or(HistoryKind::Pin);
    let setting = kind.setting().map(|kind| setting(row, kind)).transpose()?;
    let state = |text: Option<String>| text.and_then(|json| serde_json::from_str(&json).ok());
    let note: Option<String> = row.get(13)?;
    let own: EntryNote = note
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default();
    Ok(HistoryEntry {
        seq: row.get(0)?,
        batch: BatchId(row.get(1)?),
        kind,
        action: BatchAction::of_word(row.get::<&str>(3)?),
        at: time(row.get(4)?).unwrap_or_default(),
        operator: row.get(5)?,
        machine: row.get(6)?,
        reason: own.reason.map_or_else(|| row.get(7), Ok)?,
        ticket: own.ticket.map_or_else(|| row.get(8), Ok)?,
        source: row.get(9)?,
        target: row.get(10)?,
        before: state(row.get(11)?),
        after: state(row.get(12)?),
        user: row.get::<Option<i64>>(14)?.map(UserId),
        setting: setting.map(Box::new),
    })
}

/// The settings that a batch changed by a command or an undo, in the order of its entries.
pub(in crate::store) fn changed_settings(
    connection: &Connection,
    batch: BatchId,
) -> EngineResult<Vec<SettingChange>> {
    let mut statement = connection.prepare_cached(&format!(
        "{ENTRIES} WHERE h.batch_id = ?1
           AND h.kind IN ('role', 'grant', 'value', 'policy', 'policy-grant', 'protection')
         ORDER BY h.seq"
    ))?;
    let mut changed = Vec::new();
    let mut rows = statement.query(&[&batch.0])?;
    while let Some(row) = rows.next()? {
        let entry = entry(row)?;
        let setting = entry
            .setting
            .filter(|_| entry.action.undoes_or_changes_settings());
        changed.extend(setting.map(|setting| *setting));
    }
    Ok(changed)
}

/// The setting that an entry changed.
fn setting(row: Row<'_>, kind: SettingKind) -> EngineResult<SettingChange> {
    let value = |text: Option<String>| text.and_then(|json| serde_json::from_str(&json).ok());
    Ok(SettingChange {
        kind,
        user: row.get::<Option<i64>>(14)?.map(UserId),
        target: row.get(10)?,
        before: value(row.get(11)?),
        after: value(row.get(12)?),
    })
}

impl From<SettingKind> for HistoryKind {
    fn from(kind: SettingKind) -> Self {
        match kind {
            SettingKind::Role => Self::Role,
            SettingKind::Grant => Self::Grant,
            SettingKind::Value => Self::Value,
            SettingKind::Policy => Self::Policy,
            SettingKind::PolicyGrant => Self::PolicyGrant,
            SettingKind::Protection => Self::Protection,
        }
    }
}

/// The note of an entry: the row's own reason and ticket, and the hash of the PIN that was set.
/// None without any of them.
pub(in crate::store) fn note_json(own: Option<&Own>, hash: Option<&KeptHash>) -> Option<String> {
    let note = EntryNote {
        reason: own.and_then(|own| own.reason.clone()),
        ticket: own.and_then(|own| own.ticket.clone()),
        hash: hash.cloned(),
    };
    if note.reason.is_none() && note.ticket.is_none() && note.hash.is_none() {
        return None;
    }
    serde_json::to_string(&note).ok()
}

/// The hash of a PIN that an entry records: in its note, or in itself.
pub(in crate::store) fn recorded_hash(
    kind: &str,
    after: Option<&str>,
    note: Option<&str>,
) -> Option<KeptHash> {
    if kind == HistoryKind::Hash.word() {
        return serde_json::from_str(after?).ok();
    }
    serde_json::from_str::<EntryNote>(note?).ok()?.hash
}

/// A row of the table of PIN hashes as an entry of its own keeps it.
pub(in crate::store) fn hash_json(hash: &KeptHash) -> Option<String> {
    serde_json::to_string(hash).ok()
}

/// A PIN state as the history keeps it.
pub(in crate::store) fn state_json(state: &PinState) -> Option<String> {
    serde_json::to_string(state).ok()
}
