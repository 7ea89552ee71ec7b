//! `pindesk store`: setting up a store on a server.

use super::console::Console;
use super::failure::Failure;
use super::password::with_password;
use super::{
    CommandEnvironment, CommandLine, ExitStatus, StoreArgs, StoreCopyArgs, StoreInitArgs,
    StoreTask, StoreUpgradeArgs,
};
use crate::plan::words::thousands;
use crate::store::{Store, server_login};

pub(super) fn run(
    args: &StoreArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    match &args.task {
        StoreTask::Init(args) => init(args, command, environment, console),
        StoreTask::Upgrade(args) => upgrade(args, command, environment, console),
        StoreTask::Check => check(command, environment, console),
        StoreTask::Copy(args) => copy(args, command, environment, console),
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

fn upgrade(
    args: &StoreUpgradeArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let path = command.store_path(environment)?;
    if server_login(&path)?.is_none() {
        let text = "This is for a store on a server: name its address with --store. A store in a file is brought up to date when it is opened.";
        return Err(Failure::Input(text.to_owned()));
    }
    let is_current = "The store has the version of this program already.";
    if args.what_if {
        match with_password(&path, environment, || Store::sql_of_upgrade(&path))? {
            Some(sql) => console.write(&sql),
            None => console.say(is_current),
        }
        return Ok(ExitStatus::DONE);
    }
    let opener = environment.opener();
    let (from, to) = with_password(&path, environment, || {
        Store::upgrade_on_server(&path, &opener)
    })?;
    if from == to {
        console.say(is_current);
    } else {
        console.say(&format!(
            "{}: brought from version {from} to version {to}. Every desk now needs this PinDesk.",
            path.display()
        ));
    }
    Ok(ExitStatus::DONE)
}

fn check(
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let path = command.store_path(environment)?;
    let findings = with_password(&path, environment, || Store::server_findings(&path))?;
    for finding in &findings {
        console.line(finding);
    }
    if findings.is_empty() {
        console.line("No login and no setting undoes the rights of the store.");
    }
    Ok(ExitStatus::DONE)
}

fn copy(
    args: &StoreCopyArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let from = command.store_path(environment)?;
    let login = server_login(&args.to)?;
    let own = login.unwrap_or_else(|| environment.operator.account.clone());
    let administrator = args.administrator.as_ref().unwrap_or(&own);
    let opener = environment.opener();
    // The password of the one is asked for before that of the other.
    with_password(&from, environment, || opener.open_to_read(&from).map(drop))?;
    let watch = console.watch("Copying the store", environment);
    watch.announce();
    let copied = with_password(&args.to, environment, || {
        Store::copy(&from, &args.to, administrator, &opener, &watch)
    });
    drop(watch);
    let copied = copied?;
    for (table, rows) in &copied.rows {
        let rows = usize::try_from(*rows).unwrap_or(usize::MAX);
        console.line(&format!("{table}: {} rows", thousands(rows)));
    }
    console.line(&format!(
        "The copy has all rows and agrees with its history. The last entry that was copied: {}",
        copied.head
    ));
    console.say(&format!(
        "{administrator} is CsAdministrator in the copy. Both stores have one ID: go on with one of them only."
    ));
    Ok(ExitStatus::DONE)
}
