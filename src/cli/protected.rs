//! `pindesk protected`: the list of protected users, whose PINs change only with approval.

use std::io::BufRead;

use serde::Serialize;

use super::columns::NO_COLUMNS;
use super::console::Console;
use super::failure::Failure;
use super::one_user::single_users;
use super::settings::carry_out;
use super::{CommandEnvironment, CommandLine, ExitStatus, ProtectedArgs, ProtectedTask, table};
use crate::domain::user::UserRecord;
use crate::plan::SettingsWish;

/// A user on the list, or one who was added or removed. Scripts rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProtectedRow {
    identity: String,
    display_name: String,
    is_protected: bool,
    /// Whether the command has changed this user's protection. None if the list is only shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
}

/// The row of a user whom the command adds or removes.
#[derive(Serialize)]
#[serde(transparent)]
struct ChangedRow(ProtectedRow);

impl table::OutputRow for ProtectedRow {
    const FIELDS: &'static [&'static str] = &["Identity", "DisplayName", "IsProtected"];
}

impl table::OutputRow for ChangedRow {
    const FIELDS: &'static [&'static str] = &["Identity", "DisplayName", "IsProtected", "Changed"];
}

pub(super) fn run(
    args: &ProtectedArgs,
    command: &CommandLine,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment, console)?;
    let (identities, protects, how) = match &args.task {
        None => {
            list(&store.protected_users()?, console);
            return Ok(ExitStatus::DONE);
        }
        Some(ProtectedTask::Add { identities, how }) => (identities, true, how),
        Some(ProtectedTask::Remove { identities, how }) => (identities, false, how),
    };
    let users = single_users(identities, &store, environment, stdin, console)?;
    let wish = |user: &UserRecord| SettingsWish::Protect {
        user: user.id,
        protects,
    };
    let wishes = users.iter().map(wish).collect();
    let Some(done) = carry_out(wishes, how, &mut store, environment, console)? else {
        return Ok(ExitStatus::DONE);
    };
    let rows: Vec<ProtectedRow> = users
        .iter()
        .map(|user| ProtectedRow {
            is_protected: protects,
            changed: Some(done.changes_of(user.id)),
            ..ProtectedRow::of(user)
        })
        .collect();
    if !console.is_text() {
        let rows: Vec<ChangedRow> = rows.into_iter().map(ChangedRow).collect();
        table::write(console, NO_COLUMNS, &rows, |_| []);
        return Ok(ExitStatus::DONE);
    }
    for row in &rows {
        let outcome = match (protects, row.changed == Some(true)) {
            (true, true) => "is protected now",
            (true, false) => "is protected already",
            (false, true) => "is protected no longer",
            (false, false) => "was not protected",
        };
        console.line(&format!(
            "{} ({}) {outcome}.",
            row.display_name, row.identity
        ));
    }
    Ok(ExitStatus::DONE)
}

fn list(users: &[UserRecord], console: &mut Console<'_>) {
    let rows: Vec<ProtectedRow> = users.iter().map(ProtectedRow::of).collect();
    if console.is_text() && rows.is_empty() {
        console.say("No user is protected.");
    } else {
        table::write(console, ["Identity", "DisplayName"], &rows, |row| {
            [row.identity.clone(), row.display_name.clone()]
        });
    }
}

impl ProtectedRow {
    fn of(user: &UserRecord) -> Self {
        Self {
            identity: user.names.identity(),
            display_name: user.names.display_name.clone(),
            is_protected: true,
            changed: None,
        }
    }
}
