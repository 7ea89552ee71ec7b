//! Looking into a backup without changing it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::file::Empty;
use super::soundness;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::store::engine::file_ids::beside;
use crate::store::engine::location::cannot_open;
use crate::store::engine::sqlite;
use crate::store::engine::sqlite::is_without_log;
use crate::store::engine::waiting::Waiting;
use crate::store::{Result, Store, StoreError, schema};

/// Whether a file is a backup: it has no log of its own, and no change that was interrupted. A
/// store that was opened once has a log.
pub(super) fn is_copy(path: &Path) -> bool {
    is_without_log(path) && !beside(path, "-journal").exists()
}

/// Opens a backup. One that an older program made is opened as a private copy, since its tables
/// have to be brought up to date.
pub(super) fn open(path: &Path, operator: &Operator, now: Time) -> Result<Store> {
    let failed = |error: rusqlite::Error| StoreError::from_sqlite(&error, path);
    let connection = sqlite::open_immutable(path).map_err(failed)?;
    match schema::check(&connection, path)? {
        0 => {
            let path = path.to_owned();
            return Err(StoreError::EmptyFile { path });
        }
        version if !schema::is_current(version) => return open_older(path, operator, now),
        _ => {}
    }
    sqlite::set_up(&connection).map_err(failed)?;
    soundness::check(&connection, path)?;
    Store::to_read(connection, path, Waiting::default()).map_err(failed)
}

fn open_older(path: &Path, operator: &Operator, now: Time) -> Result<Store> {
    let failed = |error: std::io::Error| cannot_open(path, &error);
    // Only the owner can read the folder.
    let folder = tempfile::tempdir().map_err(failed)?;
    let file = folder.path().join("copy.db");
    fs::copy(path, &file).map_err(failed)?;
    let mut store = Store::open_file(&file, path, Empty::Refused, operator, now)?;
    store.files = None;
    store.temporary = Some(Arc::new(folder));
    Ok(store)
}
