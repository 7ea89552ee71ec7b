//! `pindesk init`: making a new store.

use super::console::Console;
use super::failure::Failure;
use super::key;
use super::{CommandEnvironment, CommandLine, ExitStatus, InitArgs};
use crate::store::server_login;
use crate::worker::keep_new;

pub(super) fn run(
    args: InitArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let path = command.store_path(environment)?;
    if server_login(&path)?.is_some() {
        let text = "A store on a server is made by: pindesk --store ADDRESS store init";
        return Err(Failure::Input(text.to_owned()));
    }
    if std::fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() > 0) {
        return Err(Failure::Input(format!(
            "There is a file already, which stays as it is: {}",
            path.display()
        )));
    }
    let place = command.key_place(environment);
    // The key is kept first, so that nothing is made where it cannot be kept.
    let key = args.key.then(|| keep_new(&place)).transpose();
    let key = key.map_err(key::failure)?;
    environment.forget_missing(&path);
    let store = environment.opener().open_or_make(&path)?;
    store.head_news()?;
    console.say(&format!(
        "{}: a new store. {} is its first CsAdministrator.",
        path.display(),
        environment.operator.account
    ));
    if let Some(key) = key {
        let mut store = command.equipped(store, environment);
        store.begin_key(key.id(), &environment.operator, (environment.clock)())?;
        key::say_made(key.id(), &place, console);
        return Ok(ExitStatus::DONE);
    }
    console
        .say("Its PINs are hashed without a key outside the store. To make one: pindesk key new");
    Ok(ExitStatus::DONE)
}
