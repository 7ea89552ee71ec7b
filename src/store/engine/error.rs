//! Errors of the engine, with the kinds that the store tells apart.

use std::fmt;

/// The result of a statement.
pub(in crate::store) type EngineResult<T> = Result<T, EngineError>;

/// An error of the engine. It is kept small, since every value that is read may be one.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.detail)]
pub(in crate::store) struct EngineError(Box<ErrorParts>);

#[derive(Debug)]
struct ErrorParts {
    kind: ErrorKind,
    detail: String,
}

/// The kinds of errors that the store tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum ErrorKind {
    /// Another program holds what the statement needs.
    Busy,
    DiskFull,
    /// The disk, a cable or a driver reported an error while this was done.
    DiskFailed {
        during: &'static str,
    },
    /// The memory that programs share could not be used. The disk may be full.
    SharedMemory,
    ReadOnly,
    /// The files were moved or deleted while they were open.
    Moved,
    CannotOpen,
    NotADatabase,
    /// The store has bytes that the engine did not write.
    Damaged,
    /// A table or a column is missing.
    Schema,
    /// A value is of another kind than the store writes, or a row is missing that it always has.
    Unreadable,
    Interrupted,
    OutOfMemory,
    /// The server cannot be reached, or refuses the account.
    NotConnected,
    /// The server wants a password, and none was given.
    NoPassword,
    /// The server knows another password.
    WrongPassword,
    /// The connection to the server was lost, and the transaction with it.
    ConnectionLost,
    /// The connection was lost while a transaction was brought to disk, so that nobody knows
    /// whether it is.
    OutcomeUnknown,
    /// The server does not permit this to the account.
    DeniedByServer,
    /// Only a store in a file has this.
    OnlyInFile,
    Other,
}

impl EngineError {
    #[cold]
    pub fn new(kind: ErrorKind, detail: impl fmt::Display) -> Self {
        let detail = detail.to_string();
        Self(Box::new(ErrorParts { kind, detail }))
    }

    /// A row is missing that the store always has.
    #[cold]
    pub fn no_row() -> Self {
        Self::new(ErrorKind::Unreadable, "a row is missing")
    }

    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The message of the engine.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }
}
