//! Files that are written whole or not at all.

use std::fmt::Display;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::error::ReadError;

/// How many files that others have left beside the place are gone around.
const MOST_PARTS: usize = 100;
const DATABASE: &[u8; 16] = b"SQLite format 3\0";

/// Writes a file beside its place first, so that one that is there already stays whole until the new one is. Behind a
/// link the file that it leads to is replaced. A new file that takes the place of another has its permissions.
///
/// # Errors
/// What the writing answers, or the file cannot be put in its place: it is a folder, a device, read-only or a database.
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
        // Where a disk knows no permissions, there are none to keep.
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

/// Why what is there must not be replaced.
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

/// A new file beside a place; one that somebody has there already stays.
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

/// Why something cannot be written, whatever was writing it.
pub(super) fn cannot_write(error: &dyn Display) -> ReadError {
    ReadError::Write(error.to_string())
}
