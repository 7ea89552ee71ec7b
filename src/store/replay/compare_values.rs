//! Single values of the store against the history: its ID, the counters, and tables that PinDesk
//! leaves empty.

use super::differences::FoundDifferences;
use super::replayed::Replayed;
use crate::store::engine::catalog::is_largest_id_ever;
use crate::store::engine::named_values::{STORE_ID, text};
use crate::store::engine::{Connection, EngineResult};
use crate::store::history::difference::Area;

pub(super) fn compare_values(
    connection: &Connection,
    replayed: &Replayed,
    found: &mut FoundDifferences,
) -> EngineResult<()> {
    let id = text(connection, STORE_ID)?;
    if replayed.id.is_some() && replayed.id != id {
        found.add(Area::Rules, || {
            "The ID of the store is not the one that the history has.".to_owned()
        });
    }
    compare_counters(connection, replayed, found)?;
    let sql = "SELECT dns FROM domains";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query(&[])?;
    while let Some(row) = rows.next()? {
        let dns: String = row.get(0)?;
        found.add(Area::Rules, || {
            format!("The table of domains has {dns}, which PinDesk did not write.")
        });
    }
    Ok(())
}

fn compare_counters(
    connection: &Connection,
    replayed: &Replayed,
    found: &mut FoundDifferences,
) -> EngineResult<()> {
    let mut statement = connection.prepare("SELECT name, value FROM counters")?;
    let counters: Vec<(String, i64)> = statement
        .query_map(&[], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<EngineResult<_>>()?;
    for (name, expected) in [
        ("version", replayed.version),
        ("names", replayed.names_version),
    ] {
        let value = counters.iter().find(|(known, _)| known == name);
        if let Some(expected) = expected
            && value.map(|(_, value)| *value) != Some(expected)
        {
            found.add(Area::Versions, || {
                format!("The counter {name} is not {expected}, as the history says.")
            });
        }
    }
    if counters.len() != 2 {
        found.add(Area::Versions, || {
            "The store has counters that PinDesk does not know, or too few.".to_owned()
        });
    }
    let removed = replayed.removed.last();
    let is_right = is_largest_id_ever(connection, "users", removed.copied())?;
    if !is_right {
        found.add(Area::Versions, || {
            "The largest ID of a user is not the one that SQLite noted.".to_owned()
        });
    }
    Ok(())
}
