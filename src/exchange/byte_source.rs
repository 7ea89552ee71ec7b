//! The bytes of a file, buffered, counted and hashed while they are read, so that the history can
//! name exactly what was read.

use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

use crate::domain::text::hex;

/// Bytes of the first buffer. Most files are small; larger ones get [`BUFFER`].
const FIRST_BUFFER: usize = 1 << 12;
const BUFFER: usize = 1 << 16;

/// A file that counts and hashes its bytes.
pub(super) struct ByteSource {
    inner: Box<dyn Read + Send>,
    hasher: Sha256,
    buffer: Vec<u8>,
    /// The bytes of the buffer that were read and not yet taken are `start..end`.
    start: usize,
    end: usize,
    taken: u64,
    has_ended: bool,
}

impl ByteSource {
    pub fn new(inner: Box<dyn Read + Send>) -> Self {
        Self {
            inner,
            hasher: Sha256::new(),
            buffer: Vec::new(),
            start: 0,
            end: 0,
            taken: 0,
            has_ended: false,
        }
    }

    /// Bytes that were taken.
    pub fn position(&self) -> u64 {
        self.taken
    }

    /// The SHA-256 of all bytes that were read, in hexadecimal: of the whole file at its end.
    pub fn sha256(&self) -> String {
        hex(&self.hasher.clone().finalize())
    }

    /// The next bytes: at least `at_least` of them, or all that are left.
    pub fn peek(&mut self, at_least: usize) -> io::Result<&[u8]> {
        while self.end - self.start < at_least && !self.has_ended {
            self.read_more()?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    /// Takes bytes that were peeked at.
    pub fn take(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.taken += count as u64;
    }

    fn read_more(&mut self) -> io::Result<()> {
        if self.end == self.buffer.len() {
            let size = if self.buffer.is_empty() {
                FIRST_BUFFER
            } else {
                BUFFER
            };
            self.buffer.resize(size, 0);
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        let read = loop {
            match self.inner.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.hasher.update(&self.buffer[self.end..self.end + read]);
        self.end += read;
        self.has_ended = read == 0;
        Ok(())
    }
}
