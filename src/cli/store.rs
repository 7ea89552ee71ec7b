//! `pindesk store`: setting up a store on a server.

use super::console::Console;
use super::failure::Failure;
use super::password::with_password;
use super::{CommandEnvironment, CommandLine, ExitStatus, StoreArgs, StoreInitArgs, StoreTask};
use crate::store::{Store, server_login};

pub(super) fn run(
    args: &StoreArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    match &args.task {
        StoreTask::Init(args) => init(args, command, environment, console),
    }
}

fn init(
    args: &StoreInitArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let path = command.store_path(environment)?;
    let Some(login) = server_login(&path)? else {
        let text = "This is for a store on a server: name its address with --store. A store in a file is made by: pindesk init";
        return Err(Failure::Input(text.to_owned()));
    };
    if args.what_if {
        let sql = with_password(&path, environment, || Store::sql_of_init(&path))?;
        console.write(&sql);
        return Ok(ExitStatus::DONE);
    }
    let administrator = args.administrator.as_ref().unwrap_or(&login);
    environment.forget_missing(&path);
    let opener = environment.opener();
    with_password(&path, environment, || {
        Store::init_on_server(&path, administrator, &opener)
    })?;
    console.say(&format!(
        "{}: a new store. {administrator} is its first CsAdministrator.",
        path.display()
    ));
    Ok(ExitStatus::DONE)
}
