//! The location of a store: a plain file on a disk of this machine.
//!
//! Programs that use a store at the same time share memory through a file beside it
//! (<https://sqlite.org/wal.html>, "All processes using a database must be on the same host
//! computer"). On a network drive that does not work, and SQLite does not notice it.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::address::refuse_address;
use super::sqlite::MAGIC;
use crate::io_words::cause;
use crate::store::{Result, StoreError};

/// The table of mounted file systems of this process on Linux (proc(5), "mountinfo").
const MOUNT_TABLE: &str = "/proc/self/mountinfo";

/// File systems whose files lie on another machine, or whose memory other machines do not share.
const NETWORK_FILE_SYSTEMS: [&str; 25] = [
    "9p",
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "fuse.ceph",
    "fuse.curlftpfs",
    "fuse.davfs2",
    "fuse.glusterfs",
    "fuse.gvfsd-fuse",
    "fuse.kio-fuse",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.smbnetfs",
    "fuse.sshfs",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "prl_fs",
    "smb3",
    "smbfs",
];

/// The contents at the path of a store, before SQLite sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Found {
    Nothing,
    /// A file of 0 bytes.
    Empty,
    Database,
}

/// Looks at the path of a store without changing anything.
///
/// # Errors
/// The path is an address or something else than a file, lies on a network drive, cannot be read, or is a file of
/// another kind.
pub(in crate::store) fn look(path: &Path) -> Result<Found> {
    refuse_address(path)?;
    let owned = || path.to_owned();
    if let Some(system) = network_file_system(path) {
        return Err(StoreError::OnNetwork {
            system,
            path: owned(),
        });
    }
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // A link that leads nowhere is no free path: the new store would replace the link.
            return match fs::symlink_metadata(path) {
                Ok(_) => Err(StoreError::NotAFile {
                    what: "a link that leads nowhere",
                    path: owned(),
                }),
                Err(_nothing_there) => Ok(Found::Nothing),
            };
        }
        Err(error) => return Err(cannot_open(path, &error)),
    };
    if !metadata.is_file() {
        let what = if metadata.is_dir() {
            "a folder"
        } else {
            "a device or a pipe"
        };
        return Err(StoreError::NotAFile {
            what,
            path: owned(),
        });
    }
    let mut start = Vec::new();
    fs::File::open(path)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut start))
        .map_err(|error| cannot_open(path, &error))?;
    match start.as_slice() {
        [] => Ok(Found::Empty),
        start if start == MAGIC => Ok(Found::Database),
        _ => Err(StoreError::NotADatabase { path: owned() }),
    }
}

/// An error of the operating system as one of the store.
pub(in crate::store) fn cannot_open(path: &Path, error: &io::Error) -> StoreError {
    let path = path.to_owned();
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull { path },
        io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnlyDisk { path },
        _ => StoreError::CannotOpen {
            detail: cause(error),
            path,
        },
    }
}

/// The kind of network drive on which a path lies. None on a local disk, and where that cannot be
/// told.
fn network_file_system(path: &Path) -> Option<String> {
    if cfg!(windows) {
        // The path without links begins with the server also where a drive letter stands for it.
        let real = existing(path);
        let is_remote = [Some(path), real.as_deref()]
            .into_iter()
            .flatten()
            .any(|path| is_unc(&path.to_string_lossy()));
        return is_remote.then(|| "a network folder".to_owned());
    }
    let mounts = fs::read_to_string(MOUNT_TABLE).ok()?;
    let mount = Mount::of(&existing(path)?, &mounts)?;
    NETWORK_FILE_SYSTEMS
        .contains(&mount.system)
        .then(|| mount.system.to_owned())
}

/// Whether a path lies on a disk that is mounted for reading only.
pub(in crate::store) fn is_on_read_only_disk(path: &Path) -> bool {
    let Ok(mounts) = fs::read_to_string(MOUNT_TABLE) else {
        return false;
    };
    existing(path).is_some_and(|place| {
        Mount::of(&place, &mounts).is_some_and(|mount| mount.options.split(',').any(|o| o == "ro"))
    })
}

