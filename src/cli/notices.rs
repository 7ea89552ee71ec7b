//! `pindesk report expiring`, `report locked` and `report never-used`: lists for notices, as rows, a page or mails.

use std::io::BufWriter;

use serde::Serialize;

use super::console::Console;
use super::failure::Failure;
use super::table::{self, OutputRow};
use super::{CommandEnvironment, CommandLine, ExitStatus, NoticeForm, NoticeTo};
use crate::domain::Time;
use crate::domain::pin::LockCause;
use crate::exchange::{
    NoticeKind, NoticeRow, Notices, ReadError, Sender, notices, write_mails, write_notices,
    write_whole,
};
use crate::plan::words::users;
use crate::time_format::{as_iso_8601_seconds_or_null, date_and_time};

/// A user whose PIN expires. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ExpiringRow {
    identity: String,
    display_name: String,
    mail: Option<String>,
    #[serde(serialize_with = "as_iso_8601_seconds_or_null")]
    pin_expiration_time: Option<Time>,
}

/// A user whose PIN nobody has used.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NeverUsedRow {
    identity: String,
    display_name: String,
    mail: Option<String>,
    #[serde(serialize_with = "as_iso_8601_seconds_or_null")]
    last_pin_change_time: Option<Time>,
}

/// A user whose PIN is locked.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct LockedRow {
    identity: String,
    display_name: String,
    mail: Option<String>,
    #[serde(serialize_with = "as_iso_8601_seconds_or_null")]
    locked_since: Option<Time>,
    lock_cause: Option<&'static str>,
    locked_by: Option<String>,
}

impl OutputRow for ExpiringRow {
    const FIELDS: &'static [&'static str] =
        &["Identity", "DisplayName", "Mail", "PinExpirationTime"];
}

impl OutputRow for NeverUsedRow {
    const FIELDS: &'static [&'static str] =
        &["Identity", "DisplayName", "Mail", "LastPinChangeTime"];
}

impl OutputRow for LockedRow {
    const FIELDS: &'static [&'static str] = &[
        "Identity",
        "DisplayName",
        "Mail",
        "LockedSince",
        "LockCause",
        "LockedBy",
    ];
}

pub(super) fn run(
    kind: NoticeKind,
    to: &NoticeTo,
    command: &CommandLine,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let store = command.open_store(environment, console)?;
    let now = (environment.clock)();
    let watch = console.watch("Reading the users", environment);
    let found = notices(&store, kind, now, &watch)?;
    drop(watch);
    let is_about_use = matches!(kind, NoticeKind::NeverUsed { .. });
    if is_about_use {
        console.say(
            "Logons with the right PIN are recorded since version 12 of the store, and where PinDesk checks the PIN. Of earlier ones, and of those elsewhere, nothing is known.",
        );
    }
    if found.since_unknown > 0 {
        let unknown = if is_about_use {
            "it is not known when their PINs were set"
        } else {
            "the import has not said since when they are locked"
        };
        console.say(&format!(
            "{} not listed: {unknown}.",
            users(found.since_unknown)
        ));
    }
    match (to.form, &to.to) {
        (Some(NoticeForm::Eml), Some(folder)) => {
            let sender = Sender {
                from: to.from.as_deref().unwrap_or_default(),
                now,
                zone: environment.zone,
            };
            let written = write_mails(&found, kind, sender, to.writing.file(folder));
            let written = written.map_err(|error| Failure::file(folder, error))?;
            console.say(&format!("{}: {written}", folder.display()));
        }
        (Some(NoticeForm::Html), _) => page(&found, kind, to, environment, console)?,
        _ => rows(&found, kind, environment, console),
    }
    Ok(ExitStatus::DONE)
}

/// Writes the page into its file, or to standard output.
fn page(
    found: &Notices,
    kind: NoticeKind,
    to: &NoticeTo,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    let (now, zone) = ((environment.clock)(), environment.zone);
    let Some(path) = &to.to else {
        let written = write_notices(found, kind, now, zone, &mut *console.file(true));
        if let Err(error) = written {
            console.fail(error);
        }
        return Ok(());
    };
    let saved = write_whole(to.writing.file(path), |file| {
        let mut out = BufWriter::new(file);
        write_notices(found, kind, now, zone, &mut out)
            .map_err(|error| ReadError::Write(error.to_string()))
    });
    saved.map_err(|error| Failure::file(path, error))?;
    console.say(&format!(
        "{}: {}.",
        path.display(),
        users(found.users.len())
    ));
    Ok(())
}

fn rows(
    found: &Notices,
    kind: NoticeKind,
    environment: &CommandEnvironment,
    console: &mut Console<'_>,
) {
    let when =
        |at: Option<Time>| at.map_or_else(String::new, |at| date_and_time(at, environment.zone));
    match kind {
        NoticeKind::Expiring { .. } => {
            let rows: Vec<ExpiringRow> = found.users.iter().map(ExpiringRow::of).collect();
            let columns = ["Identity", "DisplayName", "Mail", "PinExpirationTime"];
            table::write(console, columns, &rows, |row| {
                [
                    row.identity.clone(),
                    row.display_name.clone(),
                    row.mail.clone().unwrap_or_default(),
                    when(row.pin_expiration_time),
                ]
            });
        }
        NoticeKind::NeverUsed { .. } => {
            let rows: Vec<NeverUsedRow> = found.users.iter().map(NeverUsedRow::of).collect();
            let columns = ["Identity", "DisplayName", "Mail", "LastPinChangeTime"];
            table::write(console, columns, &rows, |row| {
                [
                    row.identity.clone(),
                    row.display_name.clone(),
                    row.mail.clone().unwrap_or_default(),
                    when(row.last_pin_change_time),
                ]
            });
        }
        NoticeKind::Locked { .. } => {
            let rows: Vec<LockedRow> = found.users.iter().map(LockedRow::of).collect();
            let columns = [
                "Identity",
                "DisplayName",
                "LockedSince",
                "LockCause",
                "LockedBy",
            ];
            table::write(console, columns, &rows, |row| {
                [
                    row.identity.clone(),
                    row.display_name.clone(),
                    when(row.locked_since),
                    row.lock_cause.unwrap_or_default().to_owned(),
                    row.locked_by.clone().unwrap_or_default(),
                ]
            });
        }
    }
}

impl ExpiringRow {
    fn of(notice: &NoticeRow) -> Self {
        Self {
            identity: notice.identity.clone(),
            display_name: notice.display_name.clone(),
            mail: notice.address.clone(),
            pin_expiration_time: Some(notice.at),
        }
    }
}

impl NeverUsedRow {
    fn of(notice: &NoticeRow) -> Self {
        Self {
            identity: notice.identity.clone(),
            display_name: notice.display_name.clone(),
            mail: notice.address.clone(),
            last_pin_change_time: Some(notice.at),
        }
    }
}

impl LockedRow {
    fn of(notice: &NoticeRow) -> Self {
        let (cause, by) = notice.lock.clone().unzip();
        Self {
            identity: notice.identity.clone(),
            display_name: notice.display_name.clone(),
            mail: notice.address.clone(),
            locked_since: Some(notice.at),
            lock_cause: cause.map(LockCause::word),
            locked_by: by.flatten(),
        }
    }
}
