//! Keys in the keyring of the account: Credential Manager on Windows, Keychain on macOS, and the
//! Secret Service (<https://specifications.freedesktop.org/secret-service/latest/>) elsewhere.

use keyring::{Entry, Error};
use zeroize::Zeroizing;

use crate::domain::pin_key::{KeyId, PinKey};

/// The service under which the keyring shows the keys.
const SERVICE: &str = "PinDesk PIN key";

/// The key with this ID, or None if the keyring does not have it.
///
/// # Errors
/// There is no keyring, or it cannot be read.
pub(super) fn read(id: &KeyId) -> Result<Option<PinKey>, String> {
    match entry(id)?.get_password().map(Zeroizing::new) {
        Ok(text) => PinKey::parse(&text)
            .map(Some)
            .ok_or_else(|| "its entry in the keyring of this account is damaged".to_owned()),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(words(&error)),
    }
}

/// Keeps a key, and reads it again to be sure of it.
///
/// # Errors
/// There is no keyring, or it cannot be written.
pub(super) fn write(key: &PinKey) -> Result<(), String> {
    let written = entry(key.id())?.set_password(&key.to_text());
    written.map_err(|error| words(&error))?;
    if read(key.id())?.as_ref() != Some(key) {
        return Err("the keyring of this account did not keep the key".to_owned());
    }
    Ok(())
}

fn entry(id: &KeyId) -> Result<Entry, String> {
    Entry::new(SERVICE, id.as_str()).map_err(|error| words(&error))
}

/// An error without the secrets that errors of the crate may carry.
fn words(error: &Error) -> String {
    match error {
        Error::NoDefaultStore => {
            "there is no keyring for this account here. Name a file for the key with --key-file or PINDESK_KEY_FILE".to_owned()
        }
        Error::NoStorageAccess(_) => {
            "the keyring of this account is locked. Unlock it and try again".to_owned()
        }
        Error::PlatformFailure(error) => {
            format!("the keyring of this account reports an error ({error})")
        }
        _ => "the keyring of this account cannot be used".to_owned(),
    }
}
