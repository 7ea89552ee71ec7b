//! Folders and files for their owner alone.
//!
//! On Unix that is their mode. On Windows it is an access list of this account, the system and
//! administrators, which inherits nothing from the folder above.

#[cfg(unix)]
use std::fs::DirBuilder;
use std::fs::File;
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

/// Makes a folder and its missing parents. Only the owner can enter them.
///
/// # Errors
/// The operating system does not allow it.
#[cfg(unix)]
pub fn owner_only_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Makes an empty file that only the owner can read and write, and opens it. A file that is there
/// already is an error.
///
/// # Errors
/// The operating system does not allow it.
#[cfg(unix)]
pub fn owner_only_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Makes a folder and its missing parents. Only the owner can enter them.
///
/// # Errors
/// The operating system does not allow it.
#[cfg(windows)]
pub fn owner_only_folder(folder: &Path) -> io::Result<()> {
    match crate::win32::create_owner_only_folder(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let parent = folder.parent().filter(|parent| *parent != Path::new(""));
            owner_only_folder(parent.ok_or(error)?)?;
            owner_only_folder(folder)
        }
        Err(_) if folder.is_dir() => Ok(()),
        made => made,
    }
}

/// Makes an empty file that only the owner can read and write, and opens it. A file that is there
/// already is an error.
///
/// # Errors
/// The operating system does not allow it.
#[cfg(windows)]
pub fn owner_only_file(path: &Path) -> io::Result<File> {
    crate::win32::create_owner_only_file(path)
}

/// Makes a file with a name that nobody can guess, for its owner alone, which is removed unless it
/// gets another name.
///
/// # Errors
/// The operating system does not allow it.
pub fn owner_only_part(folder: &Path, beginning: &str, end: &str) -> io::Result<NamedTempFile> {
    tempfile::Builder::new()
        .prefix(beginning)
        .suffix(end)
        .make_in(folder, owner_only_file)
}

/// Gives a file the access list of another one. On Unix its mode is all, so nothing is done.
///
/// # Errors
/// The operating system does not allow it.
#[cfg(windows)]
pub fn copy_access(from: &Path, to: &Path) -> io::Result<()> {
    crate::win32::copy_access(from, to)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_folder_is_made_with_its_parents_and_may_be_there() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("one/two/three");
        owner_only_folder(&folder).unwrap();
        owner_only_folder(&folder).unwrap();
        assert!(folder.is_dir());
        fs::write(around.path().join("file"), "").unwrap();
        assert!(owner_only_folder(&around.path().join("file")).is_err());
        assert!(owner_only_folder(&around.path().join("file/folder")).is_err());
    }

    #[test]
    fn a_file_is_new_or_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new");
        owner_only_file(&path).unwrap();
        let error = owner_only_file(&path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn an_unfinished_file_goes_unless_it_gets_a_name() {
        let folder = tempfile::tempdir().unwrap();
        let count = || fs::read_dir(folder.path()).unwrap().count();
        drop(owner_only_part(folder.path(), ".part-", "-part").unwrap());
        assert_eq!(count(), 0);
        let part = owner_only_part(folder.path(), ".part-", "-part").unwrap();
        let name = part.path().file_name().unwrap().to_str().unwrap();
        assert!(
            name.starts_with(".part-") && name.ends_with("-part"),
            "{name}"
        );
        part.persist(folder.path().join("whole")).unwrap();
        assert_eq!(count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn others_can_use_neither_folder_nor_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("one/two");
        owner_only_folder(&folder).unwrap();
        owner_only_file(&folder.join("file")).unwrap();
        let part = owner_only_part(&folder, ".part-", "").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(folder.parent().unwrap()), 0o700);
        assert_eq!(mode(&folder.join("file")), 0o600);
        assert_eq!(mode(part.path()), 0o600);
    }
}
