//! The tables of the store, and the numbered steps from an older version to a newer one.
//!
//! Each step is an SQL file with its number, in a folder for each engine, and both engines count the
//! same versions. A released step never changes; a new version adds the next one. Servers begin with
//! version 11, whose files make all tables. This room uses `engine` only.

pub(in crate::store) mod definition;
mod set_up;

pub(in crate::store) use set_up::SetUpSql;

use std::path::Path;

use crate::store::engine::catalog::{
    EngineKind, make_room, schema_version, set_store_mark, store_mark,
};
use crate::store::engine::transaction::{WriteError, begin_read, begin_write};
use crate::store::engine::{Connection, EngineError, EngineResult, Transaction};
use crate::store::{Result, StoreError};

/// The steps in their order. The first leads to version 1.
const STEPS: [&str; KNOWN_VERSION as usize] = [
    include_str!("sqlite/v1.sql"),
    include_str!("sqlite/v2.sql"),
    include_str!("sqlite/v3.sql"),
    include_str!("sqlite/v4.sql"),
    include_str!("sqlite/v5.sql"),
    include_str!("sqlite/v6.sql"),
    include_str!("sqlite/v7.sql"),
    include_str!("sqlite/v8.sql"),
    include_str!("sqlite/v9.sql"),
    include_str!("sqlite/v10.sql"),
    include_str!("sqlite/v11.sql"),
    include_str!("sqlite/v12.sql"),
    include_str!("sqlite/v13.sql"),
    include_str!("sqlite/v14.sql"),
    include_str!("sqlite/v15.sql"),
];

/// The steps on a server. The first leads to version 11 from none.
const STEPS_ON_SERVER: [&str; 5] = [
    concat!(
        include_str!("postgres/v11.sql"),
        include_str!("postgres/v11_rules.sql"),
        include_str!("postgres/v11_judge.sql"),
        include_str!("postgres/v11_pins.sql"),
        include_str!("postgres/v11_reviews.sql"),
        include_str!("postgres/v11_settings.sql"),
        include_str!("postgres/v11_verdict.sql"),
    ),
    include_str!("postgres/v12.sql"),
    concat!(
        include_str!("postgres/v13.sql"),
        include_str!("postgres/v13_judge.sql"),
    ),
    include_str!("postgres/v14.sql"),
    include_str!("postgres/v15.sql"),
];

/// The steps of an engine, each with the version to which it leads.
fn steps_of(engine: EngineKind) -> impl Iterator<Item = (i64, &'static str)> {
    let steps: &[&str] = match engine {
        EngineKind::Sqlite => &STEPS,
        EngineKind::Postgres => &STEPS_ON_SERVER,
    };
    let first = KNOWN_VERSION - steps.len() as i64 + 1;
    (first..).zip(steps.iter().copied())
}

/// The version of the tables that this program reads and writes.
pub(in crate::store) const KNOWN_VERSION: i64 = 15;

/// The version with which servers began.
#[cfg(test)]
pub(in crate::store) const FIRST_ON_SERVER: i64 = 11;

/// Whether the tables of a store are those of this program.
pub(in crate::store) fn is_current(version: i64) -> bool {
    version == KNOWN_VERSION
}

/// Whether a store has tables of an older program, which have to be brought up to date.
pub(in crate::store) fn is_older(version: i64) -> bool {
    version > 0 && !is_current(version)
}

/// Refuses databases of other programs and of newer versions, before anything is written. Returns
/// the version of the tables, which is 0 if there are none.
pub(in crate::store) fn check(connection: &Connection, path: &Path) -> Result<i64> {
    let failed = |error: EngineError| StoreError::from_engine(&error, path);
    let snapshot = begin_read(connection).map_err(failed)?;
    let mark = store_mark(connection).map_err(failed)?;
    drop(snapshot);
    let path = path.to_owned();
    if !mark.is_ours {
        return Err(StoreError::NotAStore { path });
    }
    if mark.version > KNOWN_VERSION {
        return Err(StoreError::TooNew {
            found: mark.version,
            known: KNOWN_VERSION,
            path,
        });
    }
    Ok(mark.version)
}

