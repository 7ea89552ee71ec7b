//! The witness of a store: the last entry of its history that this account has seen on this
//! computer, kept outside of the store.
//!
//! An account that can write the file can rewrite its history with all hashes, or put an older copy
//! in its place. Neither has the entry that the witness has seen.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::domain::Time;
use crate::domain::text::hex;
use crate::owner_only::{owner_only_folder, owner_only_part};

/// The largest number of stores that are remembered. The one that was seen longest ago goes first.
const MOST_STORES: usize = 300;

/// The largest file that is read, in bytes. A record is a few hundred bytes long.
const MOST_BYTES: u64 = 64 * 1024;

/// The last entry of a history, as it was seen at a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenHead {
    /// The ID of the store.
    pub store: String,
    /// The ID of the entry.
    pub entry: i64,
    /// The hash of the entry in hexadecimal.
    pub hash: String,
    /// The time of the batch to which the entry belongs.
    pub time: Time,
    pub path: PathBuf,
}

/// The folder with what this account has seen on this computer, one file for each path of a store.
///
/// Records belong to a path, so that a copy of a store for a test, which has the ID of the store,
/// has a record of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    folder: PathBuf,
}

impl Witness {
    /// The witness that keeps its files in this folder, which is made when it is needed.
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Forgets the store at a path, because a new one is about to be made there or a backup has
    /// taken its place.
    pub fn forget(&self, path: &Path) {
        if let Some(file) = self.file(path) {
            drop(fs::remove_file(file));
        }
    }

    /// Forgets the store at a path without a file, before a new store is made there.
    pub fn forget_missing(&self, path: &Path) {
        if fs::symlink_metadata(path).is_ok_and(|found| found.len() > 0) {
            return;
        }
        self.forget(path);
    }

    /// The entry that was seen at a path.
    ///
    /// # Errors
    /// There is a record, and it cannot be read.
    pub(in crate::store) fn seen(&self, path: &Path) -> io::Result<Option<SeenHead>> {
        match self.file(path).map(|file| read(&file)) {
            Some(Err(error)) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Some(read) => read.map(Some),
            None => Ok(None),
        }
    }

    /// All records of the store with this ID.
    pub(in crate::store) fn records_of(&self, store: &str) -> Vec<SeenHead> {
        let files = self.files().into_iter();
        files
            .filter_map(|(_, file)| read(&file).ok())
            .filter(|seen| seen.store == store)
            .collect()
    }

    /// Keeps a record in the place of the one of its path. A record is whole or not there; a power
    /// cut may lose the newest one.
    pub(in crate::store) fn keep(&self, head: &SeenHead) -> io::Result<()> {
        let Some(path) = self.file(&head.path) else {
            return Ok(());
        };
        let is_new = !path.exists();
        if is_new {
            owner_only_folder(&self.folder)?;
        }
        let mut file = owner_only_part(&self.folder, ".pindesk-seen-", "")?;
        file.write_all(&serde_json::to_vec(head)?)?;
        file.persist(path).map_err(|error| error.error)?;
        if is_new {
            self.remove_oldest();
        }
        Ok(())
    }

    /// The file of a path. It is named by a hash, because a path may be longer than a name.
    fn file(&self, path: &Path) -> Option<PathBuf> {
        let path = absolute(path)?;
        let digest = hex(&Sha256::digest(path.to_string_lossy().as_bytes()));
        Some(self.folder.join(format!("{}.json", digest.get(..32)?)))
    }

    /// The files of the records, with the times at which they were written.
    fn files(&self) -> Vec<(SystemTime, PathBuf)> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries
            .filter(|entry| entry.path().extension().is_some_and(|end| end == "json"))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect()
    }

    fn remove_oldest(&self) {
        let mut files = self.files();
        let surplus = files.len().saturating_sub(MOST_STORES);
        files.sort();
        for (_, file) in files.into_iter().take(surplus) {
            drop(fs::remove_file(file));
        }
    }
}

/// The path as it is named, from the root on. Links are not followed: a link in the place of the
/// store is noticed as another store at this path.
pub(in crate::store) fn absolute(path: &Path) -> Option<PathBuf> {
    std::path::absolute(path).ok()
}

fn read(file: &Path) -> io::Result<SeenHead> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    fs::File::open(file)?
        .take(MOST_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(serde_json::from_slice(&bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(path: &Path, entry: i64) -> SeenHead {
        SeenHead {
            store: "a5".repeat(16),
            entry,
            hash: "00".repeat(32),
            time: "2026-11-22T12:00:00Z".parse().unwrap(),
            path: path.to_owned(),
        }
    }

    #[test]
    fn each_path_has_one_record_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let witness = Witness::in_folder(folder.path().join("seen"));
        let (one, other) = (Path::new("/data/one.db"), Path::new("/data/other.db"));
        assert_eq!(witness.seen(one).unwrap(), None);
        for head in [head(one, 1), head(other, 5), head(one, 2)] {
            witness.keep(&head).unwrap();
        }
        assert_eq!(witness.seen(one).unwrap(), Some(head(one, 2)));
        assert_eq!(witness.records_of(&"a5".repeat(16)).len(), 2);
        #[cfg(unix)]
        for (_, file) in witness.files() {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&file), mode(witness.folder())), (0o600, 0o700));
        }
        witness.forget(one);
        assert_eq!(witness.seen(one).unwrap(), None);
    }

    #[test]
    fn a_record_that_cannot_be_read_is_an_error_and_not_a_first_sight() {
        let folder = tempfile::tempdir().unwrap();
        let witness = Witness::in_folder(folder.path().to_owned());
        let path = Path::new("/data/one.db");
        witness.keep(&head(path, 1)).unwrap();
        fs::write(&witness.files()[0].1, "{").unwrap();
        assert!(witness.seen(path).is_err());
    }

    #[test]
    fn the_number_of_records_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let witness = Witness::in_folder(folder.path().to_owned());
        for number in 0..MOST_STORES + 5 {
            let path = PathBuf::from(format!("/data/{number}.db"));
            witness.keep(&head(&path, 1)).unwrap();
        }
        assert_eq!(witness.files().len(), MOST_STORES);
    }
}
