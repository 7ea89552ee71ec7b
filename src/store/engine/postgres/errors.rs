//! Errors of PostgreSQL as errors of the engine (`errcodes-appendix.html`).
//!
//! Only the message of the server is kept: its details repeat rows, which may have the hash of a PIN.

use postgres::error::{DbError, SqlState};

use crate::store::engine::error::{EngineError, ErrorKind};

/// The words of the client where the server wants a password and none was given.
const NO_PASSWORD: &str = "password missing";

impl From<postgres::Error> for EngineError {
    #[cold]
    fn from(error: postgres::Error) -> Self {
        match error.as_db_error() {
            Some(answer) => Self::new(kind(answer), answer.message()),
            None if error.is_closed() || is_of_network(&error) => {
                Self::new(ErrorKind::ConnectionLost, "the connection was closed")
            }
            None => Self::new(ErrorKind::Other, words(&error)),
        }
    }
}

/// An error of connecting.
#[cold]
pub(super) fn not_connected(error: &postgres::Error) -> EngineError {
    match error.as_db_error() {
        Some(answer) if *answer.code() == SqlState::INVALID_PASSWORD => {
            EngineError::new(ErrorKind::WrongPassword, answer.message())
        }
        Some(answer) => EngineError::new(ErrorKind::NotConnected, answer.message()),
        None => {
            let words = words(error);
            let kind = if words.contains(NO_PASSWORD) {
                ErrorKind::NoPassword
            } else {
                ErrorKind::NotConnected
            };
            EngineError::new(kind, words)
        }
    }
}

/// The error and its causes. The client repeats no parameter in them.
fn words(error: &postgres::Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let text = error.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = error.source();
    }
    words
}

fn is_of_network(error: &postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
}

fn kind(answer: &DbError) -> ErrorKind {
    let code = answer.code();
    if [
        SqlState::LOCK_NOT_AVAILABLE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_SERIALIZATION_FAILURE,
    ]
    .contains(code)
    {
        return ErrorKind::Busy;
    }
    if *code == SqlState::READ_ONLY_SQL_TRANSACTION {
        return ErrorKind::ReadOnly;
    }
    if *code == SqlState::INSUFFICIENT_PRIVILEGE {
        return ErrorKind::DeniedByServer;
    }
    if *code == SqlState::QUERY_CANCELED {
        return ErrorKind::Interrupted;
    }
    if [SqlState::UNDEFINED_TABLE, SqlState::UNDEFINED_COLUMN].contains(code) {
        return ErrorKind::Schema;
    }
    match code.code() {
        "53100" => ErrorKind::DiskFull,
        "53200" => ErrorKind::OutOfMemory,
        "58030" => ErrorKind::DiskFailed {
            during: "using the files of the server",
        },
        // Class XX: damaged files and faults of the server itself.
        "XX001" | "XX002" => ErrorKind::Damaged,
        // Class 57P: the server is stopped. Class 08: the connection.
        code if code.starts_with("57P") || code.starts_with("08") => ErrorKind::ConnectionLost,
        _ => ErrorKind::Other,
    }
}
