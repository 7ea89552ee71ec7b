//! The changes of imports and settings as lines that people read: what changes, before and after.

use super::import::{ImportRow, ImportVerdict};
use crate::domain::Time;
use crate::domain::pin::PinState;
use crate::domain::user::UserNames;
use crate::time_format::in_sentence;
use crate::zone::Zone;

/// One change in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeLine {
    /// The user or setting that changes.
    pub target: String,
    /// Empty for something new.
    pub before: String,
    /// Empty for something that is removed.
    pub after: String,
}

impl std::fmt::Display for ChangeLine {
    /// "Ken Myer: unlocked → locked, cause unknown"
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            target,
            before,
            after,
        } = self;
        match (before.as_str(), after.as_str()) {
            ("", after) => write!(f, "{target}: new: {after}"),
            (before, "") => write!(f, "{target}: removed, was {before}"),
            (before, after) => write!(f, "{target}: {before} → {after}"),
        }
    }
}

impl ImportRow {
    /// The change of this row in words. None for a row that is left out.
    pub fn change_line(&self, at: Time, zone: Zone) -> Option<ChangeLine> {
        let (target, before, after) = match &self.verdict {
            ImportVerdict::NewUser(names) => (names.display_name.clone(), None, name_words(names)),
            ImportVerdict::ChangedUser { before, after, .. } => (
                format!("{} ({})", before.display_name, before.identity()),
                Some(name_words(before)),
                name_words(after),
            ),
            ImportVerdict::RemovedUser { names, .. } => {
                return Some(ChangeLine {
                    target: names.display_name.clone(),
                    before: names.identity(),
                    after: String::new(),
                });
            }
            ImportVerdict::ChangedPin { before, after, .. } => (
                self.label.clone(),
                Some(state_words(before, at, zone)),
                state_words(after, at, zone),
            ),
            ImportVerdict::Conflict(_) | ImportVerdict::Duplicate { .. } => return None,
        };
        let is_shown = |(position, word): &(usize, &String)| {
            let was = before.as_ref().and_then(|before| before.get(*position));
            !word.is_empty() && was != Some(*word)
        };
        let words = after.iter().enumerate().filter(is_shown);
        let (positions, shown): (Vec<usize>, Vec<&str>) = words
            .map(|(position, word)| (position, word.as_str()))
            .unzip();
        let were = before.map_or_else(Vec::new, |before| {
            let were = positions
                .iter()
                .filter_map(|position| before.get(*position));
            were.cloned().collect()
        });
        Some(ChangeLine {
            target,
            before: were.join(", "),
            after: shown.join(", "),
        })
    }
}

/// The names of a user, each with what it is. A missing name says so, so that its loss is seen.
fn name_words(names: &UserNames) -> Vec<String> {
    let text = |name: &Option<String>| name.as_deref().unwrap_or("none").to_owned();
    let account = names.account.as_ref().map(ToString::to_string);
    vec![
        format!("display name {}", names.display_name),
        format!("SIP address {}", text(&names.sip)),
        format!("UPN {}", text(&names.upn)),
        format!("account {}", text(&account)),
        format!("distinguished name {}", text(&names.dn)),
        format!("GUID {}", text(&names.guid)),
        format!("LineURI {}", text(&names.line_uri)),
        format!("site {}", text(&names.site)),
    ]
}

fn state_words(state: &PinState, at: Time, zone: Zone) -> Vec<String> {
    let when = |time: Option<Time>| {
        time.map_or_else(|| "never".to_owned(), |time| in_sentence(time, zone))
    };
    vec![
        state.status(at).describe().to_owned(),
        format!("last change {}", when(state.last_change)),
        format!("expires {}", when(state.expires)),
        format!(
            "{} failures in a row, {} in all",
            state.failures.local, state.failures.global
        ),
        state.inactivity.map_or_else(String::new, |inactivity| {
            format!(
                "last used {}, locked after {} days without use",
                in_sentence(inactivity.last_use, zone),
                inactivity.days
            )
        }),
    ]
}
