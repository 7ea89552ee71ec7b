//! Lines from a connection, each with a largest length and a longest time. The buffer is
//! overwritten, since lines have PINs.

use std::io::{ErrorKind, Read as _};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use zeroize::{Zeroize as _, Zeroizing};

/// The largest number of bytes of a line, and the longest time until it is there.
pub(super) const LONGEST: usize = 2048;
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// The next thing that a connection brings.
pub(super) enum FromGateway {
    Line(Zeroizing<Vec<u8>>),
    TooLong,
    /// The other end has closed, or nothing came in time.
    End,
}

pub(super) struct LineReader {
    stream: UnixStream,
    buffer: Zeroizing<[u8; LONGEST]>,
    filled: usize,
}

impl LineReader {
    pub fn new(stream: UnixStream) -> Self {
        Self {
            stream,
            buffer: Zeroizing::new([0; LONGEST]),
            filled: 0,
        }
    }

    /// Waits for the next line, which is returned without its end.
    pub fn next(&mut self) -> FromGateway {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(line) = self.take_line() {
                return FromGateway::Line(line);
            }
            if self.filled == LONGEST {
                return FromGateway::TooLong;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || self.stream.set_read_timeout(Some(left)).is_err() {
                return FromGateway::End;
            }
            match self.stream.read(&mut self.buffer[self.filled..]) {
                Ok(0) => return FromGateway::End,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return FromGateway::End,
            }
        }
    }

    fn take_line(&mut self) -> Option<Zeroizing<Vec<u8>>> {
        let end = self.buffer[..self.filled]
            .iter()
            .position(|byte| *byte == b'\n')?;
        let line = Zeroizing::new(self.buffer[..end].to_vec());
        self.buffer.copy_within(end + 1..self.filled, 0);
        let left = self.filled - end - 1;
        self.buffer[left..self.filled].zeroize();
        self.filled = left;
        Some(line)
    }
}
