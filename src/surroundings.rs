//! Who is at the keyboard, and where PinDesk keeps its files: what window and command line ask of the operating system.

use std::path::PathBuf;

use crate::domain::role::Operator;

/// The account of the operating system and the machine's name. A claim of the system, not a proof.
pub fn operator() -> Operator {
    let unknown = || "unknown".to_owned();
    Operator {
        account: whoami::username().unwrap_or_else(|_no_account| unknown()),
        machine: whoami::hostname().unwrap_or_else(|_no_name| unknown()),
    }
}

/// The platform's data folder for PinDesk.
///
/// # Errors
/// The account has no home folder; the text says what to do.
pub fn data_folder() -> Result<PathBuf, String> {
    directories::ProjectDirs::from("", "", "pindesk")
        .map(|folders| folders.data_dir().to_owned())
        .ok_or_else(|| "This account has no home folder to keep the store in. Name a file with --store.".to_owned())
}
