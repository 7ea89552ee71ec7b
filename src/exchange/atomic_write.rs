//! Writes files completely or not at all.

use std::fmt::Display;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::error::ReadError;

/// Names that are tried for the temporary file beside the target.
const MOST_PARTS: usize = 100;
const DATABASE: &[u8; 16] = b"SQLite format 3\0";

/// Writes a temporary file beside the target and renames it at the end, so an existing file stays
/// intact until the new one is complete. A link stays, and its target is replaced. The new file
/// gets the permissions of the one that it replaces.
///
/// # Errors
/// The error of `write`, or the target cannot be replaced: it is a folder, a device, read-only or a
/// database.
pub fn write_whole<T>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    replace(path, write).map_err(|error| match error {
        ReadError::Write(detail) => ReadError::Write(format!("{detail}: {}", path.display())),
        error => error,
    })
}

fn replace<T>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let place = fs::canonicalize(path).unwrap_or_else(|_not_there_yet| path.to_owned());
    let earlier = fs::metadata(&place).ok();
    if let Some(why) = earlier
        .as_ref()
        .and_then(|earlier| why_not(&place, earlier))
    {
        return Err(ReadError::Write(why.to_owned()));
    }
    let (part, mut file) = begin_beside(&place).map_err(|error| cannot_write(&error))?;
    if let Some(earlier) = earlier {
        // A file system without permissions has none to keep.
        drop(file.set_permissions(earlier.permissions()));
    }
    let written = write(&mut file).and_then(|outcome| {
        file.sync_all().map_err(|error| cannot_write(&error))?;
        Ok(outcome)
    });
    drop(file);
    let in_place = written.and_then(|outcome| {
        fs::rename(&part, &place).map_err(|error| cannot_write(&error))?;
        Ok(outcome)
    });
    if in_place.is_err() {
        drop(fs::remove_file(&part));
    }
    in_place
}

/// The reason why an existing file must not be replaced.
fn why_not(place: &Path, earlier: &Metadata) -> Option<&'static str> {
    let mut start = [0; DATABASE.len()];
    if earlier.is_dir() {
        Some("it is a folder")
    } else if !earlier.is_file() {
        Some("it is a device, not a file")
    } else if earlier.permissions().readonly() {
        Some("there is a file that is read-only")
    } else if File::open(place)
        .and_then(|mut file| file.read_exact(&mut start))
        .is_ok()
        && start == *DATABASE
    {
        Some("there is a database")
    } else {
        None
    }
}

/// Creates a temporary file beside the target. Existing files stay.
fn begin_beside(place: &Path) -> io::Result<(PathBuf, File)> {
    for number in 0..MOST_PARTS {
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(if number == 0 {
            ".part".to_owned()
        } else {
            format!(".part{number}")
        });
        let part = place.with_file_name(name);
        match OpenOptions::new().write(true).create_new(true).open(&part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|file| (part, file)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// The error of a writer as a [`ReadError`].
pub(super) fn cannot_write(error: &dyn Display) -> ReadError {
    ReadError::Write(error.to_string())
}
