//! Looking for damage when a store is opened. SQLite notices damage only where it happens to read,
//! and a page whose header was lost has no rows, so that users would be missing without a message.

use std::path::Path;

use crate::store::engine::sqlite;
use crate::store::engine::sqlite::MOST_FOR_ROWS;
use crate::store::engine::{Connection, EngineResult};
use crate::store::{Result, Store, StoreError};

/// The largest store of which every page is read at opening, in bytes. Reading costs about 2 ms for
/// 1 MiB.
const MOST_FOR_PAGES: u64 = 48 << 20;

/// The tables with one row for each user, and their indexes with as many.
const ONE_FOR_EACH_USER: [(&str, Option<&str>); 7] = [
    ("users", None),
    ("pins", None),
    ("users", Some("users_display")),
    ("users", Some("users_sip")),
    ("users", Some("users_upn")),
    ("users", Some("users_account")),
    ("users", Some("users_dn")),
];

/// How closely a store is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// Every page, row and index.
    Rows,
    /// Every page, and the number of users in each index.
    Pages,
    /// The number of users in each index.
    Counts,
}

impl Depth {
    fn for_size(bytes: u64) -> Self {
        if bytes <= MOST_FOR_ROWS {
            Self::Rows
        } else if bytes <= MOST_FOR_PAGES {
            Self::Pages
        } else {
            Self::Counts
        }
    }
}

impl Store {
    /// Whether opening the store has left rows and indexes that are not compared yet, since it is
    /// large.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn is_checked_in_part(&self) -> Result<bool> {
        // A server checks its own files.
        if self.connection.is_on_server() {
            return Ok(false);
        }
        let bytes = self.read(sqlite::size)?;
        Ok(Depth::for_size(bytes) != Depth::Rows)
    }

    /// Reads every page, row and index of the store at one moment, until `cancelled` says that the
    /// answer is not needed any more. Takes about 10 seconds for a million users.
    ///
    /// # Errors
    /// The store is damaged or could not be read, or the check was cancelled.
    pub fn check_all(&mut self, cancelled: impl FnMut() -> bool + Send + 'static) -> Result<()> {
        let watched = sqlite::ask_meanwhile(&mut self.connection, cancelled);
        watched.map_err(|error| self.error(&error))?;
        let found = self.read(|connection| sqlite::integrity_check(connection, 1));
        match found?.pop() {
            None => Ok(()),
            Some(detail) => Err(StoreError::Damaged {
                detail,
                path: self.path.clone(),
            }),
        }
    }
}

/// Looks for damage, as closely as the size of the store permits.
///
/// # Errors
/// The store is damaged or cannot be read.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<()> {
    let depth = sqlite::size(connection).map(Depth::for_size);
    match depth.and_then(|depth| find(connection, depth)) {
        Ok(None) => Ok(()),
        Ok(Some(detail)) => Err(StoreError::Damaged {
            detail,
            path: path.to_owned(),
        }),
        Err(error) => match StoreError::from_engine(&error, path) {
            // A table of another program may need a function that only that program has.
            StoreError::Other { detail, .. } => {
                log::warn!("the store could not be checked: {detail}");
                Ok(())
            }
            error => Err(error),
        },
    }
}

/// The first thing that is wrong.
fn find(connection: &Connection, depth: Depth) -> EngineResult<Option<String>> {
    let found = match depth {
        Depth::Rows => return Ok(sqlite::integrity_check(connection, 1)?.into_iter().next()),
        Depth::Pages => Some(sqlite::quick_check(connection)?).filter(|found| found != "ok"),
        Depth::Counts => None,
    };
    match found {
        Some(found) => Ok(Some(found)),
        None => different_count(connection),
    }
}

fn different_count(connection: &Connection) -> EngineResult<Option<String>> {
    let mut users = None;
    for (table, index) in ONE_FOR_EACH_USER {
        let count = sqlite::count_rows(connection, table, index)?;
        let users = *users.get_or_insert(count);
        if count != users {
            let name = index.map_or(format!("the table {table}"), |index| {
                format!("the index {index}")
            });
            return Ok(Some(format!(
                "the table users has {users} rows, and {name} {count}"
            )));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::empty_store::empty_store;

    #[test]
    fn large_stores_are_looked_at_less_closely() {
        assert_eq!(Depth::for_size(1 << 20), Depth::Rows);
        assert_eq!(Depth::for_size(MOST_FOR_ROWS + 1), Depth::Pages);
        assert_eq!(Depth::for_size(1 << 30), Depth::Counts);
    }

    #[test]
    fn a_user_who_is_missing_from_an_index_is_found_at_every_depth() {
        let (_folder, store) = empty_store();
        for depth in [Depth::Rows, Depth::Pages, Depth::Counts] {
            assert_eq!(find(&store.connection, depth).unwrap(), None, "{depth:?}");
        }
        // The table gets a row while its index does not know of it.
        store
            .connection
            .execute_batch(
                "PRAGMA foreign_keys = OFF;
                 INSERT INTO pins (user_id, version) VALUES (1, 1)",
            )
            .unwrap();
        for depth in [Depth::Pages, Depth::Counts] {
            let found = find(&store.connection, depth).unwrap();
            let found = found.unwrap_or_default();
            assert!(found.contains("the table pins 1"), "{depth:?}: {found}");
        }
    }
}
