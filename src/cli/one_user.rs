//! Identities that must name exactly one user each.

use std::collections::HashSet;
use std::io::BufRead;

use super::console::Console;
use super::failure::Failure;
use super::{CommandEnvironment, WhichUsers};
use crate::domain::user::UserRecord;
use crate::plan::words::{plural, thousands};
use crate::plan::{Candidate, Match, Resolved};
use crate::store::Store;

/// The largest number of candidates that are listed if an identity means several users.
const CANDIDATES: usize = 20;

/// The users that the identities name, each once. An identity that names no user or several is an
/// error for all of them.
pub(super) fn single_users(
    identities: &[String],
    store: &Store,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<Vec<UserRecord>, Failure> {
    let targets = WhichUsers {
        identities: identities.to_vec(),
        filters: Vec::new(),
    }
    .identities(stdin)?;
    if targets.is_empty() {
        return Err(Failure::Input("The identity is empty.".to_owned()));
    }
    let watch = console.watch("Looking users up", environment);
    let found = store.look_up(&targets, (environment.clock)(), &watch)?;
    drop(watch);
    let mut problems = Vec::new();
    let (mut users, mut seen): (Vec<UserRecord>, _) = (Vec::new(), HashSet::new());
    // A pattern with `*` has one consecutive answer for each user that it finds.
    for answers in found.chunk_by(|one, next| one.given == next.given) {
        let answer = one_answer(answers);
        if let Some(problem) = answer.problem() {
            problems.push(problem);
        } else if let Match::User(user) = answer.found
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
    problems.push(format!(
        "{} {words} not point at exactly one user. Nothing was changed.",
        thousands(count)
    ));
    Err(Failure::Input(problems.join("\n")))
}

/// Combines the answers of one identity: several users make it ambiguous.
fn one_answer(answers: &[Resolved]) -> Resolved {
    let mut seen = HashSet::new();
    let candidates: Vec<Candidate> = answers
        .iter()
        .filter_map(|answer| match &answer.found {
            Match::User(user) if seen.insert(user.id) => Some(Candidate {
                id: user.id,
                display_name: user.names.display_name.clone(),
                identity: user.names.identity(),
            }),
            _ => None,
        })
        .take(CANDIDATES)
        .collect();
    let first = answers[0].clone();
    if candidates.len() > 1 {
        Resolved {
            found: Match::Ambiguous {
                candidates: candidates.into(),
            },
            ..first
        }
    } else {
        first
    }
}
