//! The file to write behind the links that lead to it.
//!
//! In a folder where others can write, another account may have put a link under the name of a
//! file that is to be written. Through it, a file somewhere else would be replaced.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// Links that are followed one after the other, as Linux does.
#[cfg(unix)]
const MOST_LINKS: usize = 40;

/// The file that a path leads to, which may not exist yet.
pub(super) struct LinkedFile {
    pub file: PathBuf,
    /// The owners of the links and of their folders.
    #[cfg(unix)]
    owners: Vec<u32>,
    /// The owner of the file behind the links.
    #[cfg(unix)]
    file_owner: Option<u32>,
    /// Whether any account could have set one of the links.
    #[cfg(unix)]
    is_open: bool,
}

impl LinkedFile {
    /// Follows the links at the end of a path.
    ///
    /// # Errors
    /// A link cannot be read, or the links lead in a circle.
    #[cfg(unix)]
    pub fn of(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let mut linked = Self {
            file: path.to_owned(),
            owners: Vec::new(),
            file_owner: None,
            is_open: false,
        };
        for _ in 0..MOST_LINKS {
            let found = match std::fs::symlink_metadata(&linked.file) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(linked),
                found => found?,
            };
            if !found.is_symlink() {
                let is_linked = !linked.owners.is_empty();
                linked.file_owner = is_linked.then(|| found.uid());
                return Ok(linked);
            }
            let folder = linked.folder();
            let around = std::fs::metadata(&folder)?;
            linked.owners.extend([found.uid(), around.uid()]);
            linked.is_open |= others_can_set_links(around.mode());
            linked.file = folder.join(std::fs::read_link(&linked.file)?);
        }
        Err(io::Error::other("its links lead in a circle"))
    }

    /// On Windows making a link needs a privilege of its own, so links are followed.
    #[cfg(not(unix))]
    pub fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: std::fs::canonicalize(path).unwrap_or_else(|_not_there_yet| path.to_owned()),
        })
    }

    /// The folder of the file.
    pub fn folder(&self) -> PathBuf {
        match self.file.parent() {
            Some(folder) if folder != Path::new("") => folder.to_owned(),
            _ => PathBuf::from("."),
        }
    }

    /// Whether only this account and the administrator of the machine can have set the links, and
    /// the file behind them is of this account. `made` is a file that the account has just made.
    #[cfg(unix)]
    pub fn is_trusted_by(&self, made: &Metadata) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        const ROOT: u32 = 0;
        let own = made.uid();
        !self.is_open
            && self
                .owners
                .iter()
                .all(|&owner| [own, ROOT].contains(&owner))
            && self.file_owner.is_none_or(|owner| owner == own)
    }

    #[cfg(not(unix))]
    pub fn is_trusted_by(&self, _made: &Metadata) -> bool {
        true
    }
}

/// Whether accounts besides the owner can replace a name in a folder of this mode. With the sticky
/// bit (as `/tmp` has it) only the owner of a name can.
#[cfg(unix)]
fn others_can_set_links(mode: u32) -> bool {
    const WRITE_OF_OTHERS: u32 = 0o022;
    const STICKY: u32 = 0o1000;
    mode & WRITE_OF_OTHERS != 0 && mode & STICKY == 0
}
