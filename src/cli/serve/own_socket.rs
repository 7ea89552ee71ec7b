//! A Unix socket to which only its owner can connect, also while it is being made.

use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// A socket that listens. Its file is removed when it is dropped.
pub(super) struct OwnSocket {
    pub listener: UnixListener,
    path: PathBuf,
    /// The ID of its file, so that no other one is removed.
    file: (u64, u64),
}

impl OwnSocket {
    /// Makes a socket at a path. One that is left over, and on which nobody listens, is replaced.
    ///
    /// # Errors
    /// There is another file, somebody listens there, or the socket cannot be made.
    pub fn at(path: &Path) -> io::Result<Self> {
        make_room(path)?;
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        // The folder is the owner's alone, until the socket is.
        let private = tempfile::Builder::new().prefix(".pd").tempdir_in(folder)?;
        let made = private.path().join("s");
        let listener = UnixListener::bind(&made)?;
        fs::set_permissions(&made, Permissions::from_mode(0o600))?;
        fs::rename(&made, path)?;
        let file = id(path)?;
        Ok(Self {
            listener,
            path: path.to_owned(),
            file,
        })
    }
}

impl Drop for OwnSocket {
    fn drop(&mut self) {
        if id(&self.path).is_ok_and(|file| file == self.file)
            && let Err(error) = fs::remove_file(&self.path)
        {
            log::warn!("the socket was left behind: {error}");
        }
    }
}

fn make_room(path: &Path) -> io::Result<()> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    if !found.file_type().is_socket() {
        return Err(ErrorKind::AlreadyExists.into());
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path),
        Err(error) => Err(error),
        Ok(_) => Err(ErrorKind::AddrInUse.into()),
    }
}

fn id(path: &Path) -> io::Result<(u64, u64)> {
    let found = fs::symlink_metadata(path)?;
    Ok((found.dev(), found.ino()))
}
