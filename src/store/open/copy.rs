//! Looking into a backup or an older store without changing it.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::file::Empty;
use super::opener::Opener;
use super::soundness;
use crate::store::engine::EngineError;
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
pub(super) fn open(path: &Path, opener: &Opener<'_>) -> Result<Store> {
    let failed = |error: EngineError| StoreError::from_engine(&error, path);
    let connection = sqlite::open_immutable(path).map_err(failed)?;
    match schema::check(&connection, path)? {
        0 => {
            let path = path.to_owned();
            return Err(StoreError::EmptyFile { path });
        }
        version if schema::is_older(version) => {
            return open_private(path, opener, |copy| {
                fs::copy(path, copy).map_err(|error| cannot_open(path, &error))?;
                Ok(())
            });
        }
        _ => {}
    }
    sqlite::set_up(&connection, &Waiting::default()).map_err(failed)?;
    soundness::check(&connection, path)?;
    let mut store = Store::to_read(connection, path, Waiting::default()).map_err(failed)?;
    store.set_witness(opener.witness.clone());
    Ok(store)
}

/// Whether a file is a store that an older program made.
pub(super) fn is_older_store(path: &Path, opener: &Opener<'_>) -> Result<bool> {
    let failed = |error: EngineError| StoreError::from_engine(&error, path);
    let waiting = Waiting::asking(opener.waiter.clone());
    let connection = sqlite::open_for_one_pass(path, &waiting).map_err(failed)?;
    let version = schema::check(&connection, path)?;
    Ok(schema::is_older(version))
}

/// Opens a private copy of an older store that others may have open, and brings that up to date.
pub(super) fn open_older_store(path: &Path, opener: &Opener<'_>) -> Result<Store> {
    let failed = |error: EngineError| StoreError::from_engine(&error, path);
    open_private(path, opener, |copy| {
        let name = copy.to_str().ok_or_else(|| StoreError::CannotOpen {
            detail: "the folder for temporary files has a name that is not Unicode".to_owned(),
            path: path.to_owned(),
        })?;
        let waiting = Waiting::asking(opener.waiter.clone());
        let connection = sqlite::open_for_one_pass(path, &waiting).map_err(failed)?;
        sqlite::copy_into(&connection, name).map_err(failed)
    })
}

/// Opens a copy that `make` puts into a folder that only the owner can read, and that goes with the
/// store.
fn open_private(
    path: &Path,
    opener: &Opener<'_>,
    make: impl FnOnce(&Path) -> Result<()>,
) -> Result<Store> {
    let folder: TempDir = tempfile::tempdir().map_err(|error| cannot_open(path, &error))?;
    let file = folder.path().join("copy.db");
    make(&file)?;
    let mut store = Store::open_file(&file, path, Empty::Refused, opener)?;
    store.files = None;
    store.temporary = Some(Arc::new(folder));
    Ok(store)
}
