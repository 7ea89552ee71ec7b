//! Identities that must point at exactly one user each: where a `*` would be a mistake.

use std::collections::HashSet;
use std::io::BufRead;

use super::console::Console;
use super::failure::Failure;
use super::{CommandEnvironment, Whom};
use crate::domain::user::UserRecord;
use crate::plan::words::{plural, thousands};
use crate::plan::{Candidate, Found, Resolved};
use crate::store::Store;

/// How many users are offered where one has to be chosen.
const CANDIDATES: usize = 20;

/// The users at whom the identities point, each once. Where one of them points at nobody or at several, nothing is done
/// about any of them.
pub(super) fn single_users(
    identities: &[String],
    store: &Store,
    environment: &CommandEnvironment,
    stdin: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<Vec<UserRecord>, Failure> {
    let targets = Whom {
        identities: identities.to_vec(),
        filters: Vec::new(),
    }
    .identities(stdin)?;
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
    problems.push(format!(
        "{} {words} not point at exactly one user. Nothing was changed.",
        thousands(count)
    ));
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
    if candidates.len() > 1 {
        Resolved {
            found: Found::Ambiguous { candidates },
            ..first
        }
    } else {
        first
    }
}
