//! The password of a store on a server: from the keyring of the account, or typed without being shown.

use std::path::Path;

use zeroize::Zeroizing;

use super::CommandEnvironment;
use crate::environment::{keep_password, kept_password};
use crate::io_words::cause;
use crate::store::{StoreError, use_password};

/// How often a password is asked for.
const MOST_QUESTIONS: usize = 3;

/// Opens a store. Where its server wants a password, the keyring is looked into, and then the operator
/// is asked at the terminal.
pub(super) fn with_password<T>(
    path: &Path,
    environment: &CommandEnvironment,
    open: impl Fn() -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut opened = open();
    // The address as errors name it, which has no password.
    let Err(
        StoreError::PasswordWanted { path: address }
        | StoreError::PasswordRefused { path: address },
    ) = &opened
    else {
        return opened;
    };
    let address = address.display().to_string();
    if let Some(kept) = kept_password(&address) {
        use_password(path, kept)?;
        opened = open();
    }
    for _ in 0..MOST_QUESTIONS {
        let is_wanted = matches!(
            &opened,
            Err(StoreError::PasswordWanted { .. } | StoreError::PasswordRefused { .. })
        );
        if !is_wanted || !environment.is_typed {
            return opened;
        }
        if let Err(error @ StoreError::PasswordRefused { .. }) = &opened {
            (environment.notify)(&format!("pindesk: {error}"));
        }
        let Some(typed) = typed(&format!("Password for {address}: "), environment) else {
            return opened;
        };
        use_password(path, typed.clone())?;
        opened = open();
        if opened.is_ok() {
            offer_to_keep(&address, &typed, environment);
        }
    }
    opened
}

fn typed(prompt: &str, environment: &CommandEnvironment) -> Option<Zeroizing<String>> {
    match rpassword::prompt_password(prompt) {
        Ok(typed) => Some(Zeroizing::new(typed)),
        Err(error) => {
            (environment.notify)(&format!(
                "pindesk: The password cannot be read: {}.",
                cause(&error)
            ));
            None
        }
    }
}

fn offer_to_keep(address: &str, password: &str, environment: &CommandEnvironment) {
    let question = "Keep it in the keyring of this account? Type y for yes: ";
    let is_yes = typed(question, environment).is_some_and(|answer| answer.trim() == "y");
    if is_yes && let Err(what) = keep_password(address, password) {
        (environment.notify)(&format!("pindesk: The password was not kept: {what}."));
    }
}
