//! The texts of a row of the grid.

use crate::app::GridColumn;
use crate::directory::{NameForm, Position, View};
use crate::domain::pin::{Expiry, LockCause, PinStatus};
use crate::domain::text::shown;
use crate::time_format::{date, relative};
use crate::zone::Zone;

/// The lock column's words. Each row of a locked PIN says so.
pub fn lock_label(status: &PinStatus) -> &'static str {
    match (status.locked, status.is_set) {
        (Some(LockCause::Administrator), _) => "Locked by administrator",
        (Some(LockCause::System), _) => "Locked by system",
        (Some(LockCause::Temporary), _) => "Locked temporarily",
        (Some(LockCause::Unknown), _) => "Locked, cause unknown",
        (Some(LockCause::Inactivity), _) => "Locked, not used",
        (None, true) => "Unlocked",
        (None, false) => "No PIN",
    }
}

/// The sentence that a screen reader reads for a row of the grid. `more` are the texts of further
/// columns.
pub fn row_sentence(
    view: &View,
    position: Position,
    row: usize,
    more: &[(GridColumn, String)],
    zone: Zone,
) -> String {
    let (directory, now) = (&view.directory, view.now);
    let names = directory.names();
    let name = names.get(position, NameForm::DisplayName);
    let account = [NameForm::Account, NameForm::Sip, NameForm::Upn]
        .map(|form| names.get(position, form))
        .into_iter()
        .find(|name| !name.is_empty());
    let mut text = format!(
        "{}, {}",
        shown(&name),
        shown(account.as_deref().unwrap_or("no account"))
    );
    if let Some(pin) = directory.pin(position) {
        let status = pin.status(now);
        text.push_str(", ");
        text.push_str(status.describe());
        if status.locked.is_some() {
            if let Some(by) = pin.locked_by(now) {
                text.push_str(&format!(" {by}"));
            }
            if let Some(since) = pin.locked_since(now) {
                text.push_str(&format!(" since {}", date(since, zone)));
            }
        }
        match status.expiry {
            Expiry::NoPin => {}
            Expiry::Never => text.push_str(", never expires"),
            Expiry::At(at) => text.push_str(&format!(
                ", expires {} {}",
                date(at, zone),
                relative(at, now, zone)
            )),
            Expiry::Expired(at) => text.push_str(&format!(
                ", expired {} {}",
                date(at, zone),
                relative(at, now, zone)
            )),
        }
    }
    for (column, cell) in more {
        text.push_str(&format!(", {}: {}", column.label(), shown(cell)));
    }
    text.push_str(&format!(", row {} of {}.", row + 1, view.len()));
    text
}
