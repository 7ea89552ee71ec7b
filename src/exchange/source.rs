//! The bytes of a file as they pass by: counted and hashed, so that the history can name exactly what was read.

use std::io::{self, BufRead, BufReader, Read};

use sha2::{Digest as _, Sha256};

use crate::domain::text::hex;

/// Hashes what is read through it.
pub(super) struct Source {
    inner: BufReader<Box<dyn Read + Send>>,
    hasher: Sha256,
    read: u64,
}

impl Source {
    pub fn new(inner: Box<dyn Read + Send>) -> Self {
        Self { inner: BufReader::with_capacity(1 << 16, inner), hasher: Sha256::new(), read: 0 }
    }

    /// How many bytes have been read.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// The SHA-256 of all that was read, in hexadecimal.
    pub fn sha256(&self) -> String {
        hex(&self.hasher.clone().finalize())
    }

    /// The next bytes, without taking them.
    pub fn peek(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    /// Takes bytes that were peeked at.
    pub fn take_peeked(&mut self, count: usize) {
        let count = count.min(self.inner.buffer().len());
        self.hasher.update(&self.inner.buffer()[..count]);
        self.read += count as u64;
        self.inner.consume(count);
    }

    /// Takes the next line, its end included. A line of more than `limit` bytes is an error.
    pub fn take_line(&mut self, limit: usize) -> io::Result<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            let buffer = self.peek()?;
            if buffer.is_empty() {
                return Ok(line);
            }
            let (count, ends) = match memchr::memchr(b'\n', buffer) {
                Some(at) => (at + 1, true),
                None => (buffer.len(), false),
            };
            line.extend_from_slice(&buffer[..count]);
            self.take_peeked(count);
            if line.len() > limit {
                return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a line is longer than {limit} bytes")));
            }
            if ends {
                return Ok(line);
            }
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        self.read += count as u64;
        Ok(count)
    }
}
