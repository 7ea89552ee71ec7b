//! The steps of a key outside the store, for the window and for the command line. A key is always kept
//! outside before the store says that it uses it.

use std::path::Path;

use crate::domain::Time;
use crate::domain::pin_key::{KeyId, PinKey};
use crate::domain::role::Operator;
use crate::store::{KeyInUse, KeySource, KeysInUse, Store, StoreError};

/// The place outside the store where keys are kept, and the files in which they are taken elsewhere.
pub trait KeyKeeper: KeySource {
    /// "the keyring of this account", "the file /etc/pindesk/pins.key"
    fn words(&self) -> String;

    /// Checks that a key can be kept here.
    ///
    /// # Errors
    /// There is no such place, or it cannot be used; the text says why.
    fn check(&self) -> Result<(), String>;

    /// Draws a new key.
    ///
    /// # Errors
    /// The operating system has no random numbers.
    fn draw(&self) -> Result<PinKey, String>;

    /// Keeps a key here. It is on disk when this returns.
    ///
    /// # Errors
    /// The place cannot be written; the text says why.
    fn keep(&self, key: &PinKey) -> Result<(), String>;

    /// Reads the keys of a file that was exported.
    ///
    /// # Errors
    /// The file cannot be used; the text says why.
    fn read_file(&self, path: &Path) -> Result<Vec<PinKey>, String>;

    /// Writes keys into a new file for its owner alone.
    ///
    /// # Errors
    /// There is a file already, or it cannot be written.
    fn write_file(&self, path: &Path, keys: &[PinKey]) -> Result<(), String>;
}

/// Why nothing was done with a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFailed {
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The place of the keys, or a file with keys.
    #[error("Nothing was done: {0}.")]
    Place(String),
    /// The file of an export that is recorded already.
    #[error("The key was not exported, although the history records an attempt: {0}.")]
    NotExported(String),
}

/// Draws a key and keeps it outside the store. No store uses it yet.
///
/// # Errors
/// It cannot be drawn or kept.
pub fn keep_new(keeper: &dyn KeyKeeper) -> Result<PinKey, KeyFailed> {
    let key = keeper.draw().map_err(KeyFailed::Place)?;
    keeper.keep(&key).map_err(KeyFailed::Place)?;
    Ok(key)
}

/// Makes a key, and has the store use it. Returns its ID.
///
/// # Errors
/// The store uses one already, the operator's roles do not permit it (which is recorded), or the key
/// cannot be kept.
pub fn make_key(
    store: &mut Store,
    keeper: &dyn KeyKeeper,
    operator: &Operator,
    now: Time,
) -> Result<KeyId, KeyFailed> {
    store.require_key_permission(operator, now)?;
    if let Some(used) = store.keys_in_use()?.key {
        let id = used.id.to_string();
        return Err(StoreError::KeyInUse { id }.into());
    }
    let key = keep_new(keeper)?;
    store.begin_key(key.id(), operator, now)?;
    Ok(key.id().clone())
}

/// Makes a key that takes the place of the one in force. Returns its ID.
///
/// # Errors
/// The store uses no key, another rotation is not finished, the operator's roles do not permit it
/// (which is recorded), or the key cannot be kept.
pub fn rotate_key(
    store: &mut Store,
    keeper: &dyn KeyKeeper,
    operator: &Operator,
    now: Time,
) -> Result<KeyId, KeyFailed> {
    store.require_key_permission(operator, now)?;
    store.check_rotation()?;
    let key = keep_new(keeper)?;
    store.rotate_key(key.id(), operator, now)?;
    Ok(key.id().clone())
}

/// Writes the keys that the store names into a new file, and records that. Returns their IDs.
///
/// # Errors
/// The store uses no key, one of them is not here, there is such a file already, the operator's roles
/// do not permit it (which is recorded), or the file cannot be written.
pub fn export_keys(
    store: &mut Store,
    keeper: &dyn KeyKeeper,
    file: &Path,
    operator: &Operator,
    now: Time,
) -> Result<Vec<KeyId>, KeyFailed> {
    let mut keys = Vec::new();
    for used in named(&store.keys_in_use()?) {
        match keeper.find(&used.id) {
            Ok(Some(found)) => keys.push(found.key),
            Ok(None) => return Err(KeyFailed::Place(format!("key {} is not here", used.id))),
            Err(error) => return Err(KeyFailed::Place(error)),
        }
    }
    if keys.is_empty() {
        return Err(StoreError::NoKey.into());
    }
    // Checked before the export is recorded. Writing checks it once more.
    if file.exists() {
        return Err(KeyFailed::Place(format!(
            "there is a file already, which stays as it is: {}. Choose another name",
            file.display()
        )));
    }
    store.record_key_export(operator, now)?;
    let written = keeper.write_file(file, &keys);
    written.map_err(KeyFailed::NotExported)?;
    Ok(keys.iter().map(|key| key.id().clone()).collect())
}

/// Takes the keys that the store names from an exported file, and keeps them here. Returns their IDs.
///
/// # Errors
/// The file cannot be used, it has none of these keys, or they cannot be kept.
pub fn import_keys(
    store: &Store,
    keeper: &dyn KeyKeeper,
    file: &Path,
) -> Result<Vec<KeyId>, KeyFailed> {
    let in_use = store.keys_in_use()?;
    let keys = keeper.read_file(file).map_err(KeyFailed::Place)?;
    let mut kept = Vec::new();
    for key in &keys {
        if named(&in_use).any(|used| used.id == *key.id()) {
            keeper.keep(key).map_err(KeyFailed::Place)?;
            kept.push(key.id().clone());
        }
    }
    if kept.is_empty() {
        return Err(KeyFailed::Place(no_such_key(&in_use, &keys)));
    }
    Ok(kept)
}

/// The keys that a store names, the one in force first.
fn named(keys: &KeysInUse) -> impl Iterator<Item = &KeyInUse> {
    keys.key.iter().chain(&keys.before)
}

/// Why no key of a file helps. IDs are no secret.
fn no_such_key(in_use: &KeysInUse, keys: &[PinKey]) -> String {
    let listed = |ids: Vec<&str>| match ids.as_slice() {
        [] => "no key".to_owned(),
        ids => format!("key {}", ids.join(", ")),
    };
    let used = listed(named(in_use).map(|used| used.id.as_str()).collect());
    let has = listed(keys.iter().map(|key| key.id().as_str()).collect());
    format!("this file has no key that the store uses. It has {has}; the store uses {used}")
}