/// Brings an older or empty store to this program's version: all steps in one transaction.
///
/// `check` is asked before an older store is changed, since triggers of others would run with the
/// steps. `fill` gets the version after each step, and writes the values that SQL cannot compute. `finish`
/// gets the version that the store had, which is 0 for a new one.
pub(in crate::store) fn migrate(
    connection: &mut Connection,
    path: &Path,
    check: impl FnOnce(&Transaction<'_>) -> std::result::Result<(), WriteError>,
    fill: impl Fn(&Transaction<'_>, i64) -> EngineResult<()>,
    finish: impl FnOnce(&Transaction<'_>, i64) -> std::result::Result<(), WriteError>,
) -> Result<()> {
    let failed = |error: EngineError| StoreError::from_engine(&error, path);
    if schema_version(connection).map_err(failed)? >= KNOWN_VERSION {
        return Ok(());
    }
    let transaction = begin_write(connection).map_err(failed)?;
    steps(&transaction, check, fill, finish).map_err(|error| match error {
        WriteError::Store(error) => error,
        WriteError::Engine(error) => failed(error),
    })?;
    transaction.commit().map_err(failed)
}

/// Makes the tables of this program's version in a schema that is there and empty.
pub(in crate::store) fn make_tables(
    transaction: &Transaction<'_>,
    fill: impl Fn(&Transaction<'_>, i64) -> EngineResult<()>,
) -> EngineResult<()> {
    for (version, sql) in steps_of(transaction.kind()) {
        transaction.execute_batch(sql)?;
        fill(transaction, version)?;
    }
    set_store_mark(transaction, KNOWN_VERSION)
}

/// Makes the tables of a version in an empty database in memory.
pub(in crate::store) fn made_by_steps(
    connection: &mut Connection,
    version: i64,
    fill: impl Fn(&Transaction<'_>, i64) -> EngineResult<()>,
) -> EngineResult<()> {
    let transaction = begin_write(connection)?;
    for (step, sql) in steps_of(transaction.kind()).take_while(|(step, _)| *step <= version) {
        transaction.execute_batch(sql)?;
        fill(&transaction, step)?;
    }
    transaction.commit()
}

fn steps(
    transaction: &Transaction<'_>,
    check: impl FnOnce(&Transaction<'_>) -> std::result::Result<(), WriteError>,
    fill: impl Fn(&Transaction<'_>, i64) -> EngineResult<()>,
    finish: impl FnOnce(&Transaction<'_>, i64) -> std::result::Result<(), WriteError>,
) -> std::result::Result<(), WriteError> {
    // Another program may have migrated the store while this one waited for the write lock.
    let found = schema_version(transaction)?;
    if found >= KNOWN_VERSION {
        return Ok(());
    }
    if found > 0 {
        check(transaction)?;
    }
    if found == 0 {
        make_room(transaction)?;
    }
    for (version, sql) in steps_of(transaction.kind()) {
        if version > found {
            transaction.execute_batch(sql)?;
            fill(transaction, version)?;
        }
    }
    set_store_mark(transaction, KNOWN_VERSION)?;
    finish(transaction, found)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::STEPS_ON_SERVER;

    /// The texts with which functions in this SQL refuse something.
    fn refusals(sql: &str) -> BTreeSet<&str> {
        sql.split("refuse(")
            .skip(1)
            .filter_map(|call| {
                let call = call.strip_prefix("format(").unwrap_or(call);
                call.strip_prefix('\'')?.split('\'').next()
            })
            .collect()
    }

    /// A step replaces functions as a whole, and a part that it forgets is a rule that no longer
    /// holds.
    #[test]
    fn no_later_step_loses_a_refusal_of_a_server() {
        let (mut functions, mut ever) = (BTreeMap::new(), BTreeSet::new());
        for step in STEPS_ON_SERVER {
            for (at, word) in step.match_indices("FUNCTION ") {
                let (before, rest) = (&step[..at], &step[at + word.len()..]);
                let name = rest.split('(').next().unwrap_or_default();
                if before.ends_with("DROP ") {
                    functions.remove(name);
                } else if before.ends_with("CREATE ") || before.ends_with("REPLACE ") {
                    let text = rest.split("\n$$;").next().unwrap_or_default();
                    ever.extend(refusals(text));
                    functions.insert(name, text);
                }
            }
        }
        let held: BTreeSet<&str> = functions.values().flat_map(|text| refusals(text)).collect();
        let lost: Vec<_> = ever.difference(&held).collect();
        assert!(ever.len() > 20, "{ever:?}");
        assert_eq!(lost, [&""; 0]);
    }
}
