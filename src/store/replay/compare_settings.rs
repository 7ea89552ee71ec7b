//! Roles, grants, rules, policies and protection against the history.

use super::differences::FoundDifferences;
use super::replayed::Replayed;
use super::setting_words::{area, sentence};
use crate::store::engine::{Connection, EngineResult};
use crate::store::history::settings::Settings;

/// Compares all settings, if the history has recorded them.
pub(super) fn compare_settings(
    connection: &Connection,
    replayed: &Replayed,
    found: &mut FoundDifferences,
) -> EngineResult<()> {
    let Some(history) = &replayed.settings else {
        return Ok(());
    };
    let store = Settings::read(connection)?;
    for change in history.changes(&store) {
        found.add(area(change), || sentence(change, "the store"));
    }
    Ok(())
}
