//! A file, or bytes in memory, that can be opened several times.

use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::byte_source::ByteSource;
use super::error::ReadError;
use crate::io_words::cause;

/// A file that can be opened several times, since it is surveyed before it is read.
pub struct Input {
    pub name: String,
    pub path: Option<PathBuf>,
    pub size: u64,
    open: Box<dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync>,
}

impl Input {
    /// A file on disk.
    ///
    /// # Errors
    /// There is no such file, or it is a folder, a device or a pipe.
    pub fn file(path: &Path) -> Result<Self, ReadError> {
        let with_path =
            |error: io::Error| ReadError::Io(format!("{}: {}", cause(&error), path.display()));
        let found = std::fs::metadata(path).map_err(with_path)?;
        if found.is_dir() {
            return Err(ReadError::Io(format!("it is a folder: {}", path.display())));
        }
        // A device may never end, and a pipe cannot be opened twice.
        if !found.is_file() {
            return Err(ReadError::Io(format!(
                "it is a device or a pipe, not a file: {}",
                path.display()
            )));
        }
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let owned = path.to_owned();
        let open = move || Ok(Box::new(File::open(&owned)?) as Box<dyn Read + Send>);
        Ok(Self {
            name,
            path: Some(path.to_owned()),
            size: found.len(),
            open: Box::new(open),
        })
    }

    /// Bytes from elsewhere. `open` returns them from their beginning.
    pub fn of(
        name: &str,
        size: u64,
        open: impl Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.to_owned(),
            path: None,
            size,
            open: Box::new(open),
        }
    }

    /// Bytes that are in memory already.
    pub fn bytes(name: &str, bytes: impl AsRef<[u8]> + Clone + Send + Sync + 'static) -> Self {
        let size = bytes.as_ref().len() as u64;
        Self::of(name, size, move || {
            Ok(Box::new(io::Cursor::new(bytes.clone())) as Box<dyn Read + Send>)
        })
    }

    /// The bytes from their beginning.
    pub(super) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        (self.open)()
    }

    /// The bytes from this position.
    pub(super) fn open_at(&self, byte: u64) -> Result<Box<dyn Read + Send>, ReadError> {
        if let Some(path) = &self.path {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(byte))?;
            return Ok(Box::new(file));
        }
        let mut bytes = self.open()?;
        io::copy(&mut (&mut bytes).take(byte), &mut io::sink())?;
        Ok(bytes)
    }

    /// The error with the path of the file.
    pub(super) fn named(&self, error: ReadError) -> ReadError {
        match (error, &self.path) {
            (ReadError::Io(detail), Some(path)) => {
                ReadError::Io(format!("{detail}: {}", path.display()))
            }
            (error, _) => error,
        }
    }
}

/// The SHA-256 of a file in hexadecimal, and its size in bytes.
pub(super) fn hash_file(path: &Path) -> Result<(String, u64), ReadError> {
    let mut source = ByteSource::new(Box::new(File::open(path)?));
    loop {
        let count = source.peek(1)?.len();
        if count == 0 {
            return Ok((source.sha256(), source.position()));
        }
        source.take(count);
    }
}
