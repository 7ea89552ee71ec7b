//! Files and folders that only their owner can read, or those who share the store.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

#[cfg(windows)]
use super::file_ids::{ENDS, beside};
#[cfg(windows)]
use crate::owner_only::copy_access;
#[cfg(unix)]
use crate::owner_only::owner_only_folder;

/// The age of a temporary file from which on no program can be writing it any more.
const STALE: Duration = Duration::from_hours(24);

/// The folder of a file.
pub(in crate::store) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Removes what programs that were killed have left: files and folders whose names begin so and
/// that are a day old. Those of other accounts stay.
pub(in crate::store) fn remove_stale(folder: &Path, beginning: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_ours = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(beginning));
        let age = entry
            .metadata()
            .and_then(|metadata| metadata.modified())
            .ok()
            .and_then(|modified| modified.elapsed().ok());
        if !is_ours || age.is_none_or(|age| age < STALE) {
            continue;
        }
        let path = entry.path();
        drop(if path.is_dir() {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        });
    }
}

/// Makes a folder for the accounts that may use the file `like`: for its owner alone, unless the
/// folder of that file is shared with a group.
#[cfg(unix)]
pub(in crate::store) fn make_like(folder: &Path, like: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    if folder.is_dir() {
        return Ok(());
    }
    owner_only_folder(folder)?;
    let mode = fs::metadata(folder_of(like))?.permissions().mode();
    if mode & 0o020 != 0 {
        // The group and its inheritance, never everybody.
        fs::set_permissions(folder, fs::Permissions::from_mode(mode & 0o2770))?;
    }
    Ok(())
}

/// Lets the group of the file `like` use a new file, if it may use that one.
#[cfg(unix)]
pub(in crate::store) fn share_like(file: &Path, like: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(like)?.permissions().mode();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600 | (mode & 0o060)))
}

/// Makes a folder that inherits its access list from the folder of the store. Each file in it gets
/// the access list of the store.
#[cfg(windows)]
pub(in crate::store) fn make_like(folder: &Path, _like: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Lets the accounts that may use the file `like` use a new file.
#[cfg(windows)]
pub(in crate::store) fn share_like(file: &Path, like: &Path) -> io::Result<()> {
    copy_access(like, file)
}

/// Lets only the accounts that may use a store use its log. SQLite does that itself on Unix; on
/// Windows a log inherits the access list of its folder.
#[cfg(unix)]
pub(in crate::store) fn share_log(_store: &Path) {}

/// Lets only the accounts that may use a store use its log. SQLite does that itself on Unix; on
/// Windows a log inherits the access list of its folder.
#[cfg(windows)]
pub(in crate::store) fn share_log(store: &Path) {
    for end in ENDS.iter().filter(|end| !end.is_empty()) {
        let log = beside(store, end);
        // An account that shares the store may not change the log of another one.
        if log.exists()
            && let Err(error) = copy_access(store, &log)
        {
            log::warn!("{} keeps its access list: {error}", log.display());
        }
    }
}

/// Brings the names of a folder to disk, so that a new or renamed file has its name also after a
/// power cut.
#[cfg(unix)]
pub(in crate::store) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// On Windows the file system keeps names by itself (NTFS logs them).
#[cfg(windows)]
pub(in crate::store) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
