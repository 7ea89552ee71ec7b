//! The state of the store according to its history, gathered while the chain is walked. Texts of users are kept as
//! hashes, so that a million users take little memory.

use std::collections::{BTreeSet, HashMap};
use std::hash::{BuildHasher as _, RandomState};

use serde_json::Value;

use super::differences::FoundDifferences;
use super::doubts::{Doubt, What};
use super::setting_words::{area, is_of_upgrade, sentence};
use crate::domain::user::UserId;
use crate::plan::BatchAction;
use crate::store::history::batch_note::{BatchNote, StoreRecord};
use crate::store::history::difference::Area;
use crate::store::history::entry::{HistoryKind, KeptHash, recorded_hash};
use crate::store::history::names_digest::{NamesHash, UserBlock, names_hash};
use crate::store::history::settings::{Setting, Settings};
use crate::store::history::verify::WalkedEntry;

/// The last text of a kind that the history has about a user.
#[derive(Clone, Copy)]
pub(super) struct LastText {
    pub hash: u64,
    /// The ID of the entry.
    pub seq: i64,
}

/// A block of users that a batch recorded.
pub(super) struct RecordedBlock {
    pub block: UserBlock,
    pub batch: i64,
    /// None: recorded when the store was upgraded, so the users have versions of older programs.
    pub version: Option<i64>,
}

/// The state of the store according to the history.
#[derive(Default)]
pub(super) struct Replayed {
    hasher: RandomState,
    /// The last PIN state of each user. A user without one never had a PIN.
    pub states: HashMap<i64, LastText>,
    /// The last names of each user that were recorded one by one.
    pub names: HashMap<i64, LastText>,
    /// The names of these users when their block was recorded, before the first change.
    pub first_names: HashMap<i64, NamesHash>,
    /// The version of the last change of each user, where it was recorded.
    pub versions: HashMap<i64, Option<i64>>,
    pub blocks: Vec<RecordedBlock>,
    /// All users who were removed. Their IDs are never used again.
    pub removed: BTreeSet<i64>,
    /// Those of them whom a recorded block has.
    pub removed_of_blocks: BTreeSet<i64>,
    pub hashes: HashMap<i64, Vec<KeptHash>>,
    /// None as long as nothing was recorded, in stores of older programs.
    pub settings: Option<Settings>,
    /// The ID of the store and the counters that the last batches recorded.
    pub id: Option<String>,
    pub version: Option<i64>,
    pub names_version: Option<i64>,
    /// Entries whose state before may not be the one that the history had.
    pub doubts: Vec<Doubt>,
    /// The version that the users of the current batch get.
    batch_version: Option<i64>,
    last_at: Option<i64>,
}

impl Replayed {
    /// The hash of a text, as [`LastText`] has it. It differs from run to run, so nobody can choose
    /// texts that have one hash.
    pub fn hash(&self, text: &str) -> u64 {
        self.hasher.hash_one(text)
    }

    /// Adds an entry, in the order of the history.
    pub fn add(&mut self, entry: &WalkedEntry<'_>, found: &mut FoundDifferences) {
        let columns = &entry.columns;
        if columns.kind == "batch" {
            return self.add_batch(entry, found);
        }
        let Ok(kind) = columns.kind.parse::<HistoryKind>() else {
            return;
        };
        let user = columns.user;
        if let Some(user) = user
            && let Some(hash) = recorded_hash(columns.kind, columns.after, columns.note)
        {
            self.hashes.entry(user).or_default().push(hash);
        }
        match (kind, user) {
            (HistoryKind::Pin, Some(user)) => self.add_state(user, entry),
            (HistoryKind::Names, Some(user)) => self.add_names(user, entry),
            (HistoryKind::Removed, Some(user)) => self.remove(user, entry, found),
            (HistoryKind::Pin | HistoryKind::Names | HistoryKind::Removed, None) => {}
            (HistoryKind::Drifted | HistoryKind::Denied | HistoryKind::Hash, _) => {}
            (kind, user) => self.add_setting(kind, user.map(UserId), entry, found),
        }
    }

    fn add_batch(&mut self, entry: &WalkedEntry<'_>, found: &mut FoundDifferences) {
        let columns = &entry.columns;
        let note = BatchNote::parse(columns.note);
        self.batch_version = note.version;
        self.version = note.version.or(self.version);
        self.names_version = note.names.or(self.names_version);
        if let (Some(last), Some(at), Some(_)) = (self.last_at, entry.at, &self.settings)
            && at < last
        {
            let batch = columns.batch;
            found.add(Area::Times, || {
                format!("Batch {batch} is older than the batch before it.")
            });
        }
        self.last_at = entry.at.or(self.last_at);
        let is_upgrade = columns.target == BatchAction::UpgradeStore.word();
        if let Some(record) = note.store {
            self.add_record(record, columns.batch, found);
        }
        if is_upgrade {
            self.blocks.clear();
            self.first_names.clear();
            self.removed_of_blocks.clear();
        }
        let version = note.version.filter(|_| !is_upgrade);
        self.blocks
            .extend(note.users.into_iter().map(|block| RecordedBlock {
                block,
                batch: columns.batch,
                version,
            }));
    }

