//! A hook that the settings of this computer allow.

use std::path::PathBuf;

use serde::Deserialize;

use crate::plan::BatchAction;

/// The program of a hook. It is started directly, never by a shell.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllowedHook {
    /// The path of the program, from the root.
    pub program: PathBuf,
    /// Its arguments, as they are.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The actions for which it runs: the words of the history, such as `lock`. Empty: all of them.
    #[serde(default)]
    pub actions: Vec<String>,
    /// The time after which it is ended, in seconds.
    #[serde(default = "usual_seconds")]
    pub seconds: u64,
}

const fn usual_seconds() -> u64 {
    10
}

/// The longest time that an operator may have to wait for a hook, in seconds.
const MOST_SECONDS: u64 = 600;

impl AllowedHook {
    /// Whether the hook runs for an action.
    pub fn is_for(&self, action: &str) -> bool {
        self.actions.is_empty() || self.actions.iter().any(|word| word == action)
    }

    /// The reason why the hook cannot be allowed so. None if it can.
    pub(super) fn fault(&self) -> Option<String> {
        if !self.program.is_absolute() {
            return Some("the path of its program does not begin at the root".to_owned());
        }
        let ending = self.program.extension().and_then(|ending| ending.to_str());
        if ending.is_some_and(|ending| {
            ["bat", "cmd"]
                .iter()
                .any(|e| ending.eq_ignore_ascii_case(e))
        }) {
            return Some("its program is a batch file, which a shell would run".to_owned());
        }
        if !(1..=MOST_SECONDS).contains(&self.seconds) {
            return Some(format!("its seconds are not 1 to {MOST_SECONDS}"));
        }
        let changes = |word: &String| {
            let action = BatchAction::of_word(word);
            action.is_undoable() || action.changes_pins()
        };
        let unknown = self.actions.iter().find(|word| !changes(word))?;
        Some(format!(
            "there is no action {unknown} that changes something"
        ))
    }
}
