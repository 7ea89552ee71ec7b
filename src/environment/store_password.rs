//! Passwords of stores on servers in the keyring of the account, which are kept only where the operator
//! asked for that.

use keyring::Entry;
use zeroize::Zeroizing;

/// The service under which the keyring shows them.
const SERVICE: &str = "PinDesk store password";

/// The password that is kept for an address. None if there is none, or no keyring.
pub fn kept_password(address: &str) -> Option<Zeroizing<String>> {
    let entry = Entry::new(SERVICE, address).ok()?;
    entry.get_password().ok().map(Zeroizing::new)
}

/// Keeps the password for an address.
///
/// # Errors
/// The keyring cannot be used. The text is a part of a sentence.
pub fn keep_password(address: &str, password: &str) -> Result<(), String> {
    Entry::new(SERVICE, address)
        .and_then(|entry| entry.set_password(password))
        .map_err(|_secret_in_it| "the keyring of this account cannot be used".to_owned())
}
