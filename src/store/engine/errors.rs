//! Errors of SQLite as errors of the store, in plain words (<https://www.sqlite.org/rescode.html>).

use std::io::{self, Write as _};
use std::path::Path;

use rusqlite::{ErrorCode, ffi};

use super::location::is_on_read_only_disk;
use crate::store::StoreError;

/// The size of the index of the log, which has to fit on the disk even for reading, in bytes
/// (walformat.html, "The WAL-Index File Format").
const LOG_INDEX_SIZE: usize = 32 * 1024;

impl StoreError {
    /// An error of SQLite as one of the store.
    pub(in crate::store) fn from_sqlite(error: &rusqlite::Error, path: &Path) -> Self {
        let owned = path.to_owned();
        let detail = detail(error);
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::NotADatabase { path: owned },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged {
                detail,
                path: owned,
            },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                if extended(error) == ffi::SQLITE_READONLY_DBMOVED {
                    Self::Moved { path: owned }
                } else if is_on_read_only_disk(path) {
                    Self::ReadOnlyDisk { path: owned }
                } else {
                    Self::ReadOnly { path: owned }
                }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path: owned },
            Some(ErrorCode::DiskFull) => Self::DiskFull { path: owned },
            Some(ErrorCode::SystemIoFailure) => io_failure(extended(error), path),
            Some(ErrorCode::CannotOpen) => cannot_open(detail, path),
            Some(ErrorCode::OperationInterrupted) => Self::Cancelled,
            Some(ErrorCode::OutOfMemory) => Self::OutOfMemory { path: owned },
            // Every statement of the program fits the tables of a sound store.
            Some(ErrorCode::Unknown) if is_about_the_schema(&detail) => Self::Damaged {
                detail,
                path: owned,
            },
            None if is_unreadable(error) => Self::Damaged {
                detail,
                path: owned,
            },
            _ => Self::Other {
                detail,
                path: owned,
            },
        }
    }
}

fn extended(error: &rusqlite::Error) -> i32 {
    error.sqlite_error().map_or(0, |error| error.extended_code)
}

/// The message of SQLite without the statement that failed.
fn detail(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        error => error.to_string(),
    }
}

fn is_about_the_schema(detail: &str) -> bool {
    ["no such table", "no such column", "has no column"]
        .iter()
        .any(|words| detail.contains(words))
}

/// The disk, a cable or a driver reported an error. The index of the log is the one file that
/// SQLite makes larger without saying whether the disk was full.
fn io_failure(code: i32, path: &Path) -> StoreError {
    let shared = matches!(
        code,
        ffi::SQLITE_IOERR_SHMSIZE
            | ffi::SQLITE_IOERR_SHMOPEN
            | ffi::SQLITE_IOERR_SHMMAP
            | ffi::SQLITE_IOERR_SHMLOCK
    );
    if shared && has_no_room(path) {
        return StoreError::DiskFull {
            path: path.to_owned(),
        };
    }
    let during = match code {
        ffi::SQLITE_IOERR_READ | ffi::SQLITE_IOERR_SHORT_READ => "reading",
        ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE => "writing",
        ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC => "bringing the change to disk",
        ffi::SQLITE_IOERR_LOCK | ffi::SQLITE_IOERR_RDLOCK | ffi::SQLITE_IOERR_UNLOCK => {
            "locking the file"
        }
        _ if shared => "sharing the log between programs",
        _ => "using the file",
    };
    StoreError::DiskFailed {
        during,
        path: path.to_owned(),
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

/// Whether a value was read that the store never writes, or a row is missing that the store always
/// has.
fn is_unreadable(error: &rusqlite::Error) -> bool {
    use rusqlite::Error as E;
    matches!(
        error,
        E::FromSqlConversionFailure(..)
            | E::IntegralValueOutOfRange(..)
            | E::InvalidColumnType(..)
            | E::QueryReturnedNoRows
            | E::SqlInputError { .. }
            | E::Utf8Error(..)
    )
}
