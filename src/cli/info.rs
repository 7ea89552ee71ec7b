//! `pindesk info`: PIN states, with the fields of `Get-CsClientPinInfo`.

use std::io::BufRead;

use serde::Serialize;

use super::columns::Column;
use super::console::Console;
use super::failure::Failure;
use super::table::{OutputRow, RowWriter};
use super::targets::NamedUsers;
use super::{CommandEnvironment, CommandLine, ExitStatus, WhichUsers};
use crate::domain::Time;
use crate::domain::pin::LockCause;
use crate::domain::user::UserRecord;
use crate::plan::passes;
use crate::plan::words::locked_by_guesses;
use crate::store::Store;
use crate::time_format::{as_iso_8601_seconds_or_null, date_and_time_or_empty};
use crate::zone::Zone;

/// The PIN state of one user, with the field names of the cmdlet.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    identity: String,
    display_name: String,
    is_pin_set: bool,
    is_locked_out: bool,
    lock_cause: Option<&'static str>,
    #[serde(serialize_with = "as_iso_8601_seconds_or_null")]
    last_pin_change_time: Option<Time>,
    #[serde(serialize_with = "as_iso_8601_seconds_or_null")]
    pin_expiration_time: Option<Time>,
}

impl OutputRow for Info {
    const FIELDS: &'static [&'static str] = &[
        "Identity",
        "DisplayName",
        "IsPinSet",
        "IsLockedOut",
        "LockCause",
        "LastPinChangeTime",
        "PinExpirationTime",
    ];
}

/// The number of columns of the table.
const COLUMNS: usize = 7;

pub(super) fn run(
    wanted: &WhichUsers,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let store = command.open_store(environment, console)?;
    let now = (environment.clock)();
    for user in store.protected_locked_by_guesses(now)? {
        console.say(&locked_by_guesses(&user, environment.zone));
    }
    let column = Column::weighing;
    let columns = [
        column("Identity", 7),
        column("DisplayName", 3),
        column("IsPinSet", 5),
        column("IsLockedOut", 6),
        column("LockCause", 4).toned(),
        column("LastPinChangeTime", 1),
        column("PinExpirationTime", 2),
    ];
    let cells = |row: &Info| row.cells(environment.zone);
    let (shown, status) = if wanted.names_users() {
        let (found, status) = named(wanted, &store, environment, stdin, console, now)?;
        let mut rows = RowWriter::new(console, columns, &cells);
        found.iter().all(|user| rows.add(&Info::of(user, now)));
        (rows.finish(), status)
    } else {
        let mut rows = RowWriter::new(console, columns, &cells);
        // Users are written while they are read, so that the first of a million appears at once.
        store.for_each_user_by_name(|user| {
            !passes(&user, &wanted.filters, now) || rows.add(&Info::of(&user, now))
        })?;
        (rows.finish(), ExitStatus::DONE)
    };
    if shown == 0 && status == ExitStatus::DONE && console.is_text() {
        console.say("No user found.");
    }
    Ok(status)
}

/// The named users, each once, in the order of the command line. Identities that are not found are
/// reported.
fn named(
    wanted: &WhichUsers,
    store: &Store,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
    now: Time,
) -> Result<(Vec<UserRecord>, ExitStatus), Failure> {
    let NamedUsers {
        users,
        problems,
        left_out,
    } = wanted.look_up(store, environment, stdin, console, now)?;
    for (given, problem) in &problems {
        console.say(&super::messages::about(
            "Get-CsClientPinInfo",
            given,
            None,
            problem,
        ));
    }
    if let Some(text) = left_out {
        console.say(&text);
    }
    Ok((
        users,
        if problems.is_empty() {
            ExitStatus::DONE
        } else {
            ExitStatus::IN_PART
        },
    ))
}

impl Info {
    fn of(user: &UserRecord, now: Time) -> Self {
        let status = user.pin.status(now);
        Self {
            identity: user.names.identity(),
            display_name: user.names.display_name.clone(),
            is_pin_set: status.is_set,
            is_locked_out: status.locked.is_some(),
            lock_cause: status.locked.map(LockCause::word),
            last_pin_change_time: user.pin.last_change,
            pin_expiration_time: user.pin.expires.filter(|_| status.is_set),
        }
    }

    fn cells(&self, zone: Zone) -> [String; COLUMNS] {
        let truth = |is_true| if is_true { "True" } else { "False" }.to_owned();
        [
            self.identity.clone(),
            self.display_name.clone(),
            truth(self.is_pin_set),
            truth(self.is_locked_out),
            self.lock_cause.unwrap_or_default().to_owned(),
            date_and_time_or_empty(self.last_pin_change_time, zone),
            date_and_time_or_empty(self.pin_expiration_time, zone),
        ]
    }
}
