//! A copy of the store as one file: consistent, checked, and for its owner alone.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::files::owner_only_file;
use super::named_values::{STORE_ID, text};
use super::sqlite;
use crate::store::{Result, Store, StoreError};

/// The largest number of names that are tried for the unfinished copy.
const MOST_PART_NAMES: usize = 100;

impl Store {
    /// Copies the store into a file, while others work on it. Neither the store nor the copy
    /// records that. An existing file is replaced only if it is an earlier backup of this store.
    ///
    /// # Errors
    /// The existing file is something else, the file cannot be written, or the copy is damaged. The
    /// existing file is then unchanged.
    pub fn back_up(&self, to: &Path) -> Result<()> {
        let target = fs::canonicalize(to).unwrap_or_else(|_not_there_yet| to.to_owned());
        let cannot = |detail: String| StoreError::CannotBackUp {
            detail,
            path: to.to_owned(),
        };
        if let Some(why) = self.why_not_replace(&target) {
            return Err(cannot(why));
        }
        let part = begin_beside(&target).map_err(|error| cannot(error.to_string()))?;
        let moved = self.copy(&part).and_then(|()| {
            let file = File::options().write(true).open(&part);
            let on_disk = file
                .and_then(|file| file.sync_all())
                .and_then(|()| fs::rename(&part, &target));
            on_disk.map_err(|error| cannot(error.to_string()))
        });
        if moved.is_err() {
            drop(fs::remove_file(&part));
        }
        moved
    }

    fn copy(&self, part: &Path) -> Result<()> {
        let name = part.to_str().ok_or_else(|| StoreError::CannotBackUp {
            detail: "its name is not Unicode".to_owned(),
            path: part.to_owned(),
        })?;
        sqlite::copy_into(&self.connection, name)
            .map_err(|error| StoreError::from_sqlite(&error, part))?;
        self.check(part)
    }

    /// Opens the copy and reads all of it.
    fn check(&self, part: &Path) -> Result<()> {
        let failed = |error: rusqlite::Error| StoreError::from_sqlite(&error, part);
        let copy = sqlite::open_immutable(part).map_err(failed)?;
        let mark = sqlite::file_mark(&copy).map_err(failed)?;
        let found = sqlite::quick_check(&copy).map_err(failed)?;
        let id = text(&copy, STORE_ID).map_err(failed)?;
        if !mark.is_ours || found != "ok" || id.as_ref() != Some(&self.id) {
            let detail = format!("the copy is not whole: {found}");
            return Err(StoreError::CannotBackUp {
                detail,
                path: part.to_owned(),
            });
        }
        Ok(())
    }

    /// The reason why an existing file must not be replaced. None if it may be, or if there is no
    /// file.
    fn why_not_replace(&self, target: &Path) -> Option<String> {
        let earlier = fs::metadata(target).ok()?;
        if fs::canonicalize(&self.path).is_ok_and(|own| own == target) {
            return Some("it is the store itself".to_owned());
        }
        if !earlier.is_file() {
            return Some("there is a folder or a device".to_owned());
        }
        let beside = |end: &&str| {
            let mut name = target.as_os_str().to_owned();
            name.push(end);
            Path::new(&name).exists()
        };
        if sqlite::FILES_IN_USE.iter().any(beside) {
            return Some("there is a store that somebody works on".to_owned());
        }
        let mut start = [0; sqlite::MAGIC.len()];
        let is_database = File::open(target)
            .and_then(|mut file| file.read_exact(&mut start))
            .is_ok()
            && start == *sqlite::MAGIC;
        let id = || text(&sqlite::open_immutable(target).ok()?, STORE_ID).ok()?;
        match is_database.then(id).flatten() {
            None => Some("there is a file that is no backup of PinDesk".to_owned()),
            Some(id) if id != self.id => {
                Some("there is another store, or a backup of one".to_owned())
            }
            Some(_) => None,
        }
    }
}

/// Makes an empty file beside the target, under a name that is free.
fn begin_beside(target: &Path) -> io::Result<PathBuf> {
    for number in 0..MOST_PART_NAMES {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(if number == 0 {
            ".part".to_owned()
        } else {
            format!(".part{number}")
        });
        let part = target.with_file_name(name);
        match owner_only_file(&part) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| part),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
