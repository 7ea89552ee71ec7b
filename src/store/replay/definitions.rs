//! The tables, indexes, triggers and views of a store against those that PinDesk makes.

use std::sync::LazyLock;

use super::upgrade::fill;
use crate::store::engine::sqlite;
use crate::store::engine::sqlite::schema_version;
use crate::store::engine::{Connection, EngineResult};
use crate::store::schema::definition::{DefinitionKey, Definitions, definitions};
use crate::store::schema::{KNOWN_VERSION, made_by_steps};

/// The definitions of this program's version. They are read from an empty store in memory that the
/// same steps have made.
static KNOWN: LazyLock<Option<Definitions>> = LazyLock::new(|| made(KNOWN_VERSION).ok());

/// Each definition that is missing, changed or not of PinDesk, as a sentence. The store may be one of
/// an older version.
pub(in crate::store) fn differences(connection: &Connection) -> EngineResult<Vec<String>> {
    let version = schema_version(connection)?;
    let older;
    let expected = match &*KNOWN {
        Some(known) if version == KNOWN_VERSION => known,
        _ => {
            older = made(version)?;
            &older
        }
    };
    let found = definitions(connection)?;
    let unknown = found
        .iter()
        .filter_map(|(key, definition)| match expected.get(key) {
            None => Some(format!(
                "The store has {} that PinDesk did not make.",
                with_article(key)
            )),
            Some(known) if known != definition => Some(format!(
                "The {} of the store is not as PinDesk made it.",
                words(key)
            )),
            Some(_) => None,
        });
    let missing = expected
        .keys()
        .filter(|key| !found.contains_key(*key))
        .map(|key| format!("The {} of the store is missing.", words(key)));
    Ok(unknown.chain(missing).collect())
}

fn made(version: i64) -> EngineResult<Definitions> {
    let mut connection = sqlite::open_in_memory()?;
    made_by_steps(&mut connection, version, fill)?;
    definitions(&connection)
}

/// "trigger history_no_update"
fn words((kind, name): &DefinitionKey) -> String {
    format!("{kind} {name}")
}

/// "a trigger x", "an index x"
fn with_article(key: &DefinitionKey) -> String {
    let article = if key.0.starts_with('i') { "an" } else { "a" };
    format!("{article} {}", words(key))
}