/// Whether a Windows path names another machine: `\\server\share`. A path that begins with `\\?\`
/// or `\\.\` does not, unless `UNC` follows (learn.microsoft.com, "File path formats on Windows
/// systems").
fn is_unc(path: &str) -> bool {
    let path = path.replace('/', "\\");
    match path.strip_prefix(r"\\") {
        Some(rest) => match rest
            .strip_prefix(r"?\")
            .or_else(|| rest.strip_prefix(r".\"))
        {
            Some(rest) => rest.to_ascii_uppercase().starts_with(r"UNC\"),
            None => true,
        },
        None => false,
    }
}

/// The path without links, or that of its nearest folder that exists.
fn existing(path: &Path) -> Option<PathBuf> {
    let absolute = std::path::absolute(path).ok()?;
    absolute
        .ancestors()
        .find_map(|part| fs::canonicalize(part).ok())
}

/// A mounted file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mount<'a> {
    system: &'a str,
    /// The options of the mount and of the file system, with a comma between them.
    options: &'a str,
}

impl<'a> Mount<'a> {
    /// The file system of a path: the last mount whose folder contains it most closely. `table` has
    /// a line for each mount: ID, parent, device, root, folder, options, optional fields, `-`,
    /// file system, source, options.
    fn of(path: &Path, table: &'a str) -> Option<Self> {
        let mut nearest: Option<(usize, Self)> = None;
        for line in table.lines() {
            let fields: Vec<&str> = line.split(' ').collect();
            let Some(separator) = fields.iter().position(|field| *field == "-") else {
                continue;
            };
            let (Some(folder), Some(options), Some(system)) =
                (fields.get(4), fields.get(5), fields.get(separator + 1))
            else {
                continue;
            };
            let folder = PathBuf::from(unescaped(folder));
            let depth = folder.components().count();
            if path.starts_with(&folder) && nearest.is_none_or(|(deepest, _)| depth >= deepest) {
                nearest = Some((depth, Self { system, options }));
            }
        }
        nearest.map(|(_, mount)| mount)
    }
}

/// A folder of the mount table: blanks and the like are written as three octal digits.
fn unescaped(field: &str) -> String {
    ["\\040", "\\011", "\\012", "\\134"]
        .iter()
        .zip([" ", "\t", "\n", "\\"])
        .fold(field.to_owned(), |text, (code, character)| {
            text.replace(code, character)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
31 27 0:40 / /home rw,relatime shared:7 - nfs4 server:/home rw,vers=4.2
32 31 0:41 / /home/ann/local rw,relatime - xfs /dev/sdb1 rw
33 27 0:42 / /media/My\\040share ro,relatime master:1 shared:2 - cifs //server/share ro
34 27 0:43 / /mnt/ssh rw - fuse.sshfs ann@host: rw
35 27 0:44 / /mnt/usb rw - fuseblk /dev/sdc1 rw
";

    fn system(path: &str) -> &'static str {
        Mount::of(Path::new(path), TABLE).unwrap().system
    }

    #[test]
    fn the_nearest_mount_decides() {
        assert_eq!(system("/srv/pindesk.db"), "ext4");
        assert_eq!(system("/home/ann/pindesk.db"), "nfs4");
        assert_eq!(system("/homes/pindesk.db"), "ext4");
        assert_eq!(system("/home/ann/local/pindesk.db"), "xfs");
        assert_eq!(system("/media/My share/pindesk.db"), "cifs");
        assert_eq!(system("/mnt/usb/pindesk.db"), "fuseblk");
        assert_eq!(Mount::of(Path::new("/srv"), "no table at all"), None);
    }

    #[test]
    fn network_drives_are_told_from_disks() {
        let is_network = |path| NETWORK_FILE_SYSTEMS.contains(&system(path));
        for path in ["/home/x.db", "/media/My share/x.db", "/mnt/ssh/x.db"] {
            assert!(is_network(path), "{path}");
        }
        for path in ["/x.db", "/home/ann/local/x.db", "/mnt/usb/x.db"] {
            assert!(!is_network(path), "{path}");
        }
    }

    #[test]
    fn windows_paths_that_name_another_machine_are_known() {
        for path in [
            r"\\server\share\x.db",
            "//server/share/x.db",
            r"\\?\UNC\server\share\x.db",
        ] {
            assert!(is_unc(path), "{path}");
        }
        for path in [
            r"C:\x.db",
            r"\\?\C:\x.db",
            r"\\.\C:\x.db",
            r"x.db",
            r"\x.db",
        ] {
            assert!(!is_unc(path), "{path}");
        }
    }
}