    /// Takes over the settings that a batch recorded. They must agree with the settings before, except
    /// for built-in roles and new fields, which a step of the schema changes.
    fn add_record(&mut self, record: StoreRecord, batch: i64, found: &mut FoundDifferences) {
        let settings = Settings::of(record.settings);
        if let Some(before) = &self.settings {
            let upgrade = format!("batch {batch}, which upgraded the store,");
            let changes = before.changes(&settings).into_iter();
            for change in changes.filter(|change| !is_of_upgrade(*change)) {
                found.add(area(change), || sentence(change, &upgrade));
            }
        }
        self.settings = Some(settings);
        self.id = Some(record.id);
        self.version = Some(record.version);
        self.names_version = Some(record.names);
    }

    fn add_state(&mut self, user: i64, entry: &WalkedEntry<'_>) {
        let columns = &entry.columns;
        let last = self.states.get(&user).copied();
        let before = columns.before.unwrap_or("");
        let expected = last.map_or_else(|| self.hash(NO_PIN), |last| last.hash);
        if self.hash(before) != expected {
            self.doubts.push(Doubt {
                what: What::State,
                user,
                last: last.map(|last| last.seq),
                entry: Some(columns.seq),
                text: None,
            });
        }
        let hash = self.hash(columns.after.unwrap_or(""));
        let seq = columns.seq;
        self.states.insert(user, LastText { hash, seq });
        self.versions.insert(user, self.batch_version);
    }

    fn add_names(&mut self, user: i64, entry: &WalkedEntry<'_>) {
        self.see_names(user, entry);
        let columns = &entry.columns;
        let hash = self.hash(columns.after.unwrap_or(""));
        let seq = columns.seq;
        self.names.insert(user, LastText { hash, seq });
        self.versions.insert(user, self.batch_version);
    }

    /// Compares the names before an entry with the last ones. The first ones are compared with their
    /// block later.
    fn see_names(&mut self, user: i64, entry: &WalkedEntry<'_>) {
        let columns = &entry.columns;
        let before = columns.before.unwrap_or("");
        match self.names.get(&user).copied() {
            Some(last) if self.hash(before) != last.hash => self.doubts.push(Doubt {
                what: What::Names,
                user,
                last: Some(last.seq),
                entry: Some(columns.seq),
                text: None,
            }),
            _ => {}
        }
        self.first_names
            .entry(user)
            .or_insert_with(|| names_hash(before));
    }

    /// Takes a user out. PinDesk removes only users whose PIN nobody has changed.
    fn remove(&mut self, user: i64, entry: &WalkedEntry<'_>, found: &mut FoundDifferences) {
        self.see_names(user, entry);
        let had_pin = self.states.remove(&user).is_some() | self.hashes.remove(&user).is_some();
        let is_first = self.removed.insert(user);
        if had_pin || !is_first {
            let target = entry.columns.target;
            found.add(Area::Users, || {
                let why = if is_first {
                    "had a PIN"
                } else {
                    "was removed before"
                };
                format!("The history removes {target}, who {why}.")
            });
        }
        self.removed_of_blocks.insert(user);
        self.names.remove(&user);
        self.versions.remove(&user);
    }

    fn add_setting(
        &mut self,
        kind: HistoryKind,
        user: Option<UserId>,
        entry: &WalkedEntry<'_>,
        found: &mut FoundDifferences,
    ) {
        let Some(settings) = &mut self.settings else {
            return;
        };
        let columns = &entry.columns;
        let setting = |json: Option<&str>| {
            let value: Value = serde_json::from_str(json?).ok()?;
            Some(Setting {
                kind,
                user,
                target: columns.target.to_owned(),
                value,
            })
        };
        let (before, after) = (setting(columns.before), setting(columns.after));
        let Some(key) = after.as_ref().or(before.as_ref()).map(Setting::key) else {
            return;
        };
        let known = settings.0.get(&key);
        if known.map(|known| &known.value) != before.as_ref().map(|before| &before.value) {
            let change = (known, before.as_ref());
            let entry = format!("entry {}, before its change,", columns.seq);
            found.add(area(change), || sentence(change, &entry));
        }
        match after {
            Some(after) => settings.0.insert(key, after),
            None => settings.0.remove(&key),
        };
    }
}

/// The JSON of the state of a user without a PIN, in which every user is added.
pub(super) const NO_PIN: &str = r#"{"is_set":false,"last_change":null,"expires":null,"lock":null}"#;

#[cfg(test)]
mod tests {
    use super::NO_PIN;
    use crate::domain::pin::PinState;
    use crate::store::history::entry::state_json;

    #[test]
    fn a_user_without_a_pin_has_the_state_in_which_users_are_added() {
        assert_eq!(state_json(&PinState::default()).as_deref(), Some(NO_PIN));
    }
}
