//! The note of the entry that opens a batch: what the batch changes besides the users of its own
//! entries.

use serde::{Deserialize, Serialize};

use super::names_digest::UserBlock;
use super::settings::{Setting, Settings};
use crate::store::engine::named_values::{STORE_ID, counter, text};
use crate::store::engine::{Connection, EngineResult};

/// The note as JSON. Older programs wrote none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct BatchNote {
    /// The version that the users of this batch get.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    /// The value that the counter of names gets, if the batch imports names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<i64>,
    /// The names of the users that the batch adds. In the batch of an upgrade: of all users.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<UserBlock>,
    /// All settings of the store, where the batch makes or upgrades it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<StoreRecord>,
    /// The end of the store that a restored backup has replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<ReplacedStore>,
}

/// The end of a store that is kept as a backup only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct ReplacedStore {
    /// The last batch.
    pub batch: i64,
    /// The last entry and its hash in hexadecimal.
    pub entry: i64,
    pub hash: String,
    /// The counter of changes.
    pub version: i64,
}

/// The settings of a store at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct StoreRecord {
    pub id: String,
    /// The counters of changes.
    pub version: i64,
    pub names: i64,
    pub settings: Vec<Setting>,
}

impl BatchNote {
    /// The note of a batch whose users get this version.
    pub fn of_version(version: i64) -> Self {
        Self {
            version: Some(version),
            ..Self::default()
        }
    }

    /// The note of a batch that makes or upgrades the store.
    pub fn of_store(connection: &Connection) -> EngineResult<Self> {
        let settings = Settings::read(connection)?.0.into_values().collect();
        Ok(Self {
            store: Some(StoreRecord {
                id: text(connection, STORE_ID)?.unwrap_or_default(),
                version: counter(connection, "version")?,
                names: counter(connection, "names")?,
                settings,
            }),
            ..Self::default()
        })
    }

    /// Reads a note. Batches of older programs have none, and most that change no user.
    pub fn parse(note: Option<&str>) -> Self {
        note.and_then(|json| serde_json::from_str(json).ok())
            .unwrap_or_default()
    }

    /// The note as the history keeps it.
    pub fn json(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }
}
