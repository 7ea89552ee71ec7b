//! `pindesk info`: what `Get-CsClientPinInfo` shows.

use std::collections::HashSet;
use std::io::BufRead;

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::{Command, Environment, ExitStatus, Whom, table};
use crate::domain::Time;
use crate::domain::pin::LockCause;
use crate::domain::text::search_key;
use crate::domain::user::UserRecord;
use crate::plan::{Found, narrow, passes};
use crate::store::Store;
use crate::zone::Zone;

/// One user's PIN state, under the names of the cmdlet.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Info {
    identity: String,
    display_name: String,
    is_pin_set: bool,
    is_locked_out: bool,
    lock_cause: Option<&'static str>,
    #[serde(serialize_with = "iso_8601")]
    last_pin_change_time: Option<Time>,
    #[serde(serialize_with = "iso_8601")]
    pin_expiration_time: Option<Time>,
}

const HEADERS: [&str; 7] =
    ["Identity", "DisplayName", "IsPinSet", "IsLockedOut", "LockCause", "LastPinChangeTime", "PinExpirationTime"];

pub(super) fn run(
    whom: &Whom,
    command: &Command,
    environment: &Environment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let store = command.open_store(environment)?;
    let now = (environment.clock)();
    let (rows, status) = if whom.names_users() {
        named(whom, &store, environment, stdin, console, now)?
    } else {
        (everybody(whom, &store, now)?, ExitStatus::DONE)
    };
    if console.is_json() {
        console.json(&rows);
    } else if !rows.is_empty() {
        table::write(console, HEADERS, &rows, |row| row.cells(environment.zone));
    } else if status == ExitStatus::DONE {
        console.say("No user found.");
    }
    Ok(status)
}

/// Each named user once, in the order in which they were named. Those who cannot be found are said.
fn named(
    whom: &Whom,
    store: &Store,
    environment: &Environment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
    now: Time,
) -> Result<(Vec<Info>, ExitStatus), Failure> {
    let targets = whom.identities(stdin)?;
    let mut found = store.look_up(&targets, now, &console.watch("Looking users up", environment))?;
    let left_out = narrow(&mut found, &whom.filters, now);
    let (mut rows, mut seen, mut status) = (Vec::new(), HashSet::new(), ExitStatus::DONE);
    for resolved in &found {
        if let Some(problem) = resolved.problem() {
            console.say(&super::change::about("Get-CsClientPinInfo", &resolved.given, None, &problem));
            status = ExitStatus::IN_PART;
        } else if let Found::User(user) = &resolved.found
            && seen.insert(user.id)
        {
            rows.push(Info::of(user, now));
        }
    }
    if let Some(text) = whom.left_out(left_out) {
        console.say(&text);
    }
    Ok((rows, status))
}

/// Everybody who passes, in the order of display names, as `users` shows them.
fn everybody(whom: &Whom, store: &Store, now: Time) -> Result<Vec<Info>, Failure> {
    let mut rows = Vec::new();
    store.for_each_user(|user| {
        if passes(&user, &whom.filters, now) {
            rows.push(Info::of(&user, now));
        }
        true
    })?;
    rows.sort_by_cached_key(|row| search_key(&row.display_name));
    Ok(rows)
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

    fn cells(&self, zone: Zone) -> [String; HEADERS.len()] {
        let truth = |is_true| if is_true { "True" } else { "False" }.to_owned();
        let local = |time: Option<Time>| {
            time.map(|time| zone.local(time).format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
        };
        [
            self.identity.clone(),
            self.display_name.clone(),
            truth(self.is_pin_set),
            truth(self.is_locked_out),
            self.lock_cause.unwrap_or_default().to_owned(),
            local(self.last_pin_change_time),
            local(self.pin_expiration_time),
        ]
    }
}

/// `2026-09-13T17:51:27Z`
#[expect(clippy::ref_option, reason = "serde hands the field over by reference")]
fn iso_8601<S: serde::Serializer>(time: &Option<Time>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(&time.format("%Y-%m-%dT%H:%M:%SZ")),
        None => serializer.serialize_none(),
    }
}
