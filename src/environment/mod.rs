//! Values from the operating system: the operator's account, the clock, the folder of PinDesk's
//! files, and the keys of PINs.

mod account;
mod allowed_hook;
mod data_folder;
mod escape_codes;
mod fault_report;
mod hook_process;
mod hooks;
mod key_file;
mod key_places;
mod keyring_entry;
mod machine_settings;
mod store_password;
mod work_area;

pub use allowed_hook::AllowedHook;
pub use data_folder::{DataFolder, data_folder};
pub use escape_codes::shows_escape_codes;
pub use fault_report::report_faults;
pub use hooks::{Hooks, hooks};
pub use key_places::{KeyPlace, key_place};
pub use machine_settings::{MachineSettings, machine_settings};
pub use store_password::{keep_password, kept_password};
pub use work_area::work_area;

use std::sync::Arc;

use crate::domain::role::Operator;
use crate::store::Witness;
use crate::worker::Clock;

/// The operator: the account and the name of the machine, as the operating system claims them.
///
/// # Errors
/// The system does not name the account. Without a name, nothing can be recorded for it.
pub fn operator() -> Result<Operator, String> {
    #[cfg(debug_assertions)]
    if let Some(operator) = operator_of_a_test() {
        return Ok(operator);
    }
    let (account, id) = account::account().map_err(|error| {
        format!("The operating system does not say whose account this is ({error}). PinDesk records every change under an account; log on with one.")
    })?;
    Ok(Operator {
        account,
        machine: whoami::hostname().unwrap_or_else(|_no_name| "unknown".to_owned()),
        id,
    })
}

/// Another account, so that the test in a real window can play several operators. Release builds do
/// not have it.
#[cfg(debug_assertions)]
fn operator_of_a_test() -> Option<Operator> {
    let account = std::env::var("PINDESK_TEST_ACCOUNT")
        .ok()
        .filter(|account| !account.is_empty())?;
    Some(Operator {
        account,
        machine: "test".to_owned(),
        id: None,
    })
}

/// The folder with what this account has seen of stores on this computer. None if the account has no
/// home folder.
pub fn witness() -> Option<Witness> {
    let folder = data_folder().ok()?;
    Some(Witness::in_folder(folder.path.join("seen")))
}

/// The machine's clock. All other code gets a clock as an argument, so that tests can stop it.
#[expect(
    clippy::disallowed_methods,
    reason = "no other function reads the clock"
)]
pub fn system_clock() -> Clock {
    Arc::new(chrono::Utc::now)
}
