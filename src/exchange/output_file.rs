//! A file to write, and its readers.

use std::path::Path;

/// A file to write. A path alone means a file for its owner alone.
#[derive(Clone, Copy, Debug)]
pub struct OutputFile<'a> {
    pub path: &'a Path,
    pub readers: Readers,
}

/// The accounts that may read a new file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Readers {
    /// The account that writes it. On Windows the system and administrators, too.
    #[default]
    Owner,
    /// The accounts that the umask leaves (mode 0666 without the umask). On Windows those that its
    /// folder names.
    ByUmask,
}

impl<'a, P: AsRef<Path> + ?Sized> From<&'a P> for OutputFile<'a> {
    fn from(path: &'a P) -> Self {
        Self {
            path: path.as_ref(),
            readers: Readers::Owner,
        }
    }
}
