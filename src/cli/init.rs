//! `pindesk init`: making a new store.

use super::console::Console;
use super::failure::Failure;
use super::{CommandEnvironment, CommandLine, ExitStatus};
use crate::store::Store;

pub(super) fn run(
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let path = command.store_path(environment)?;
    if std::fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() > 0) {
        return Err(Failure::Input(format!(
            "There is a file already, which stays as it is: {}",
            path.display()
        )));
    }
    Store::open_or_make(&path, &environment.operator, (environment.clock)())?;
    console.say(&format!(
        "{}: a new store. {} is its first CsAdministrator.",
        path.display(),
        environment.operator.account
    ));
    Ok(ExitStatus::DONE)
}
