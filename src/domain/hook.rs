//! Hooks: programs that the store names, and that run before and after changes. Which program a name
//! stands for is decided on each computer by those who administer it.

use serde::{Deserialize, Serialize};

/// The names of the hooks of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookNames {
    /// The hook that is asked before a change, and may refuse it.
    #[serde(default)]
    pub before: Option<String>,
    /// The hook that is told about a change after it was made.
    #[serde(default)]
    pub after: Option<String>,
}

/// The moment at which a hook runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookMoment {
    Before,
    After,
}

/// A name that no hook can have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The name of a hook has 1 to {} letters, digits, hyphens, underscores and dots, such as check-tickets, and is not \"off\".",
    HookNames::LONGEST
)]
pub struct HookNameFault;

/// Reasons why a hook does not let a change pass, or has not done its work after one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HookFault {
    #[error("The hook {hook} refuses this: {}", sentence(.words))]
    Refused { hook: String, words: String },
    #[error(
        "The store names the hook {hook}, and this computer does not allow it ({why}). Ask those who administer this computer to allow it, or work on a computer where it is allowed."
    )]
    NotAllowed { hook: String, why: String },
    #[error("The hook {hook} did not end within {seconds} s, and was ended.")]
    TooSlow { hook: String, seconds: u64 },
    #[error("The hook {hook} did not do its work: {why}.")]
    NotRun { hook: String, why: String },
    /// The operator has cancelled the change while the hook ran.
    #[error("Cancelled.")]
    Cancelled,
    /// Another operator has set another hook at this moment.
    #[error("Somebody has changed the hooks of the store at this moment. Try again.")]
    Changed,
}

impl HookNames {
    /// The largest number of characters of a name.
    pub const LONGEST: usize = 64;

    /// Checks the names.
    ///
    /// # Errors
    /// One of them is none.
    pub fn check(&self) -> Result<(), HookNameFault> {
        let names = [&self.before, &self.after];
        if names.into_iter().flatten().all(|name| is_hook_name(name)) {
            Ok(())
        } else {
            Err(HookNameFault)
        }
    }

    /// Whether changes pass that `other` has asked a hook about. Another hook may be less strict.
    pub fn are_weaker_than(&self, other: &Self) -> bool {
        other.before.is_some() && self.before != other.before
    }

    /// "Hook before changes: check-tickets. Hook after changes: none."
    pub fn describe(&self) -> String {
        let name = |name: &Option<String>| name.clone().unwrap_or_else(|| "none".to_owned());
        format!(
            "Hook before changes: {}. Hook after changes: {}.",
            name(&self.before),
            name(&self.after)
        )
    }
}

/// Whether a text can be the name of a hook.
pub fn is_hook_name(name: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (1..=HookNames::LONGEST).contains(&name.len())
        && name.chars().all(is_of_name)
        && !name.eq_ignore_ascii_case("off")
}

/// Words with a full stop where they have no end.
fn sentence(words: &str) -> String {
    let stop = if words.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{words}{stop}")
}
