//! The keys outside the store: which one is in force, and finding them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::hash_rows::{HashedPin, KeptLength};
use crate::domain::pin_key::{KeyId, PinKey};
use crate::domain::user::UserId;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IN_LIST, IdSet};
use crate::store::engine::named_values::text;
use crate::store::engine::{Connection, EngineResult};
use crate::store::{Result, Store, StoreError};

/// The value with the ID of the key in force. Without it, the store uses no key.
pub(super) const KEY: &str = "pin_key";
/// The value with the ID of the key before it, until a rotation is finished.
pub(super) const KEY_BEFORE: &str = "pin_key_before";

/// Finds keys outside the store: in a keyring, or in files.
pub trait KeySource: fmt::Debug + Send + Sync {
    /// The key with this ID, or None if it is not here.
    ///
    /// # Errors
    /// The keyring or a file could not be read; the text says why.
    fn find(&self, id: &KeyId) -> std::result::Result<Option<FoundKey>, String>;
}

/// A key, and the description of where it was found: "the keyring of this account".
#[derive(Clone, Debug)]
pub struct FoundKey {
    pub key: PinKey,
    pub found_in: String,
}

/// The source of a store's keys, and those that it has given. A keyring is asked once for each key.
#[derive(Debug, Default)]
pub(in crate::store) struct StoreKeys {
    source: Option<Arc<dyn KeySource>>,
    found: RefCell<HashMap<KeyId, FoundKey>>,
}

impl StoreKeys {
    /// The key with this ID, or the reason why it is not here.
    pub fn find(&self, id: &KeyId) -> std::result::Result<FoundKey, String> {
        if let Some(found) = self.found.borrow().get(id) {
            return Ok(found.clone());
        }
        let source = self.source.as_ref().map(|source| source.find(id));
        match source.transpose()?.flatten() {
            Some(found) if found.key.id() == id => {
                self.found.borrow_mut().insert(id.clone(), found.clone());
                Ok(found)
            }
            _ => Err("it is not on this machine".to_owned()),
        }
    }
}

impl Clone for StoreKeys {
    fn clone(&self) -> Self {
        Self {
            source: self.source.clone(),
            found: RefCell::default(),
        }
    }
}

/// The keys that one piece of work with PINs may need, found before its transaction begins.
#[derive(Default)]
pub(super) struct KeysAtHand {
    in_force: Option<KeyId>,
    keys: HashMap<KeyId, std::result::Result<PinKey, String>>,
}

impl Store {
    /// Sets where the keys of the store are looked for. Without a source none is found.
    pub fn set_keys(&mut self, source: Arc<dyn KeySource>) {
        self.keys = StoreKeys {
            source: Some(source),
            found: RefCell::default(),
        };
    }

    /// Checks that PINs can be set and tested here.
    ///
    /// # Errors
    /// The key in force is not here.
    pub fn require_key(&self) -> Result<()> {
        self.keys_at_hand(&[])?.in_force().map(drop)
    }

    /// The keys in force, and those of all hashes of these users.
    pub(super) fn keys_at_hand(&self, users: &[UserId]) -> Result<KeysAtHand> {
        let (in_force, needed) = self.read(|connection| {
            let in_force = key_in_force(connection)?;
            let mut needed = keys_of(connection, users)?;
            needed.extend(in_force.clone());
            Ok((in_force, needed))
        })?;
        let mut keys = HashMap::new();
        for id in needed {
            let found = self.keys.find(&id).map(|found| found.key);
            keys.insert(id, found);
        }
        Ok(KeysAtHand { in_force, keys })
    }
}

impl KeysAtHand {
    /// Whether the key in force is still the one that was found.
    pub fn are_current(&self, connection: &Connection) -> EngineResult<bool> {
        Ok(key_in_force(connection)? == self.in_force)
    }

    /// The key for new hashes. None if the store uses none.
    ///
    /// # Errors
    /// The key is not here.
    pub fn in_force(&self) -> Result<Option<&PinKey>> {
        self.in_force.as_ref().map(|id| self.get(id)).transpose()
    }

    /// The key with which a PIN was hashed. None if it was hashed without one.
    ///
    /// # Errors
    /// The key is not here.
    pub fn of(&self, hashed: &HashedPin) -> Result<Option<&PinKey>> {
        hashed.key().map(|id| self.get(id)).transpose()
    }

    /// Whether a PIN was hashed with another key than the one in force, or without it.
    pub fn is_old(&self, hashed: &HashedPin) -> bool {
        hashed.key() != self.in_force.as_ref()
    }

    /// The length of a PIN, or another one that has its limits. A seal that was tampered with gives
    /// the strictest limits.
    ///
    /// # Errors
    /// The key that seals it is not here.
    pub fn length(&self, hashed: &HashedPin) -> Result<u8> {
        match &hashed.length {
            KeptLength::Class(class) => Ok(*class),
            KeptLength::Sealed { key, seal } => {
                let length = self.get(key)?.sealed_length(&hashed.hash, seal);
                Ok(length.unwrap_or_default())
            }
        }
    }

    fn get(&self, id: &KeyId) -> Result<&PinKey> {
        let missing = |detail: &str| StoreError::KeyMissing {
            id: id.to_string(),
            detail: detail.to_owned(),
        };
        match self.keys.get(id) {
            Some(Ok(key)) => Ok(key),
            Some(Err(detail)) => Err(missing(detail)),
            None => Err(missing("it was put in force a moment ago")),
        }
    }
}

/// The ID of the key in force. An unreadable ID counts as a key that nobody has.
pub(super) fn key_in_force(connection: &Connection) -> EngineResult<Option<KeyId>> {
    key_named(connection, KEY)
}

/// The ID that a named value holds.
pub(super) fn key_named(connection: &Connection, name: &str) -> EngineResult<Option<KeyId>> {
    let id = text(connection, name)?;
    Ok(id.map(|id| KeyId::parse(&id).unwrap_or_else(KeyId::of_nobody)))
}

/// The IDs of the keys of these users' hashes.
fn keys_of(connection: &Connection, users: &[UserId]) -> EngineResult<Vec<KeyId>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT DISTINCT key_id FROM pin_hashes WHERE user_id IN {IN_LIST} AND key_id IS NOT NULL"
    ))?;
    let mut keys = Vec::new();
    for ids in users.chunks(IDS_PER_STATEMENT) {
        let mut rows = statement.query(&[&IdSet::of_users(ids)])?;
        while let Some(row) = rows.next()? {
            keys.extend(KeyId::parse(row.get::<&str>(0)?));
        }
    }
    Ok(keys)
}
