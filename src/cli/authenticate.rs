//! `pindesk authenticate`: tries a user's PIN, as a telephone does at logon.

use std::io::BufRead;

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::one_user::single_users;
use super::pin_input::{check_named, read_pin};
#[cfg(unix)]
use super::serve::run as serve;
use super::table;
use super::table::OutputRow;
use super::{AuthenticateArgs, CommandEnvironment, CommandLine, ExitStatus};
use crate::domain::lockout::LogonRefusal;
use crate::domain::pin::Lock;
use crate::store::CallerLogon;
use crate::time_format::date_and_time;

/// The result of a logon. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogonRow {
    identity: String,
    /// None: the answer is for a caller, and refused.
    user: Option<String>,
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
    if let Some(socket) = &args.serve {
        return serve(socket, command, environment, console);
    }
    let identity = args.identity.as_deref().unwrap_or_default();
    check_named(identity)?;
    let mut store = command.open_store(environment, console)?;
    if let Some(origin) = &args.from {
        let pin = read_pin(false, environment, stdin)?;
        let (operator, now) = (&environment.operator, (environment.clock)());
        let logon = store.authenticate_caller(identity, &pin, Some(origin), operator, now)?;
        return Ok(answer_caller(identity, &logon, console));
    }
    let users = single_users(&[identity.to_owned()], &store, environment, stdin, console)?;
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
            identity: identity.to_owned(),
            user: Some(user.names.identity()),
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

/// Says to a caller whether the PIN is right, and nothing about who is known here.
fn answer_caller(identity: &str, logon: &CallerLogon, console: &mut Console<'_>) -> ExitStatus {
    let (user, refusal) = match logon {
        CallerLogon::Accepted(user) => (Some(user.names.identity()), None),
        CallerLogon::Expired => (None, Some(LogonRefusal::PinExpired)),
        CallerLogon::Refused => (None, Some(LogonRefusal::IncorrectPin)),
    };
    if console.is_text() {
        console.line(match logon {
            CallerLogon::Accepted(_) => "Authenticated.",
            CallerLogon::Expired => {
                "Not authenticated. The PIN has expired: a new one must be set."
            }
            CallerLogon::Refused => "Not authenticated.",
        });
    } else {
        let row = LogonRow {
            identity: identity.to_owned(),
            user,
            authenticated: refusal.is_none(),
            reason: refusal.map(LogonRefusal::word),
            lock_cause: None,
        };
        table::write_one(console, &row);
    }
    if refusal.is_none() {
        ExitStatus::DONE
    } else {
        ExitStatus::IN_PART
    }
}

/// Windows has no Unix sockets with the rights of files.
#[cfg(not(unix))]
fn serve(
    _socket: &std::path::Path,
    _command: &CommandLine,
    _environment: &CommandEnvironment,
    _console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    Err(Failure::Input(
        "--serve needs a Unix socket, which Windows does not have. Run it on Linux with the store on a server. \
         Nothing was done."
            .to_owned(),
    ))
}
