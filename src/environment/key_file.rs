//! Files with keys: for a service account, and for bringing a key to another machine. A file has one
//! key a line, in clear, so it must be for its owner alone.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use zeroize::Zeroizing;

use crate::domain::pin_key::PinKey;
use crate::io_words::cause;
use crate::owner_only::owner_only_part;

/// The largest file that is read, in bytes: some hundred keys.
const MOST_BYTES: u64 = 16 * 1024;

/// Lines that begin so are comments.
const COMMENT: char = '#';

const FIRST_LINE: &str = "# Keys of PinDesk. Everybody who has them and a copy of the store can try all PINs. Keep them secret.\n";

/// Reads the keys of a file.
///
/// # Errors
/// There is no such file, others can read it, or it contains something else. The text never repeats
/// its content.
pub(super) fn read(path: &Path) -> Result<Vec<PinKey>, String> {
    let failed = |error: &io::Error| unreadable(path, &cause(error));
    let file = File::open(path).map_err(|error| failed(&error))?;
    check_private(&file, path)?;
    // The whole capacity is reserved at once, because a growing string leaves copies in memory.
    let mut text = Zeroizing::new(String::with_capacity(MOST_BYTES as usize));
    let read = file.take(MOST_BYTES).read_to_string(&mut text);
    read.map_err(|error| failed(&error))?;
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with(COMMENT))
        .map(|line| PinKey::parse(line).ok_or_else(|| unreadable(path, "it is no file of keys")))
        .collect()
}

/// Checks that a key can be added to a file, or that the file can be made.
///
/// # Errors
/// The file is there and cannot be used, or its folder is missing.
pub(super) fn check(path: &Path) -> Result<(), String> {
    if path.exists() {
        return read(path).map(drop);
    }
    let folder = std::fs::metadata(folder_of(path));
    match folder.map_err(|error| unwritable(path, &error))? {
        folder if folder.is_dir() => Ok(()),
        _ => Err(unwritable(path, &io::ErrorKind::NotADirectory.into())),
    }
}

/// Adds a key to a file, or makes the file. The old content stays until the new one is on disk.
///
/// # Errors
/// The file is there and cannot be used, or it cannot be written.
pub(super) fn add(path: &Path, key: &PinKey) -> Result<(), String> {
    let mut keys = if path.exists() {
        read(path)?
    } else {
        Vec::new()
    };
    if !keys.contains(key) {
        keys.push(key.clone());
        let unfinished = unfinished(path, &keys)?;
        unfinished
            .persist(path)
            .map_err(|error| unwritable(path, &error.error))?;
        sync_folder(path).map_err(|error| unwritable(path, &error))?;
    }
    Ok(())
}

/// Writes keys into a new file. A file that is there stays as it is.
///
/// # Errors
/// There is a file already, or it cannot be written.
pub(super) fn write_new(path: &Path, keys: &[PinKey]) -> Result<(), String> {
    let unfinished = unfinished(path, keys)?;
    unfinished
        .persist_noclobber(path)
        .map_err(|error| unwritable(path, &error.error))?;
    sync_folder(path).map_err(|error| unwritable(path, &error))
}

/// A temporary file beside the one to write, for its owner alone, with all of its content on disk.
fn unfinished(path: &Path, keys: &[PinKey]) -> Result<tempfile::NamedTempFile, String> {
    let failed = |error: io::Error| unwritable(path, &error);
    let mut file = owner_only_part(folder_of(path), ".pindesk-key-", "").map_err(failed)?;
    file.write_all(FIRST_LINE.as_bytes()).map_err(failed)?;
    for key in keys {
        let text = key.to_text();
        file.write_all(text.as_bytes()).map_err(failed)?;
        file.write_all(b"\n").map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    Ok(file)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Brings the name of a new file to disk, so that it is there after a power cut.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder_of(path))?.sync_all()
}

/// On Windows the file system keeps names by itself.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> io::Result<()> {
    Ok(())
}

/// Refuses what is no plain file, and a file that other accounts can read or write.
fn check_private(file: &File, path: &Path) -> Result<(), String> {
    let metadata = file
        .metadata()
        .map_err(|error| unreadable(path, &cause(&error)))?;
    if !metadata.is_file() {
        return Err(unreadable(path, "it is no plain file"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(unreadable(
                path,
                "other accounts can use it too. Take that right from them with chmod 600, and replace the key if \
                 somebody may have read it",
            ));
        }
    }
    Ok(())
}

fn unreadable(path: &Path, why: &str) -> String {
    format!("the key file {} is not used: {why}", path.display())
}

fn unwritable(path: &Path, error: &io::Error) -> String {
    let path = path.display();
    if error.kind() == io::ErrorKind::AlreadyExists {
        return format!("there is a file already, which stays as it is: {path}");
    }
    format!("the key file {path} cannot be written: {}", cause(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(nth: u8) -> PinKey {
        PinKey::of([nth; 32])
    }

    #[test]
    fn a_file_keeps_all_keys_that_are_added() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pins.key");
        for nth in [1, 2, 2] {
            add(&path, &key(nth)).unwrap();
        }
        assert_eq!(read(&path).unwrap(), [key(1), key(2)]);
        let there = write_new(&path, &[key(3)]).unwrap_err();
        assert!(there.contains("there is a file already"), "{there}");
        assert_eq!(read(&path).unwrap(), [key(1), key(2)]);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn another_file_is_neither_used_nor_quoted_nor_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        add(&path, &key(1)).unwrap();
        let text = "my secret notes";
        std::fs::write(&path, text).unwrap();
        for refused in [read(&path).map(drop), add(&path, &key(1))] {
            let refused = refused.unwrap_err();
            assert!(refused.contains("no file of keys") && !refused.contains(text));
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        assert!(read(folder.path()).is_err());
        assert!(check(&path).is_err() && check(&path.join("pins.key")).is_err());
        assert_eq!(check(&folder.path().join("new.key")), Ok(()));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_use_is_refused() {
        use std::fs::{Permissions, set_permissions};
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pins.key");
        add(&path, &key(1)).unwrap();
        for mode in [0o640, 0o604, 0o620, 0o602] {
            set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            let refused = read(&path).unwrap_err();
            assert!(refused.contains("other accounts"), "{mode:o}: {refused}");
            assert_eq!(check(&path), Err(refused));
        }
        set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        assert_eq!(check(&path), Ok(()));
        assert_eq!(read(&path).unwrap(), [key(1)]);
    }
}
