//! Texts of the history, for the window, reports and the command line.

use super::entry::{HistoryEntry, HistoryKind};
use super::summary::BatchSummary;
use crate::domain::pin::PinState;
use crate::plan::words::thousands;
use crate::plan::{Action, BatchAction};

impl BatchSummary {
    /// "12  Unlock: 340 changed, 2 drifted (undone)"
    pub fn headline(&self) -> String {
        let what = self.action.label();
        let counts = self.counts_in_words();
        let separator = if counts.is_empty() { "" } else { ": " };
        let undone = self.undone_in_words();
        let undone = undone.map_or_else(String::new, |undone| format!(" ({undone})"));
        format!("{}  {what}{separator}{counts}{undone}", self.id.0)
    }

    /// "undone", or "undone in part: 3 of 5". None if the batch was not undone.
    pub fn undone_in_words(&self) -> Option<String> {
        let number = |count: u64| thousands(usize::try_from(count).unwrap_or(usize::MAX));
        let (undone, all) = (self.undone, self.undoable);
        match undone {
            0 => None,
            _ if undone == all => Some("undone".to_owned()),
            _ if undone < all => Some(format!(
                "undone in part: {} of {}",
                number(undone),
                number(all)
            )),
            // The whole is not known.
            _ => Some(format!("undone for {}", number(undone))),
        }
    }

    /// "340 changed, 2 drifted"; empty without users.
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
        if let Some(setting) = &self.setting {
            let line = setting.change_line();
            return format!("{what}: {} → {}", line.before, line.after);
        }
        match self.states() {
            (Some(before), Some(after)) if before == after => format!("{what}: {after}"),
            (Some(before), Some(after)) => format!("{what}: {before} → {after}"),
            _ => what.to_owned(),
        }
    }

    /// "Unlocked", "Left alone, since it had changed", "Refused"
    pub fn what_was_done(&self) -> &'static str {
        match (self.kind, &self.action) {
            (HistoryKind::Drifted, _) => "Left alone, since it had changed",
            (HistoryKind::Denied, _) => "Refused",
            (HistoryKind::Names, BatchAction::Undo) => "Names changed back",
            (HistoryKind::Names, _) => "Names imported",
            (HistoryKind::Removed, _) => "Removed, as before the import",
            (HistoryKind::Role, _) => "Role defined or removed",
            (HistoryKind::Grant, _) => "Role given or taken",
            (HistoryKind::Value, _) => "Rule set",
            (HistoryKind::Policy, _) => "PIN policy set or removed",
            (HistoryKind::PolicyGrant, _) => "PIN policy granted or taken",
            (HistoryKind::Protection, _) => "Protection set or removed",
            (HistoryKind::Hash, _) => "Hash of the PIN written",
            (HistoryKind::Logon, _) => "Logon",
            (HistoryKind::Pin, BatchAction::Action(action)) => action.entry_label(),
            (HistoryKind::Pin, BatchAction::Authenticate) => self.what_a_logon_did(),
            (HistoryKind::Pin, BatchAction::Undo) => "Changed back",
            (HistoryKind::Pin, BatchAction::Change) => self.listed_action().entry_label(),
            (HistoryKind::Pin, _) => "PIN state imported",
        }
    }

    /// The action of a row of a list, as the state after it shows.
    fn listed_action(&self) -> Action {
        let is_locked = self
            .after
            .as_ref()
            .is_some_and(|after| after.lock.is_some());
        if is_locked {
            Action::Lock
        } else {
            Action::Unlock
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

    /// The changed PIN state or setting before and after, as texts.
    pub fn before_and_after(&self) -> (Option<String>, Option<String>) {
        if let Some(setting) = &self.setting {
            let line = setting.change_line();
            return (Some(line.before), Some(line.after));
        }
        let (before, after) = self.states();
        (before.map(str::to_owned), after.map(str::to_owned))
    }

    /// The states before and after as texts, as they were in force at that time.
    pub fn states(&self) -> (Option<&'static str>, Option<&'static str>) {
        let words =
            |state: &Option<PinState>| state.as_ref().map(|state| state.status(self.at).describe());
        (words(&self.before), words(&self.after))
    }
}

impl HistoryKind {
    /// The label of a kind, for tables and files.
    pub fn label(self) -> &'static str {
        match self {
            Self::Pin => "changed",
            Self::Value => "rule",
            Self::PolicyGrant => "policy granted",
            Self::Hash => "PIN hash",
            other => other.word(),
        }
    }
}
