//! `--confirm`: one question for each user who would change, as PowerShell asks it.

use std::io::BufRead;

use super::console::Console;
use super::failure::Failure;
use super::messages::needs_approval;
use super::{CommandEnvironment, How};
use crate::domain::user::UserId;
use crate::plan::Plan;

const QUESTION: [&str; 3] = [
    "",
    "Confirm",
    "Are you sure you want to perform this action?",
];
const CHOICES: &str =
    "[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [?] Help (default is \"Y\"): ";
const HELP: [&str; 4] = [
    "Y - Continue with only the next step of the operation.",
    "A - Continue with all the steps of the operation.",
    "N - Skip this operation and proceed with the next operation.",
    "L - Skip this operation and all subsequent operations.",
];

/// What somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Yes,
    YesToAll,
    No,
    NoToAll,
    Help,
}

/// Asks about each user who would change, and takes out those who are not to. What is left is what was agreed to.
///
/// With --what-if nothing happens to anybody, so nothing is asked.
pub(super) fn confirm(
    plan: &mut Plan,
    how: How,
    environment: &CommandEnvironment,
    answers: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    if !how.confirm || how.what_if {
        return Ok(());
    }
    // Said first: who is not agreed to may be why.
    if let Some(text) = needs_approval(plan) {
        console.say(&text);
    }
    let mut declined: Vec<UserId> = Vec::new();
    let mut changes = plan.changes();
    while let Some((item, user)) = changes.next() {
        let sentence = format!(
            "Performing the operation \"{}\" on target \"{}\".",
            item.action.cmdlet(),
            user.identity
        );
        match ask(&sentence, environment, answers, console)? {
            Answer::Yes | Answer::Help => {}
            Answer::YesToAll => break,
            Answer::No => declined.push(user.id),
            Answer::NoToAll => {
                declined.push(user.id);
                declined.extend(changes.by_ref().map(|(_, user)| user.id));
            }
        }
    }
    drop(changes);
    plan.take_out_all(&declined);
    Ok(())
}

/// Refuses to take answers from where identities come from.
pub(super) fn check(how: How, identities: &[String]) -> Result<(), Failure> {
    if how.confirm && !how.what_if && identities.iter().any(|identity| identity == "-") {
        let text = "--confirm takes its answers from standard input, and - reads identities from it. Name the users, \
                    or take them from a file with --csv FILE. Nothing was done.";
        return Err(Failure::Input(text.to_owned()));
    }
    Ok(())
}

/// Asks until there is an answer that counts. The end of the input is a No to All: nobody agreed.
fn ask(
    sentence: &str,
    environment: &CommandEnvironment,
    answers: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<Answer, Failure> {
    for line in QUESTION.into_iter().chain([sentence]) {
        console.say(line);
    }
    loop {
        let answer = console
            .ask(CHOICES, environment.is_typed, answers)
            .map_err(|error| {
                Failure::Input(format!(
                    "The answer cannot be read: {error}. Nothing was done."
                ))
            })?;
        match answer.as_deref().map(Answer::read) {
            None => return Ok(Answer::NoToAll),
            Some(Some(Answer::Help)) => HELP.into_iter().for_each(|line| console.say(line)),
            Some(Some(answer)) => return Ok(answer),
            Some(None) => {}
        }
    }
}

impl Answer {
    /// The key or the words of a choice, in any case; nothing at all is the default.
    fn read(text: &str) -> Option<Self> {
        Some(match text.to_ascii_lowercase().as_str() {
            "" | "y" | "yes" => Self::Yes,
            "a" | "yes to all" => Self::YesToAll,
            "n" | "no" => Self::No,
            "l" | "no to all" => Self::NoToAll,
            "?" | "help" => Self::Help,
            _ => return None,
        })
    }
}
