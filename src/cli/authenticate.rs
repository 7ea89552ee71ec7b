//! `pindesk authenticate`: tries a user's PIN, as a telephone does at logon.

use std::io::BufRead;

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::one_user::single_users;
use super::pin_input::{check_named, read_pin};
use super::table;
use super::table::OutputRow;
use super::{AuthenticateArgs, CommandEnvironment, CommandLine, ExitStatus};
use crate::domain::lockout::LogonRefusal;
use crate::domain::pin::Lock;
use crate::time_format::date_and_time;

/// The result of a logon. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogonRow {
    identity: String,
    user: String,
    authenticated: bool,
    reason: Option<&'static str>,
    /// The cause of the lock after the logon. Null if the PIN is not locked.
    lock_cause: Option<&'static str>,
}

impl OutputRow for LogonRow {
    const FIELDS: &'static [&'static str] =
        &["identity", "user", "authenticated", "reason", "lockCause"];
}

pub(super) fn run(
    args: &AuthenticateArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    check_named(&args.identity)?;
    let mut store = command.open_store(environment, console)?;
    let users = single_users(
        std::slice::from_ref(&args.identity),
        &store,
        environment,
        stdin,
        console,
    )?;
    let Some(user) = users.first() else {
        return Err(Failure::Input("The identity is empty.".to_owned()));
    };
    let pin = read_pin(false, environment, stdin)?;
    let now = (environment.clock)();
    let logon = store.authenticate(user.id, &pin, &environment.operator, now)?;
    let locked = logon.state.lock_in_force(logon.at);
    if console.is_text() {
        let name = format!("{} ({})", user.names.display_name, user.names.identity());
        let Some(refusal) = logon.refusal else {
            console.line(&format!("{name}: authenticated."));
            return Ok(ExitStatus::DONE);
        };
        let ends = locked.and_then(Lock::ends);
        let until =
            ends.map(|end| format!(" Locked until {}.", date_and_time(end, environment.zone)));
        console.line(&format!(
            "{name}: not authenticated. {}{}",
            refusal.sentence(),
            until.unwrap_or_default()
        ));
    } else {
        let row = LogonRow {
            identity: args.identity.clone(),
            user: user.names.identity(),
            authenticated: logon.refusal.is_none(),
            reason: logon.refusal.map(LogonRefusal::word),
            lock_cause: locked.map(|lock| lock.cause.word()),
        };
        table::write_one(console, &row);
    }
    Ok(if logon.refusal.is_none() {
        ExitStatus::DONE
    } else {
        ExitStatus::IN_PART
    })
}
