//! Files and folders that only their owner can read.

use std::fs;
use std::io;
use std::path::Path;

/// Makes a folder and its missing parents. Only the owner can enter them.
///
/// # Errors
/// The operating system does not allow it.
#[cfg(unix)]
pub fn owner_only_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// Makes an empty file that only the owner can read and write. A file that is there already is an
/// error.
#[cfg(unix)]
pub(in crate::store) fn owner_only_file(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map(drop)
}

/// Brings the names of a folder to disk, so that a new or renamed file has its name also after a
/// power cut.
#[cfg(unix)]
pub(in crate::store) fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// On Windows the file system keeps names by itself (NTFS logs them).
#[cfg(not(unix))]
pub(in crate::store) fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a folder and its missing parents. On Windows the data folder belongs to its user already,
/// and new folders inherit its permissions.
///
/// # Errors
/// The operating system does not allow it.
#[cfg(not(unix))]
pub fn owner_only_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Makes an empty file. On Windows it inherits the permissions of its folder.
#[cfg(not(unix))]
pub(in crate::store) fn owner_only_file(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map(drop)
}
