//! Errors of the operating system in plain words.

use std::io::{Error, ErrorKind};

/// The number of an input/output error of Linux, macOS and the BSDs, which has no [`ErrorKind`].
const EIO: i32 = 5;

/// The cause of an error as a clause to follow a colon: "the disk is full". It has no number of the
/// operating system, which helps nobody who reads it.
pub fn cause(error: &Error) -> String {
    let words = match error.kind() {
        ErrorKind::StorageFull => "the disk is full",
        ErrorKind::QuotaExceeded => "this account may use no more of the disk",
        ErrorKind::PermissionDenied => "this account has no permission for it",
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only",
        ErrorKind::NotFound => "there is no such file or folder",
        ErrorKind::IsADirectory => "it is a folder",
        ErrorKind::NotADirectory => "a part of its path is no folder",
        ErrorKind::InvalidFilename => "its name is too long or has a character that none may have",
        ErrorKind::FileTooLarge => "the file is larger than the disk permits",
        _ if cfg!(unix) && error.raw_os_error() == Some(EIO) => {
            "the disk or the connection to it failed"
        }
        _ if is_open_elsewhere(error) => "another program has it open",
        _ => return without_number(&error.to_string()),
    };
    words.to_owned()
}

/// Whether another program has a file open in a way that forbids the use that was tried. Only
/// Windows has that.
fn is_open_elsewhere(error: &Error) -> bool {
    /// `ERROR_SHARING_VIOLATION` and `ERROR_LOCK_VIOLATION` (learn.microsoft.com, "System error
    /// codes").
    const CODES: [i32; 2] = [32, 33];
    cfg!(windows)
        && error
            .raw_os_error()
            .is_some_and(|code| CODES.contains(&code))
}

/// The text without the number that Rust adds to texts of the operating system.
fn without_number(text: &str) -> String {
    match text.rsplit_once(" (os error ") {
        Some((words, _number)) => words.trim_end_matches('.').to_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_error_of_the_operating_system_has_a_number() {
        for code in 1..140 {
            let words = cause(&Error::from_raw_os_error(code));
            assert!(
                !words.contains("os error") && !words.is_empty() && !words.ends_with('.'),
                "{words}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_input_output_error_is_one_of_the_disk() {
        let words = cause(&Error::from_raw_os_error(EIO));
        assert_eq!(words, "the disk or the connection to it failed");
    }

    #[test]
    fn errors_of_the_program_keep_their_text() {
        assert_eq!(
            cause(&Error::other("its links lead in a circle")),
            "its links lead in a circle"
        );
    }
}
