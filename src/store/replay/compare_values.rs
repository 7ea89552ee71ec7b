//! Single values of the store against the history: its ID, the counters, and tables that PinDesk
//! leaves empty.

use rusqlite::Connection;

use super::differences::FoundDifferences;
use super::replayed::Replayed;
use crate::store::engine::named_values::{STORE_ID, text};
use crate::store::history::difference::Area;

pub(super) fn compare_values(
    connection: &Connection,
    replayed: &Replayed,
    found: &mut FoundDifferences,
) -> rusqlite::Result<()> {
    let id = text(connection, STORE_ID)?;
    if replayed.id.is_some() && replayed.id != id {
        found.add(Area::Rules, || {
            "The ID of the store is not the one that the history has.".to_owned()
        });
    }
    compare_counters(connection, replayed, found)?;
    let sql = "SELECT dns FROM domains";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
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
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("SELECT name, value FROM counters")?;
    let counters: Vec<(String, i64)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
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
    // SQLite itself keeps the largest ID here, since the column is AUTOINCREMENT
    // (https://www.sqlite.org/autoinc.html).
    // Attempts to log on are rows for a moment only, so that their largest ID cannot be compared.
    let removed = replayed.removed.last();
    let sql = "SELECT count(*) = (SELECT largest IS NOT NULL FROM ids)
            AND coalesce(min(name IS 'users' AND seq IS (SELECT largest FROM ids)), 1)
        FROM sqlite_sequence WHERE name IS NOT 'logon_attempts'";
    let sql = format!(
        "WITH ids AS (SELECT max(id) AS largest FROM (SELECT max(id) AS id FROM users UNION ALL SELECT ?1)) {sql}"
    );
    let is_right: bool = connection.query_row(&sql, [removed], |row| row.get(0))?;
    if !is_right {
        found.add(Area::Versions, || {
            "The largest ID of a user is not the one that SQLite noted.".to_owned()
        });
    }
    Ok(())
}
