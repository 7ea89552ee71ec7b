//! `--confirm`: one question for each user who would change, as PowerShell asks it.

use std::io::BufRead;

use super::console::Console;
use super::failure::Failure;
use super::messages::needs_approval;
use super::{CommandEnvironment, How};
use crate::domain::user::UserId;
use crate::io_words::cause;
use crate::plan::{Plan, PlanRef};
use crate::store::Store;

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

/// An answer to a question of `--confirm`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ConfirmAnswer {
    Yes,
    YesToAll,
    No,
    NoToAll,
    Help,
}

/// Asks about each user who would change, and takes the declined users out of the plan.
///
/// With `--what-if` nothing changes, so nothing is asked.
pub(super) fn confirm(
    plan: &mut Plan,
    how: How,
    store: &Store,
    environment: &CommandEnvironment,
    answers: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    if !how.confirm || how.what_if {
        return Ok(());
    }
    // The warning comes before the questions, since it may decide the answers.
    if let Some(text) = needs_approval(&*plan, store, environment)? {
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
            ConfirmAnswer::Yes | ConfirmAnswer::Help => {}
            ConfirmAnswer::YesToAll => break,
            ConfirmAnswer::No => declined.push(user.id),
            ConfirmAnswer::NoToAll => {
                declined.push(user.id);
                declined.extend(changes.by_ref().map(|(_, user)| user.id));
            }
        }
    }
    drop(changes);
    plan.take_out_all(&declined);
    Ok(())
}

/// Asks once about a plan that is applied whole. Returns whether to go on.
pub(super) fn confirm_whole<'a>(
    plan: impl Into<PlanRef<'a>>,
    how: How,
    store: &Store,
    environment: &CommandEnvironment,
    answers: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<bool, Failure> {
    let plan = plan.into();
    if !how.confirm || how.what_if || plan.change_count() == 0 {
        return Ok(true);
    }
    if let Some(text) = needs_approval(plan, store, environment)? {
        console.say(&text);
    }
    for line in plan.change_lines((environment.clock)(), environment.zone) {
        console.say(&line.to_string());
    }
    let batch = plan.undoes().map_or(0, |batch| batch.0);
    let sentence = format!("Performing the operation \"Undo\" on target \"batch {batch}\".");
    let answer = ask(&sentence, environment, answers, console)?;
    Ok(!matches!(
        answer,
        ConfirmAnswer::No | ConfirmAnswer::NoToAll
    ))
}

/// Refuses to read both identities and answers from standard input.
pub(super) fn check(how: How, identities: &[String]) -> Result<(), Failure> {
    if how.confirm && !how.what_if && identities.iter().any(|identity| identity == "-") {
        let text = "--confirm takes its answers from standard input, and - reads identities from it. Name the users, \
                    or take them from a file with --csv FILE. Nothing was done.";
        return Err(Failure::Input(text.to_owned()));
    }
    Ok(())
}

/// Asks until there is a valid answer. The end of the input counts as No to All.
fn ask(
    sentence: &str,
    environment: &CommandEnvironment,
    answers: &mut dyn BufRead,
    console: &mut Console<'_>,
) -> Result<ConfirmAnswer, Failure> {
    for line in QUESTION.into_iter().chain([sentence]) {
        console.say(line);
    }
    loop {
        let answer = console
            .ask(CHOICES, environment.is_typed, answers)
            .map_err(|error| {
                Failure::Input(format!(
                    "The answer cannot be read: {}. Nothing was done.",
                    cause(&error)
                ))
            })?;
        match answer.as_deref().map(ConfirmAnswer::read) {
            None => return Ok(ConfirmAnswer::NoToAll),
            Some(Some(ConfirmAnswer::Help)) => HELP.into_iter().for_each(|line| console.say(line)),
            Some(Some(answer)) => return Ok(answer),
            Some(None) => {}
        }
    }
}

impl ConfirmAnswer {
    /// Reads the key or the words of a choice, in any case. An empty answer is the default.
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
