//! The places outside the store where keys of PINs are kept.

use std::path::{Path, PathBuf};

use zeroize::Zeroize as _;

use super::{key_file, keyring_entry};
use crate::domain::pin_key::{KeyId, PinKey};
use crate::store::{FoundKey, KeySource};
use crate::worker::KeyKeeper;

/// The environment variable that names the file with the keys.
const KEY_FILE: &str = "PINDESK_KEY_FILE";

/// Why no key is kept where there is no place for one.
const NO_PLACE: &str = "there is no place for keys here";

/// The place of the keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeyPlace {
    /// There is none, as in most tests.
    #[default]
    Nowhere,
    /// The keyring of the account.
    Keyring,
    /// A file for its owner alone, as services have it.
    File(PathBuf),
}

/// The place that the environment names: a file, or else the keyring.
pub fn key_place() -> KeyPlace {
    match std::env::var_os(KEY_FILE).filter(|path| !path.is_empty()) {
        Some(path) => KeyPlace::File(path.into()),
        None => KeyPlace::Keyring,
    }
}

impl KeySource for KeyPlace {
    fn find(&self, id: &KeyId) -> Result<Option<FoundKey>, String> {
        let key = match self {
            Self::Nowhere => None,
            Self::Keyring => keyring_entry::read(id)?,
            Self::File(path) => {
                let keys = key_file::read(path)?;
                keys.into_iter().find(|key| key.id() == id)
            }
        };
        Ok(key.map(|key| FoundKey {
            key,
            found_in: self.words(),
        }))
    }
}

impl KeyKeeper for KeyPlace {
    fn words(&self) -> String {
        match self {
            Self::Nowhere => "nowhere".to_owned(),
            Self::Keyring => "the keyring of this account".to_owned(),
            Self::File(path) => format!("the file {}", path.display()),
        }
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Self::Nowhere => Err(NO_PLACE.to_owned()),
            Self::Keyring => keyring_entry::read(&KeyId::of_nobody()).map(drop),
            Self::File(path) => key_file::check(path),
        }
    }

    fn draw(&self) -> Result<PinKey, String> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| format!("no key can be drawn ({error})"))?;
        let key = PinKey::of(secret);
        secret.zeroize();
        Ok(key)
    }

    fn keep(&self, key: &PinKey) -> Result<(), String> {
        match self {
            Self::Nowhere => Err(NO_PLACE.to_owned()),
            Self::Keyring => keyring_entry::write(key),
            Self::File(path) => key_file::add(path, key),
        }
    }

    fn read_file(&self, path: &Path) -> Result<Vec<PinKey>, String> {
        key_file::read(path)
    }

    fn write_file(&self, path: &Path, keys: &[PinKey]) -> Result<(), String> {
        key_file::write_new(path, keys)
    }
}
