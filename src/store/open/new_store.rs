//! Making a new store.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::file::Empty;
use super::opener::Opener;
use crate::owner_only::{owner_only_file, owner_only_folder};
use crate::store::engine::files;
use crate::store::engine::location::cannot_open;
use crate::store::{Result, Store};

/// The beginning of the name of the folder in which a new store is made.
const UNFINISHED: &str = ".pindesk-new-";

/// Makes a new store at a path that is free. It gets its name when it is complete, so that a program
/// that ends early leaves no empty store. If another program is faster, the store is that one's.
pub(super) fn make(path: &Path, opener: &Opener<'_>) -> Result<()> {
    let failed = |error: io::Error| cannot_open(path, &error);
    let folder = files::folder_of(path);
    if !folder.exists() {
        owner_only_folder(folder).map_err(failed)?;
    }
    files::remove_stale(folder, UNFINISHED);
    let unfinished = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempdir_in(folder)
        .map_err(failed)?;
    // A folder of its own, since a temporary one inherits the access list of its folder on Windows.
    let own = unfinished.path().join("store");
    owner_only_folder(&own).map_err(failed)?;
    let file = own.join("new.db");
    drop(owner_only_file(&file).map_err(failed)?);
    // Closing the store brings its log into the file.
    drop(Store::open_file(&file, path, Empty::Filled, opener)?);
    File::options()
        .write(true)
        .open(&file)
        .and_then(|file| file.sync_all())
        .map_err(failed)?;
    match fs::hard_link(&file, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        // Some file systems of removable disks have no links.
        Err(_no_links) if !path.exists() => fs::rename(&file, path),
        linked => linked,
    }
    .and_then(|()| files::sync_folder(folder))
    .map_err(failed)
}
