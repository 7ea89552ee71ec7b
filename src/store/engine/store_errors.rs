//! Errors of the engine as errors of the store, in plain words.

use std::io::{self, Write as _};
use std::path::Path;

use super::error::{EngineError, ErrorKind};
use super::location::is_on_read_only_disk;
use crate::store::StoreError;

/// The size of the index of the log, which has to fit on the disk even for reading, in bytes
/// (<https://www.sqlite.org/walformat.html>, "The WAL-Index File Format").
const LOG_INDEX_SIZE: usize = 32 * 1024;

impl StoreError {
    /// An error of the engine as one of the store.
    pub(in crate::store) fn from_engine(error: &EngineError, path: &Path) -> Self {
        let owned = path.to_owned();
        let detail = error.detail().to_owned();
        match error.kind() {
            ErrorKind::NotADatabase => Self::NotADatabase { path: owned },
            // Every statement of the program fits the tables of a sound store.
            ErrorKind::Damaged | ErrorKind::Schema | ErrorKind::Unreadable => Self::Damaged {
                detail,
                path: owned,
            },
            ErrorKind::Moved => Self::Moved { path: owned },
            ErrorKind::ReadOnly if is_on_read_only_disk(path) => Self::ReadOnlyDisk { path: owned },
            ErrorKind::ReadOnly => Self::ReadOnly { path: owned },
            ErrorKind::Busy => Self::Busy { path: owned },
            ErrorKind::DiskFull => Self::DiskFull { path: owned },
            // The index of the log is the one file that SQLite makes larger without saying whether
            // the disk was full.
            ErrorKind::SharedMemory if has_no_room(path) => Self::DiskFull { path: owned },
            ErrorKind::SharedMemory => Self::DiskFailed {
                during: "sharing the log between programs",
                path: owned,
            },
            ErrorKind::DiskFailed { during } => Self::DiskFailed {
                during,
                path: owned,
            },
            ErrorKind::CannotOpen => cannot_open(detail, path),
            ErrorKind::Interrupted => Self::Cancelled,
            ErrorKind::OutOfMemory => Self::OutOfMemory { path: owned },
            ErrorKind::NotConnected => Self::NotConnected {
                detail,
                path: owned,
            },
            ErrorKind::NoPassword => Self::PasswordWanted { path: owned },
            ErrorKind::WrongPassword => Self::PasswordRefused { path: owned },
            ErrorKind::ConnectionLost => Self::ConnectionLost { path: owned },
            ErrorKind::OutcomeUnknown => Self::OutcomeUnknown { path: owned },
            ErrorKind::DeniedByServer => Self::DeniedByServer {
                detail,
                path: owned,
            },
            ErrorKind::OnlyInFile => Self::OnlyInFile { path: owned },
            ErrorKind::Other => Self::Other {
                detail,
                path: owned,
            },
        }
    }
}

/// Whether the folder of the store has no room for the index of the log.
fn has_no_room(path: &Path) -> bool {
    let Some(folder) = path.parent() else {
        return false;
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let written = tempfile::tempfile_in(folder).and_then(|mut file| {
        file.write_all(&vec![0; LOG_INDEX_SIZE])?;
        file.sync_all()
    });
    written.is_err_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        )
    })
}

fn cannot_open(detail: String, path: &Path) -> StoreError {
    let path = path.to_owned();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if folder.is_some_and(|folder| folder.try_exists().is_ok_and(|exists| !exists)) {
        StoreError::FolderGone { path }
    } else if path.try_exists().is_ok_and(|exists| !exists) {
        StoreError::NoStore { path }
    } else {
        StoreError::CannotOpen { detail, path }
    }
}
