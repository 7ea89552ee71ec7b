//! `pindesk info`: PIN states, with the fields of `Get-CsClientPinInfo`.

use std::collections::HashMap;
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
use crate::domain::text::shown;
use crate::domain::user::{UserId, UserRecord};
use crate::plan::passes;
use crate::plan::words::locked_by_guesses;
use crate::store::{LastLogons, LogonMark, Store, StoreError};
use crate::time_format::{as_iso_8601_seconds_or_null, date_and_time, date_and_time_or_empty};
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
    // Only where a logon is known.
    #[serde(
        serialize_with = "as_iso_8601_seconds_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    last_logon_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_logon_from: Option<String>,
    #[serde(
        serialize_with = "as_iso_8601_seconds_or_null",
        skip_serializing_if = "Option::is_none"
    )]
    last_failed_logon_time: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_failed_logon_from: Option<String>,
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
        "LastLogonTime",
        "LastLogonFrom",
        "LastFailedLogonTime",
        "LastFailedLogonFrom",
    ];
}

/// The number of users whose last logons are read together.
const TOGETHER: usize = 512;

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
        let mut logons = Logons::of(&store, true)?;
        let infos = logons.infos(&found, now)?;
        let mut rows = RowWriter::new(console, columns, &cells);
        infos.iter().all(|info| rows.add(info));
        let shown = rows.finish();
        if console.is_text() {
            let lines = infos
                .iter()
                .filter_map(|info| info.logons(environment.zone));
            lines.for_each(|line| console.line(&line));
        }
        (shown, status)
    } else {
        let mut logons = Logons::of(&store, !console.is_text())?;
        let mut rows = RowWriter::new(console, columns, &cells);
        let mut together = Vec::new();
        // Users are written while they are read, so that the first of a million appear at once.
        let mut failed = None;
        let mut write = |users: &mut Vec<UserRecord>| match logons.infos(users, now) {
            Ok(infos) => {
                users.clear();
                infos.iter().all(|info| rows.add(info))
            }
            Err(error) => {
                failed = Some(error);
                false
            }
        };
        let read = store.for_each_user_by_name(|user| {
            if passes(&user, &wanted.filters, now) {
                together.push(user);
            }
            together.len() < TOGETHER || write(&mut together)
        });
        // Also those before a user who cannot be read.
        write(&mut together);
        read?;
        if let Some(error) = failed {
            return Err(error.into());
        }
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

/// The last logons in the store, where they are shown and there are any.
struct Logons<'a>(Option<&'a Store>);

impl<'a> Logons<'a> {
    fn of(store: &'a Store, are_shown: bool) -> Result<Self, StoreError> {
        let is_needed = are_shown && store.has_logons()?;
        Ok(Self(is_needed.then_some(store)))
    }

    fn infos(&mut self, users: &[UserRecord], now: Time) -> Result<Vec<Info>, StoreError> {
        let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
        let mut logons = match self.0 {
            Some(store) => store.last_logons(&ids)?,
            None => HashMap::new(),
        };
        let info = |user: &UserRecord| {
            let last = logons.remove(&user.id).unwrap_or_default();
            Info::of(user, last, now)
        };
        Ok(users.iter().map(info).collect())
    }
}

impl Info {
    fn of(user: &UserRecord, last: LastLogons, now: Time) -> Self {
        let status = user.pin.status(now);
        let parts = |mark: Option<LogonMark>| match mark {
            Some(mark) => (Some(mark.at), mark.from),
            None => (None, None),
        };
        let (success, failure) = (parts(last.success), parts(last.failure));
        Self {
            identity: user.names.identity(),
            display_name: user.names.display_name.clone(),
            is_pin_set: status.is_set,
            is_locked_out: status.locked.is_some(),
            lock_cause: status.locked.map(LockCause::word),
            last_pin_change_time: user.pin.last_change,
            pin_expiration_time: user.pin.expires.filter(|_| status.is_set),
            last_logon_time: success.0,
            last_logon_from: success.1,
            last_failed_logon_time: failure.0,
            last_failed_logon_from: failure.1,
        }
    }

    /// "Ken Myer: last logon 2026-11-22 14:00, last failed logon 2026-11-22 14:02 from gw-3". None
    /// without any.
    fn logons(&self, zone: Zone) -> Option<String> {
        let mark = |what: &str, at: Option<Time>, from: &Option<String>| {
            let from = from.as_deref().map(shown);
            let from = from.map_or_else(String::new, |from| format!(" from {from}"));
            Some(format!("{what} {}{from}", date_and_time(at?, zone)))
        };
        let success = mark("last logon", self.last_logon_time, &self.last_logon_from);
        let failure = mark(
            "last failed logon",
            self.last_failed_logon_time,
            &self.last_failed_logon_from,
        );
        let marks: Vec<String> = success.into_iter().chain(failure).collect();
        (!marks.is_empty()).then(|| format!("{}: {}", self.display_name, marks.join(", ")))
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
