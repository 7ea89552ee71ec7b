//! The colours of states and outcomes on a terminal. Only the sixteen standard colours are used,
//! since the terminal fits them to its background. They correspond to the window's colours, and
//! always colour a word, so that no meaning depends on colour alone.

use anstyle::{AnsiColor, Style};

use crate::domain::pin::LockCause;

/// No colour.
pub(super) const NONE: Style = Style::new();
/// The style of headers.
pub(super) const HEADER: Style = Style::new().bold();
const SYSTEM: Style = AnsiColor::Red.on_default();
const ADMINISTRATOR: Style = AnsiColor::Magenta.on_default();
const WARNING: Style = AnsiColor::Yellow.on_default();
const GOOD: Style = AnsiColor::Green.on_default();
const CHANGE: Style = AnsiColor::Cyan.on_default();
const NEUTRAL: Style = Style::new().dimmed();

/// The style of a cell by its text: a cause of a lock, a state, an outcome or the status of a plan.
pub(super) fn of(word: &str) -> Style {
    match word.parse().ok() {
        Some(LockCause::System) => SYSTEM,
        Some(LockCause::Administrator) => ADMINISTRATOR,
        Some(LockCause::Temporary | LockCause::Inactivity) => WARNING,
        Some(LockCause::Unknown) => NEUTRAL,
        None => match word {
            "locked by system" | "refused" | "rejected" | "denied" => SYSTEM,
            "locked by administrator" => ADMINISTRATOR,
            "locked temporarily" | "locked, not used" | "drifted" | "waiting" => WARNING,
            "unlocked" | "no change needed" | "applied" => GOOD,
            "approved" | "changed" => CHANGE,
            "locked, cause unknown" | "no PIN set" | "skipped" | "withdrawn" => NEUTRAL,
            _ => NONE,
        },
    }
}
