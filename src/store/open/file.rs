//! Opening a file that exists, and bringing its tables up to date.

use std::cell::OnceCell;
use std::path::Path;

use rusqlite::Transaction;

use super::first_rows::first_rows;
use super::foreign_log;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::store::engine::file_ids::OpenFiles;
use crate::store::engine::waiting::Waiting;
use crate::store::engine::{named_values, sqlite};
use crate::store::history::head::note_missing_head;
use crate::store::replay::record_upgrade::record_upgrade;
use crate::store::users::sort_keys::fill_display_sort;
use crate::store::{Result, Store, StoreError, schema};

/// The treatment of a file that has no store in it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Empty {
    /// It is refused: its content may have been lost.
    Refused,
    /// It becomes a new store.
    Filled,
}

impl Store {
    /// Opens an existing file. Errors name it by the path `named`.
    pub(super) fn open_file(
        path: &Path,
        named: &Path,
        empty: Empty,
        operator: &Operator,
        now: Time,
    ) -> Result<Self> {
        let failed = |error: rusqlite::Error| StoreError::from_sqlite(&error, named);
        foreign_log::set_aside(path, named)?;
        let waiting = Waiting::default();
        let mut connection = sqlite::open(path, &waiting).map_err(failed)?;
        if schema::check(&connection, named)? == 0 && empty == Empty::Refused {
            let path = named.to_owned();
            return Err(StoreError::EmptyFile { path });
        }
        if !sqlite::set_up(&connection).map_err(failed)? {
            return Err(StoreError::NoSharedMemory {
                path: named.to_owned(),
            });
        }
        schema::migrate(&mut connection, named, fill, |transaction, found| {
            if found == 0 {
                return first_rows(transaction, named, operator, now);
            }
            note_missing_head(transaction)?;
            Ok(record_upgrade(transaction, operator, now)?)
        })?;
        let id = named_values::text(&connection, named_values::STORE_ID)
            .and_then(|id| id.ok_or(rusqlite::Error::QueryReturnedNoRows))
            .map_err(failed)?;
        Ok(Self {
            connection,
            path: named.to_owned(),
            id,
            files: OpenFiles::at(path),
            waiting,
            damage: OnceCell::new(),
            temporary: None,
        })
    }
}

/// Writes the columns that a step of the schema adds and SQL cannot compute.
fn fill(transaction: &Transaction<'_>, version: i64) -> rusqlite::Result<()> {
    match version {
        6 => fill_display_sort(transaction),
        7 => sqlite::remove_check(transaction, "history", "kind"),
        _ => Ok(()),
    }
}
