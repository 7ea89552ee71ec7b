//! The files of an open store, to notice that somebody moved, deleted or replaced one of them.
//!
//! SQLite goes on with a file that has no name any more, and its changes are lost with that file
//! (<https://www.sqlite.org/howtocorrupt.html>, "Unlinking or renaming a database file while in
//! use").

use std::fs;
use std::path::{Path, PathBuf};

/// The ends of the names of a store's files: the database, its log, and the index of the log that
/// programs share.
pub(in crate::store) const ENDS: [&str; 3] = ["", "-wal", "-shm"];

/// The device and the inode of a file.
type FileId = (u64, u64);

/// The path of a file beside the store, whose name has another end.
pub(in crate::store) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// The files that a connection has open.
///
/// On Windows an open file can be neither deleted nor moved, so only missing files are noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct OpenFiles {
    path: PathBuf,
    /// The path without links. The log lies beside this one.
    real: PathBuf,
    ids: [Option<FileId>; ENDS.len()],
}

impl OpenFiles {
    /// The files that are at the path now. Call it after the connection has read, since SQLite
    /// makes the log with the first read. None if there is no such file.
    pub fn at(path: &Path) -> Option<Self> {
        let real = fs::canonicalize(path).ok()?;
        Some(Self {
            path: path.to_owned(),
            ids: ids(&real),
            real,
        })
    }

    /// Whether one of the files was moved, deleted or replaced. A log that was not there at first
    /// may have come since.
    pub fn have_moved(&self) -> bool {
        let leads_there = fs::canonicalize(&self.path).is_ok_and(|real| real == self.real);
        let is_other =
            |(then, now): (&Option<FileId>, Option<FileId>)| then.is_some() && *then != now;
        !leads_there || self.ids.iter().zip(ids(&self.real)).any(is_other)
    }
}

fn ids(path: &Path) -> [Option<FileId>; ENDS.len()] {
    ENDS.map(|end| file_id(&beside(path, end)))
}

#[cfg(unix)]
fn file_id(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn file_id(path: &Path) -> Option<FileId> {
    fs::metadata(path).ok().map(|_| (0, 0))
}
