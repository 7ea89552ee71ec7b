//! The tables, indexes, triggers and views of a store against those that PinDesk makes.

use std::sync::LazyLock;

use super::upgrade::fill;
use crate::store::engine::catalog::schema_version;
use crate::store::engine::sqlite;
use crate::store::engine::{Connection, EngineResult};
use crate::store::schema::definition::{DefinitionKey, Definitions, definitions, known_on_server};
use crate::store::schema::{KNOWN_VERSION, made_by_steps};

/// The definitions of this program's version. They are read from an empty store in memory that the
/// same steps have made.
static KNOWN: LazyLock<Option<Definitions>> = LazyLock::new(|| made(KNOWN_VERSION).ok());

/// The definitions of this program's version on a server.
static KNOWN_ON_SERVER: LazyLock<Option<Definitions>> =
    LazyLock::new(|| known_on_server(KNOWN_VERSION));

/// Each definition that is missing, changed or not of PinDesk, as a sentence. The store may be one of
/// an older version.
pub(in crate::store) fn differences(connection: &Connection) -> EngineResult<Vec<String>> {
    let version = schema_version(connection)?;
    let older;
    let known = if connection.is_on_server() {
        &*KNOWN_ON_SERVER
    } else {
        &*KNOWN
    };
    let expected = match known {
        Some(known) if version == KNOWN_VERSION => known,
        _ if connection.is_on_server() => {
            older = known_on_server(version).unwrap_or_default();
            &older
        }
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::Time;
    use crate::store::Store;
    use crate::store::empty_store::{ann, server_for_tests};

    /// With `UPDATE_GOLDEN=1` the file is written.
    #[test]
    #[ignore = "needs a server: scripts/check runs it with one"]
    fn the_definitions_of_a_new_store_on_a_server_are_the_known_ones() {
        let address = server_for_tests("definitions");
        let store = Store::open_or_make(&address, &ann(), Time::default()).unwrap();
        let found = definitions(&store.connection).unwrap();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!(
                "src/store/schema/postgres/v{KNOWN_VERSION}.definitions"
            ));
            let line = |((kind, name), (table, sql)): (&DefinitionKey, &(String, String))| {
                format!("{kind}\t{name}\t{table}\t{sql}\n")
            };
            std::fs::write(file, found.iter().map(line).collect::<String>()).unwrap();
            return;
        }
        assert_eq!(Some(found), known_on_server(KNOWN_VERSION));
    }
}
