//! A copy of the store as one file: consistent, checked, and for its owner alone.

use std::cell::OnceCell;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use tempfile::{NamedTempFile, TempPath};

use crate::io_words::cause;
use crate::owner_only::owner_only_part;
use crate::progress::Unwatched;
use crate::store::access::hook_runner::StoreHooks;
use crate::store::engine::EngineError;
use crate::store::engine::address::refuse_address;
use crate::store::engine::catalog::store_mark;
use crate::store::engine::file_ids::beside;
use crate::store::engine::files::{folder_of, remove_stale, sync_folder};
use crate::store::engine::named_values::{STORE_ID, text};
use crate::store::engine::schema_guard::SchemaGuard;
use crate::store::engine::sqlite;
use crate::store::engine::waiting::Waiting;
use crate::store::history::difference::Difference;
use crate::store::history::head::Head;
use crate::store::history::head_watch::HeadWatch;
use crate::store::pins::keys::StoreKeys;
use crate::store::{Result, Store, StoreError};

/// The beginning of the name of an unfinished copy.
const UNFINISHED: &str = ".pindesk-backup-";

impl Store {
    /// Copies the store into a file, while others work on it. Neither the store nor the copy
    /// records that. An existing file is replaced only if it is an earlier backup of this store.
    ///
    /// All pages, indexes and hashes are checked before that, and the store is compared with its
    /// history. A store that is not as its history says gets a new backup, and the differences are
    /// returned; it never replaces an earlier one.
    ///
    /// # Errors
    /// The store is damaged, or would replace a backup and is not as its history says; the existing file is something else, or the file cannot be written. The
    /// existing file is then unchanged.
    pub fn back_up(&self, to: &Path) -> Result<Vec<Difference>> {
        refuse_address(to)?;
        let target = fs::canonicalize(to).unwrap_or_else(|_not_there_yet| to.to_owned());
        if let Some(detail) = self.replace_obstacle(&target) {
            return Err(cannot(detail, to));
        }
        let (part, differences) = self.checked_copy_beside(&target)?;
        if let Some(first) = differences.first()
            && target.exists()
        {
            return Err(cannot(
                format!(
                    "the store is not as its history says ({}), so the earlier backup stays",
                    first.sentence().trim_end_matches('.')
                ),
                to,
            ));
        }
        put_in_place(part, &target).map_err(|error| cannot(cause(&error), to))?;
        Ok(differences)
    }

    /// Makes a copy beside its final path after checking all pages, rows and indexes of the store,
    /// and verifies the history of the copy. Returns the differences between it and its history.
    pub(super) fn checked_copy_beside(&self, target: &Path) -> Result<(TempPath, Vec<Difference>)> {
        let damage = sqlite::integrity_check(&self.connection, 1).map_err(|e| self.error(&e))?;
        if let Some(detail) = damage.into_iter().next() {
            return Err(self.damaged(detail));
        }
        let part = self.copy_beside(target)?;
        let verified = self.of_copy(&part)?.verify_history(&Unwatched)?;
        match verified.first_break {
            None => Ok((part, verified.differences)),
            Some(broken) => Err(self.damaged(format!(
                "its history is broken at entry {}: {}",
                broken.seq, broken.what
            ))),
        }
    }

    /// Makes a copy beside its final path, and checks that it is whole.
    pub(super) fn copy_beside(&self, target: &Path) -> Result<TempPath> {
        self.check_place()?;
        let folder = folder_of(target);
        remove_stale(folder, UNFINISHED);
        let part = owner_only_part(folder, UNFINISHED, "")
            .map(NamedTempFile::into_temp_path)
            .map_err(|error| cannot(cause(&error), target))?;
        let name = part
            .to_str()
            .ok_or_else(|| cannot("its name is not Unicode".to_owned(), target))?;
        let failed = |error: &EngineError| match StoreError::from_engine(error, target) {
            // Copying reads every row of the store, so damage is the store's.
            StoreError::Damaged { detail, .. } => self.damaged(detail),
            error => error,
        };
        sqlite::copy_into(&self.connection, name).map_err(|error| failed(&error))?;
        let copy = sqlite::open_immutable(&part).map_err(|error| failed(&error))?;
        let mark = store_mark(&copy).map_err(|error| failed(&error))?;
        let found = sqlite::quick_check(&copy).map_err(|error| failed(&error))?;
        let id = text(&copy, STORE_ID).map_err(|error| failed(&error))?;
        if !mark.is_ours || found != "ok" || id.as_ref() != Some(&self.id) {
            return Err(cannot(format!("the copy is not whole: {found}"), target));
        }
        Ok(part)
    }

    /// A store that reads a copy of this one.
    fn of_copy(&self, part: &Path) -> Result<Self> {
        let connection = sqlite::open_immutable(part).map_err(|error| self.error(&error))?;
        Ok(Self {
            connection,
            path: part.to_owned(),
            id: self.id.clone(),
            files: None,
            waiting: Waiting::default(),
            damage: OnceCell::new(),
            temporary: None,
            schema: SchemaGuard::for_reading(),
            keys: StoreKeys::default(),
            hooks: StoreHooks::default(),
            heads: HeadWatch::default(),
        })
    }

    /// The ID of the last batch of the store.
    pub(in crate::store) fn last_batch(&self) -> Result<i64> {
        self.read(|connection| {
            connection.query_row("SELECT coalesce(max(id), 0) FROM batches", &[], |row| {
                row.get(0)
            })
        })
    }

    /// The end of the history of the store.
    pub(in crate::store) fn head(&self) -> Result<Head> {
        self.read(Head::of)
    }

    fn damaged(&self, detail: String) -> StoreError {
        StoreError::Damaged {
            detail,
            path: self.path.clone(),
        }
    }

    /// The reason why an existing file must not be replaced. None if it may be, or if there is no
    /// file.
    fn replace_obstacle(&self, target: &Path) -> Option<String> {
        let earlier = fs::metadata(target).ok()?;
        if fs::canonicalize(&self.path).is_ok_and(|own| own == target) {
            return Some("it is the store itself".to_owned());
        }
        if !earlier.is_file() {
            return Some("there is a folder or a device".to_owned());
        }
        if sqlite::FILES_IN_USE
            .iter()
            .any(|end| beside(target, end).exists())
        {
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

/// Gives an unfinished copy its name, on disk.
pub(super) fn put_in_place(part: TempPath, target: &Path) -> std::io::Result<()> {
    File::options().write(true).open(&part)?.sync_all()?;
    part.persist(target)?;
    sync_folder(folder_of(target))
}

fn cannot(detail: String, path: &Path) -> StoreError {
    StoreError::CannotBackUp {
        detail,
        path: path.to_owned(),
    }
}
