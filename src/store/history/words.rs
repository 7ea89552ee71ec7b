//! What the history says, in words: the same in the window, in reports and on the command line.

use super::batches::BatchSummary;
use crate::domain::pin::PinState;
use crate::plan::words::thousands;
use crate::store::{HistoryEntry, HistoryKind};

/// The actions of batches: the word that the history keeps, and what people read.
pub const ACTIONS: [(&str, &str); 24] = [
    ("lock", "Lock"),
    ("unlock", "Unlock"),
    ("change", "Lock and unlock"),
    ("set-pin", "New PIN"),
    ("authenticate", "PIN tried"),
    ("undo", "Undo"),
    ("import-users", "Import of users"),
    ("import-pins", "Import of PINs"),
    ("create-store", "Store made"),
    ("grant-role", "Role given"),
    ("take-role", "Role taken"),
    ("set-role", "Role defined"),
    ("remove-role", "Role removed"),
    ("submit-plan", "Plan submitted"),
    ("comment-plan", "Comment on a plan"),
    ("approve-plan", "Plan approved"),
    ("reject-plan", "Plan rejected"),
    ("withdraw-plan", "Plan withdrawn"),
    ("set-policy", "PIN policy set"),
    ("remove-policy", "PIN policy removed"),
    ("grant-policy", "PIN policy granted"),
    ("set-approval", "Approval rules set"),
    ("protect-user", "User protected"),
    ("unprotect-user", "User no longer protected"),
];

/// What people read for an action; the word itself where a newer program wrote it.
pub fn action_label(word: &str) -> &str {
    ACTIONS
        .into_iter()
        .find(|(known, _)| *known == word)
        .map_or(word, |(_, label)| label)
}

impl BatchSummary {
    /// "12  Unlock: 340 changed, 2 drifted (undone)"
    pub fn headline(&self) -> String {
        let what = action_label(&self.action);
        let counts = self.counts_in_words();
        let separator = if counts.is_empty() { "" } else { ": " };
        let undone = match self.undone {
            0 => "",
            all if all >= self.changed => " (undone)",
            _some => " (undone in part)",
        };
        format!("{}  {what}{separator}{counts}{undone}", self.id.0)
    }

    /// "340 changed, 2 drifted"; empty where it touched nobody.
    pub fn counts_in_words(&self) -> String {
        let number = |count: u64| thousands(usize::try_from(count).unwrap_or(usize::MAX));
        let counts: Vec<String> = [
            (self.changed, "changed"),
            (self.drifted, "drifted"),
            (self.denied, HistoryKind::Denied.label()),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", number(count)))
        .collect();
        counts.join(", ")
    }
}

impl HistoryEntry {
    /// "Unlocked: locked by system → unlocked"
    pub fn headline(&self) -> String {
        let what = self.what_was_done();
        match self.states() {
            (Some(before), Some(after)) => format!("{what}: {before} → {after}"),
            _ => what.to_owned(),
        }
    }

    /// "Unlocked", "Left alone, since it had changed", "Refused"
    pub fn what_was_done(&self) -> &'static str {
        match (self.kind, self.action.as_str()) {
            (HistoryKind::Drifted, _) => "Left alone, since it had changed",
            (HistoryKind::Denied, _) => "Refused",
            (HistoryKind::Names, _) => "Names imported",
            (HistoryKind::Pin, "lock") => "Locked",
            (HistoryKind::Pin, "unlock") => "Unlocked",
            (HistoryKind::Pin, "set-pin") => "New PIN set",
            (HistoryKind::Pin, "authenticate") => self.what_a_logon_did(),
            // A file that did both: what became of this user says which it was.
            (HistoryKind::Pin, "undo") => "Changed back",
            (HistoryKind::Pin, "change")
                if self
                    .after
                    .as_ref()
                    .is_some_and(|after| after.lock.is_some()) =>
            {
                "Locked"
            }
            (HistoryKind::Pin, "change") => "Unlocked",
            (HistoryKind::Pin, _) => "PIN state imported",
        }
    }

    fn what_a_logon_did(&self) -> &'static str {
        let global =
            |state: &Option<PinState>| state.as_ref().map_or(0, |state| state.failures.global);
        match self.states() {
            (before, after) if before != after => "Locked after failed logons",
            _ if global(&self.after) > global(&self.before) => "Failed logon",
            _ => "Logon",
        }
    }

    /// The states before and after, in words, as they were in force when it happened.
    pub fn states(&self) -> (Option<&'static str>, Option<&'static str>) {
        let words =
            |state: &Option<PinState>| state.as_ref().map(|state| state.status(self.at).describe());
        (words(&self.before), words(&self.after))
    }
}

impl HistoryKind {
    /// What became of a user, in a word: of tables and files.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pin => "changed",
            Self::Names => "names",
            Self::Drifted => "drifted",
            Self::Denied => "denied",
        }
    }
}
