//! The socket of syslog on this computer.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::exchange::ReadError;

/// A connection to the socket.
pub(super) struct Syslog {
    #[cfg(unix)]
    socket: std::os::unix::net::UnixDatagram,
}

/// Facility 10 (security and authorization) and severity 6 (informational), by section 4.1.1 of
/// <https://www.rfc-editor.org/rfc/rfc3164>.
#[cfg(unix)]
const PRIORITY: u8 = 10 * 8 + 6;

#[cfg(unix)]
impl Syslog {
    /// Connects to a socket such as `/dev/log`.
    ///
    /// # Errors
    /// Nobody listens on it.
    pub fn connect(path: &Path) -> Result<Self, Failure> {
        let socket = std::os::unix::net::UnixDatagram::unbound();
        let connected = socket.and_then(|socket| socket.connect(path).map(|()| socket));
        let failed = |error| {
            let why = crate::io_words::cause(&error);
            Failure::Input(format!(
                "Nothing was sent to syslog: {why}: {}",
                path.display()
            ))
        };
        Ok(Self {
            socket: connected.map_err(failed)?,
        })
    }

    /// Sends one line as one message. Waits while the socket is full.
    ///
    /// It has the form of RFC 3164 without time and host, since those who read the socket expect the
    /// messages of `syslog(3)`, and not those of RFC 5424. The line has a time of its own.
    ///
    /// # Errors
    /// The message is too long, or nobody reads the socket any more.
    pub fn send(&self, line: &str) -> Result<(), ReadError> {
        let message = format!("<{PRIORITY}>pindesk[{}]: {line}", std::process::id());
        let sent = self.socket.send(message.as_bytes());
        let failed = |error| {
            let why = crate::io_words::cause(&error);
            ReadError::Write(format!("a batch was not sent to syslog: {why}"))
        };
        sent.map(drop).map_err(failed)
    }
}

#[cfg(not(unix))]
#[expect(clippy::unused_self, reason = "there is no such socket")]
impl Syslog {
    /// Says that there is no such socket.
    pub fn connect(_path: &Path) -> Result<Self, Failure> {
        Err(Failure::Input(
            "Windows has no socket of syslog. Leave out --syslog to forward to a file, and let a log collector read that."
                .to_owned(),
        ))
    }

    pub fn send(&self, _line: &str) -> Result<(), ReadError> {
        Ok(())
    }
}
