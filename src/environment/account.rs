//! The account of the operator: its name and its ID, as the operating system states them.

#[cfg(windows)]
use crate::io_words::cause;

/// The name and the ID of the account that runs the program.
///
/// # Errors
/// The operating system does not name the account.
#[cfg(not(windows))]
pub(super) fn account() -> Result<(String, Option<String>), String> {
    whoami::username()
        .map(|name| (name, user_id()))
        .map_err(|error| error.to_string())
}

/// The user ID: that of the process where the system shows it, else that of the owner of a new file.
#[cfg(unix)]
fn user_id() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let process = std::fs::metadata("/proc/self");
    let shown = process.or_else(|_no_proc| tempfile::tempfile()?.metadata());
    shown.ok().map(|shown| format!("uid:{}", shown.uid()))
}

#[cfg(not(any(unix, windows)))]
fn user_id() -> Option<String> {
    None
}

/// The name with its domain, `DOMAIN\name`, and the SID.
///
/// # Errors
/// Windows does not name the account.
#[cfg(windows)]
pub(super) fn account() -> Result<(String, Option<String>), String> {
    crate::win32::account()
        .map(|(name, sid)| (name, Some(sid)))
        .map_err(|error| cause(&error))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_account_has_a_user_id() {
        let (name, id) = account().unwrap();
        assert!(!name.is_empty() && id.unwrap().starts_with("uid:"));
    }
}
