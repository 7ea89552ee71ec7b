//! `pindesk protected`: the users whom nobody changes without approval.

use std::collections::HashSet;
use std::io::BufRead;

use serde::Serialize;

use super::columns::NO_COLUMNS;
use super::console::Console;
use super::failure::Failure;
use super::{Command, Environment, ExitStatus, ProtectedArgs, ProtectedTask, Whom, table};
use crate::domain::user::UserRecord;
use crate::plan::words::{plural, thousands};
use crate::plan::{Candidate, Found, Resolved};
use crate::store::Store;

/// How many users are offered where one has to be chosen.
const CANDIDATES: usize = 20;

/// A user on the list, or put on it or off it. The names are promised to scripts.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Row {
    identity: String,
    display_name: String,
    is_protected: bool,
    /// Where the command has changed something, or not.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
}

/// A user about whom the command was.
#[derive(Serialize)]
#[serde(transparent)]
struct ChangedRow(Row);

impl table::Row for Row {
    const FIELDS: &'static [&'static str] = &["Identity", "DisplayName", "IsProtected"];
}

impl table::Row for ChangedRow {
    const FIELDS: &'static [&'static str] = &["Identity", "DisplayName", "IsProtected", "Changed"];
}

pub(super) fn run(
    args: &ProtectedArgs,
    command: &Command,
    environment: &Environment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ExitStatus, Failure> {
    let mut store = command.open_store(environment)?;
    let (identities, protects) = match &args.task {
        None => {
            list(&store.protected_users()?, console);
            return Ok(ExitStatus::DONE);
        }
        Some(ProtectedTask::Add { identities }) => (identities, true),
        Some(ProtectedTask::Remove { identities }) => (identities, false),
    };
    let users = single_users(identities, &store, environment, stdin, console)?;
    let mut rows = Vec::with_capacity(users.len());
    for user in &users {
        let changed = store.protect(user.id, protects, &environment.operator, (environment.clock)())?;
        rows.push(Row { is_protected: protects, changed: Some(changed), ..Row::of(user) });
    }
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
        console.line(&format!("{} ({}) {outcome}.", row.display_name, row.identity));
    }
    Ok(ExitStatus::DONE)
}

fn list(users: &[UserRecord], console: &mut Console<'_>) {
    let rows: Vec<Row> = users.iter().map(Row::of).collect();
    if console.is_text() && rows.is_empty() {
        console.say("No user is protected.");
    } else {
        table::write(console, ["Identity", "DisplayName"], &rows, |row| {
            [row.identity.clone(), row.display_name.clone()]
        });
    }
}

/// The users at whom the identities point, each once. Where one of them points at nobody or at several, nothing is done
/// about any of them.
fn single_users(
    identities: &[String],
    store: &Store,
    environment: &Environment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<Vec<UserRecord>, Failure> {
    let targets = Whom { identities: identities.to_vec(), filters: Vec::new() }.identities(stdin)?;
    if targets.is_empty() {
        return Err(Failure::Input("Nobody is named.".to_owned()));
    }
    let watch = console.watch("Looking users up", environment);
    let found = store.look_up(&targets, (environment.clock)(), &watch)?;
    drop(watch);
    let mut problems = Vec::new();
    let (mut users, mut seen): (Vec<UserRecord>, _) = (Vec::new(), HashSet::new());
    // A pattern with * has as many answers as it finds users, one after the other.
    for answers in found.chunk_by(|one, next| one.given == next.given) {
        let answer = one_answer(answers);
        if let Some(problem) = answer.problem() {
            problems.push(problem);
        } else if let Found::User(user) = answer.found
            && seen.insert(user.id)
        {
            users.push(*user);
        }
    }
    if problems.is_empty() {
        return Ok(users);
    }
    let count = problems.len();
    let words = plural(count, "identity does", "identities do");
    problems.push(format!("{} {words} not point at exactly one user. Nothing was changed.", thousands(count)));
    Err(Failure::Input(problems.join("\n")))
}

/// What an identity points at: where that is several users, none of them.
fn one_answer(answers: &[Resolved]) -> Resolved {
    let mut seen = HashSet::new();
    let candidates: Vec<Candidate> = answers
        .iter()
        .filter_map(|answer| match &answer.found {
            Found::User(user) if seen.insert(user.id) => Some(Candidate {
                id: user.id,
                display_name: user.names.display_name.clone(),
                identity: user.names.identity(),
            }),
            _ => None,
        })
        .take(CANDIDATES)
        .collect();
    let first = answers[0].clone();
    if candidates.len() > 1 { Resolved { found: Found::Ambiguous { candidates }, ..first } } else { first }
}

impl Row {
    fn of(user: &UserRecord) -> Self {
        Self {
            identity: user.names.identity(),
            display_name: user.names.display_name.clone(),
            is_protected: true,
            changed: None,
        }
    }
}
