//! A copy of the store as one file: consistent, checked, and for its owner alone.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::open::{SQLITE_MAGIC, check_whose, owner_only_file};
use crate::store::{Result, Store, StoreError};

/// How many files that others have left beside the place are gone around.
const MOST_PARTS: usize = 100;
/// What SQLite keeps beside a store while somebody works on it.
const IN_USE: [&str; 2] = ["-wal", "-history"];

impl Store {
    /// Copies the store into a file, while others work on it. Nothing is recorded, neither here nor in the copy. A file
    /// that is there is replaced only where it is an earlier backup of this store.
    ///
    /// # Errors
    /// Something else is there, the file cannot be written, or the copy turns out not to be whole. Then what was there
    /// is as it was.
    pub fn back_up(&self, to: &Path) -> Result<()> {
        let place = fs::canonicalize(to).unwrap_or_else(|_not_there_yet| to.to_owned());
        let cannot = |detail: String| StoreError::CannotBackUp {
            detail,
            path: to.to_owned(),
        };
        if let Some(why) = self.why_not(&place) {
            return Err(cannot(why));
        }
        let part = begin_beside(&place).map_err(|error| cannot(error.to_string()))?;
        let in_place = self.copy(&part).and_then(|()| {
            let file = File::options().write(true).open(&part);
            let on_disk = file
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&part, &place));
            on_disk.map_err(|error| cannot(error.to_string()))
        });
        if in_place.is_err() {
            drop(fs::remove_file(&part));
        }
        in_place
    }

    fn copy(&self, part: &Path) -> Result<()> {
        let name = part.to_str().ok_or_else(|| StoreError::CannotBackUp {
            detail: "its name is not Unicode".to_owned(),
            path: part.to_owned(),
        })?;
        // Rather than SQLite's backup interface, which starts anew whenever another program writes: this reads one moment.
        self.connection
            .execute("VACUUM INTO ?1", [name])
            .map_err(|error| StoreError::from_sqlite(&error, part))?;
        self.check(part)
    }

    /// Opens the copy, and looks at all of it.
    fn check(&self, part: &Path) -> Result<()> {
        let in_words = |error: rusqlite::Error| StoreError::from_sqlite(&error, part);
        let copy = open_read_only(part).map_err(in_words)?;
        check_whose(&copy, part)?;
        let found: String = copy
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(in_words)?;
        let id = store_id(&copy).map_err(in_words)?;
        if found != "ok" || id != self.id {
            let detail = format!("the copy is not whole: {found}");
            return Err(StoreError::CannotBackUp {
                detail,
                path: part.to_owned(),
            });
        }
        Ok(())
    }

    /// Why what is there must not be replaced.
    fn why_not(&self, place: &Path) -> Option<String> {
        let earlier = fs::metadata(place).ok()?;
        if fs::canonicalize(&self.path).is_ok_and(|own| own == place) {
            return Some("it is the store itself".to_owned());
        }
        if !earlier.is_file() {
            return Some("there is a folder or a device".to_owned());
        }
        let beside = |end: &&str| {
            let mut name = place.as_os_str().to_owned();
            name.push(end);
            Path::new(&name).exists()
        };
        if IN_USE.iter().any(beside) {
            return Some("there is a store that somebody works on".to_owned());
        }
        let mut start = [0; SQLITE_MAGIC.len()];
        let is_database = File::open(place)
            .and_then(|mut file| file.read_exact(&mut start))
            .is_ok()
            && start == *SQLITE_MAGIC;
        let of = || open_read_only(place).and_then(|copy| store_id(&copy)).ok();
        match is_database.then(of).flatten() {
            None => Some("there is a file that is no backup of PinDesk".to_owned()),
            Some(id) if id != self.id => {
                Some("there is another store, or a backup of one".to_owned())
            }
            Some(_) => None,
        }
    }
}

/// Reads a file that nobody writes to, and leaves nothing beside it.
fn open_read_only(path: &Path) -> rusqlite::Result<Connection> {
    let mut name = String::from("file:");
    // Windows has names like C:\folder; in a URI they start with a slash.
    let path = path.to_string_lossy();
    if cfg!(windows) && !path.starts_with(['/', '\\']) {
        name.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'\\' if cfg!(windows) => name.push('/'),
            b'/' | b'.' | b'-' | b'_' | b':' => name.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => name.push(char::from(byte)),
            _ => name.push_str(&format!("%{byte:02X}")),
        }
    }
    name.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(name, flags)
}

fn store_id(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("SELECT value FROM meta WHERE key = 'store_id'", [], |row| {
        row.get(0)
    })
}

/// An empty file beside a place, for its owner alone; one that somebody has there already stays.
fn begin_beside(place: &Path) -> io::Result<PathBuf> {
    for number in 0..MOST_PARTS {
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(if number == 0 {
            ".part".to_owned()
        } else {
            format!(".part{number}")
        });
        let part = place.with_file_name(name);
        match owner_only_file(&part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| part),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
