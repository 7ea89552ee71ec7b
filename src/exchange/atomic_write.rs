//! Writes files completely or not at all.

use std::fs::{self, File, Metadata};
use std::io::{self, Read as _};
use std::path::Path;
use std::time::{Duration, SystemTime};

use tempfile::NamedTempFile;

use super::error::ReadError;
use super::output_file::{OutputFile, Readers};
use super::output_link::LinkedFile;
use crate::io_words::cause;
use crate::owner_only::owner_only_part;

const DATABASE: &[u8; 16] = b"SQLite format 3\0";
/// The beginning and the end of the name of a temporary file. The characters between them are
/// random.
const PART: (&str, &str) = (".pindesk-", ".part");
/// The age from which a temporary file was left behind by a program that was killed. A program that
/// still writes changes the time of its file.
const LEFT_BEHIND: Duration = Duration::from_hours(24);

/// Writes a temporary file beside the target and renames it at the end, so an existing file stays
/// intact until the new one is complete. The new file is for its owner alone, unless others are
/// asked for. A link stays, and its target is replaced; a link that another account could have set
/// is refused.
///
/// # Errors
/// The error of `write`, or the target cannot be replaced: it is a folder, a device, read-only, a
/// database or the link of another account.
pub fn write_whole<'a, T>(
    to: impl Into<OutputFile<'a>>,
    write: impl FnOnce(&mut File) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let to = to.into();
    replace(to, write).map_err(|error| named(error, to.path))
}

/// Checks that a file can be written, as far as that can be known before its content is there.
///
/// # Errors
/// As [`write_whole`], or another program has the file open in a way that does not let it be
/// replaced.
pub fn check_writable<'a>(to: impl Into<OutputFile<'a>>) -> Result<(), ReadError> {
    let to = to.into();
    begin(to)
        .and_then(|_unused| check_replaceable(to.path))
        .map_err(|error| named(error, to.path))
}

fn named(error: ReadError, path: &Path) -> ReadError {
    match error {
        ReadError::Write(detail) => ReadError::Write(format!("{detail}: {}", path.display())),
        error => error,
    }
}

fn replace<T>(
    to: OutputFile<'_>,
    write: impl FnOnce(&mut File) -> Result<T, ReadError>,
) -> Result<T, ReadError> {
    let (target, mut part) = begin(to)?;
    let outcome = write(part.as_file_mut())?;
    part.as_file()
        .sync_all()
        .and_then(|()| part.persist(&target.file).map_err(io::Error::from))
        .and_then(|_file| sync_folder(&target.folder()))
        .map_err(cannot_write)?;
    Ok(outcome)
}

/// Begins a temporary file beside the file to write.
fn begin(to: OutputFile<'_>) -> Result<(LinkedFile, NamedTempFile), ReadError> {
    let earlier = fs::metadata(to.path).ok();
    if let Some(why) = earlier
        .as_ref()
        .and_then(|earlier| obstacle(to.path, earlier))
    {
        return Err(ReadError::Write(why.to_owned()));
    }
    let target = LinkedFile::of(to.path).map_err(cannot_write)?;
    let folder = target.folder();
    let part = begin_in(&folder, to.readers).map_err(cannot_write)?;
    if let Ok(made) = part.as_file().metadata() {
        if !target.is_trusted_by(&made) {
            return Err(ReadError::Write(
                "there is a link that another account could have set, or that leads to a file of another account. Name \
                 the file itself"
                    .to_owned(),
            ));
        }
        // Leftovers need room, but are in nobody's way.
        drop(remove_left_behind(&folder, &made));
    }
    Ok((target, part))
}

/// A file that a spreadsheet has open can be neither opened to write nor replaced on Windows. On Unix
/// it can be replaced.
fn check_replaceable(path: &Path) -> Result<(), ReadError> {
    let opened = cfg!(windows).then(|| File::options().write(true).open(path));
    match opened {
        Some(Err(error)) if error.kind() != io::ErrorKind::NotFound => Err(cannot_write(error)),
        _ => Ok(()),
    }
}

/// The reason why an existing file must not be replaced.
fn obstacle(place: &Path, earlier: &Metadata) -> Option<&'static str> {
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

/// Creates a temporary file with a random name, which is removed unless it is renamed.
fn begin_in(folder: &Path, readers: Readers) -> io::Result<NamedTempFile> {
    match readers {
        Readers::Owner => owner_only_part(folder, PART.0, PART.1),
        Readers::ByUmask => tempfile::Builder::new()
            .prefix(PART.0)
            .suffix(PART.1)
            .make_in(folder, |path| {
                File::options().write(true).create_new(true).open(path)
            }),
    }
}

/// Removes the temporary files of killed programs of this account. The age of a file is its
/// distance from the file that was made now, so both times are of the same clock.
fn remove_left_behind(folder: &Path, made: &Metadata) -> io::Result<()> {
    let now = made.modified()?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_part = name
            .to_str()
            .is_some_and(|name| name.starts_with(PART.0) && name.ends_with(PART.1));
        if is_part
            && let Ok(found) = entry.metadata()
            && found.is_file()
            && is_same_owner(&found, made)
            && is_left_behind(&found, now)
        {
            drop(fs::remove_file(entry.path()));
        }
    }
    Ok(())
}

fn is_left_behind(found: &Metadata, now: SystemTime) -> bool {
    found
        .modified()
        .ok()
        .and_then(|changed| now.duration_since(changed).ok())
        .is_some_and(|age| age > LEFT_BEHIND)
}

#[cfg(unix)]
fn is_same_owner(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    one.uid() == other.uid()
}

/// On Windows the folder decides who may remove its files.
#[cfg(windows)]
fn is_same_owner(_one: &Metadata, _other: &Metadata) -> bool {
    true
}

/// Makes the new name durable: a rename is on disk only when its folder is.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    // A folder that cannot be read, and a file system that knows no such thing, are no errors.
    let Ok(opened) = File::open(folder) else {
        return Ok(());
    };
    match opened.sync_all() {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

/// On Windows a folder cannot be opened as a file.
#[cfg(windows)]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// The error of a writer as a [`ReadError`].
pub(super) fn cannot_write(error: impl Into<io::Error>) -> ReadError {
    ReadError::Write(cause(&error.into()))
}
