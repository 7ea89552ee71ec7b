//! Errors of SQLite as errors of the engine (<https://www.sqlite.org/rescode.html>).

use rusqlite::{ErrorCode, ffi};

use crate::store::engine::error::{EngineError, ErrorKind};

impl From<rusqlite::Error> for EngineError {
    #[cold]
    fn from(error: rusqlite::Error) -> Self {
        let detail = detail(&error);
        let kind = kind(&error, &detail);
        Self::new(kind, detail)
    }
}

fn kind(error: &rusqlite::Error, detail: &str) -> ErrorKind {
    let code = error.sqlite_error().map_or(0, |error| error.extended_code);
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => ErrorKind::NotADatabase,
        Some(ErrorCode::DatabaseCorrupt) => ErrorKind::Damaged,
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            if code == ffi::SQLITE_READONLY_DBMOVED {
                ErrorKind::Moved
            } else {
                ErrorKind::ReadOnly
            }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => ErrorKind::Busy,
        Some(ErrorCode::DiskFull) => ErrorKind::DiskFull,
        Some(ErrorCode::SystemIoFailure) => disk_failure(code),
        Some(ErrorCode::CannotOpen) => ErrorKind::CannotOpen,
        Some(ErrorCode::OperationInterrupted) => ErrorKind::Interrupted,
        Some(ErrorCode::OutOfMemory) => ErrorKind::OutOfMemory,
        Some(ErrorCode::Unknown) if is_about_the_schema(detail) => ErrorKind::Schema,
        None if is_unreadable(error) => ErrorKind::Unreadable,
        _ => ErrorKind::Other,
    }
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

/// The disk, a cable or a driver reported an error.
fn disk_failure(code: i32) -> ErrorKind {
    let during = match code {
        ffi::SQLITE_IOERR_SHMSIZE
        | ffi::SQLITE_IOERR_SHMOPEN
        | ffi::SQLITE_IOERR_SHMMAP
        | ffi::SQLITE_IOERR_SHMLOCK => return ErrorKind::SharedMemory,
        ffi::SQLITE_IOERR_READ | ffi::SQLITE_IOERR_SHORT_READ => "reading",
        ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_TRUNCATE => "writing",
        ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC => "bringing the change to disk",
        ffi::SQLITE_IOERR_LOCK | ffi::SQLITE_IOERR_RDLOCK | ffi::SQLITE_IOERR_UNLOCK => {
            "locking the file"
        }
        _ => "using the file",
    };
    ErrorKind::DiskFailed { during }
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
