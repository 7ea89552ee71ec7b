//! Going back to a backup.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tempfile::{NamedTempFile, TempPath};

use crate::domain::Time;
use crate::domain::role::{Permission, cmdlet};
use crate::domain::text::hex;
use crate::owner_only::owner_only_part;
use crate::plan::BatchAction;
use crate::progress::Progress;
use crate::store::engine::address::refuse_address;
use crate::store::engine::file_ids::{ENDS, beside};
use crate::store::engine::files::{folder_of, remove_stale, share_like, sync_folder};
use crate::store::engine::location::cannot_open;
use crate::store::engine::sqlite;
use crate::store::history::append::{append_accepted_time, record_denied};
use crate::store::history::batch::Batch;
use crate::store::history::batch_note::{BatchNote, ReplacedStore};
use crate::store::history::clock::last_time;
use crate::store::history::difference::Difference;
use crate::store::open::file::Empty;
use crate::store::{
    BatchId, BatchSummary, HistoryQuery, Opener, Result, Store, StoreError, counter, next_version,
};

/// The beginning of the name of an unfinished file.
const UNFINISHED: &str = ".pindesk-restore-";

/// How long restoring waits for other programs that have the store open.
const PATIENCE: Duration = Duration::from_secs(2);

/// The largest number of batches that a comparison lists.
const MOST_LISTED: usize = 1000;

/// A backup beside the store of today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupComparison {
    pub copy: PathBuf,
    /// The time of the last batch in the backup.
    pub made_at: Option<Time>,
    pub users: u64,
    /// The differences between the backup and its own history, by area.
    pub differences: Vec<Difference>,
    /// The batches that the store has and the backup has not, newest first, at most a thousand.
    pub undone: Vec<BatchSummary>,
    /// The number of all such batches.
    pub undone_count: u64,
    /// The reason why the store of today cannot be read.
    pub unreadable: Option<StoreError>,
}

/// The outcome of going back to a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The batch that records it.
    pub batch: BatchId,
    /// The store that was replaced: a backup of it, or its damaged file. None if there was none.
    pub kept: Option<PathBuf>,
}

impl Store {
    /// Checks a backup and compares it with the store. Changes nothing.
    ///
    /// # Errors
    /// The backup is damaged or of another store, or the store cannot be reached.
    pub fn compare_with_backup(
        path: &Path,
        copy: &Path,
        opener: &Opener<'_>,
        progress: &dyn Progress,
    ) -> Result<BackupComparison> {
        refuse_address(path)?;
        let (backup, differences) = checked(copy, opener, progress)?;
        let (today, unreadable) = of_today(opener.open_as_it_is(path))?;
        let last = backup.last_batch()?;
        let made_at = backup.batch(BatchId(last))?.map(|batch| batch.at);
        let mut comparison = BackupComparison {
            copy: copy.to_owned(),
            made_at,
            users: backup.user_count()?,
            differences,
            undone: Vec::new(),
            undone_count: 0,
            unreadable,
        };
        if let Some(today) = today {
            check_id(&backup, &today, copy)?;
            let count = (today.last_batch()? - last).max(0).unsigned_abs();
            let most = usize::try_from(count)
                .unwrap_or(MOST_LISTED)
                .min(MOST_LISTED);
            comparison.undone = today.batches(&HistoryQuery::default(), most, progress)?;
            comparison.undone_count = count;
        }
        Ok(comparison)
    }

    /// Puts a backup in the place of the store, and records that in it. A copy of today's store is
    /// made first; a store that cannot be read is kept under another name.
    ///
    /// # Errors
    /// The backup is damaged or of another store, the operator may not do this, another program has
    /// the store open, or a file could not be written. The store is then as it was.
    pub fn restore(
        path: &Path,
        copy: &Path,
        reason: &str,
        opener: &Opener<'_>,
        progress: &dyn Progress,
    ) -> Result<Restored> {
        refuse_address(path)?;
        let (operator, now) = (opener.operator, opener.now);
        let path = &fs::canonicalize(path).unwrap_or_else(|_gone| path.to_owned());
        let (backup, _) = checked(copy, opener, progress)?;
        // The history of today's store is about to be replaced, so nobody asks about it.
        let unasked = Opener {
            witness: None,
            ..opener.clone()
        };
        let (mut today, _) = of_today(unasked.open_existing(path))?;
        if let Some(today) = &mut today {
            check_id(&backup, today, copy)?;
        }
        let name = copy.file_name().unwrap_or_default().to_string_lossy();
        let sha256 = sha256(copy)?;
        let batch = Batch {
            reason,
            source: Some((&name, &sha256)),
            ..Batch::new(BatchAction::RestoreStore, now, operator)
        };
        check_permission(&backup, today.as_mut(), &batch, &name)?;
        let replaced = today.as_ref().and_then(|today| replaced(today).ok());
        // The batch is not older than what it undoes, so that those who have seen that know it.
        let last = today.as_ref().and_then(|today| today.read(last_time).ok());
        let batch = Batch {
            at: last.flatten().map_or(now, |last| now.max(last)),
            ..batch
        };
        // The new file is complete before an older backup may have to go.
        let (file, batch) = prepare(path, copy, batch, replaced)?;
        let kept = match &today {
            Some(today) => match today.back_up_before_change(now) {
                Ok(copy) => Some(Kept::Backup(copy)),
                Err(StoreError::Damaged { .. }) => Some(Kept::Aside(aside(path, now))),
                Err(error) => return Err(error),
            },
            None if path.exists() => Some(Kept::Aside(aside(path, now))),
            None => None,
        };
        if let Some(today) = today {
            lock_out(&today, matches!(kept, Some(Kept::Aside(_))))?;
        }
        swap(path, file, kept.as_ref()).map_err(|error| cannot_open(path, &error))?;
        let kept = kept.map(|(Kept::Backup(path) | Kept::Aside(path))| path);
        Ok(Restored { batch, kept })
    }
}

/// Where the store that is replaced is kept.
enum Kept {
    Backup(PathBuf),
    /// The files themselves, under this name.
    Aside(PathBuf),
}

/// Opens a backup after checking all of it. Differences between it and its history are returned and
/// not refused: it may be the only backup, and the operator decides.
fn checked(
    copy: &Path,
    opener: &Opener<'_>,
    progress: &dyn Progress,
) -> Result<(Store, Vec<Difference>)> {
    refuse_address(copy)?;
    let checkup = Store::check(copy, opener.waiter.clone(), progress)?;
    if let Some(detail) = checkup.findings.into_iter().next() {
        return Err(StoreError::CannotRestore {
            detail: format!("it is damaged ({detail})"),
            path: copy.to_owned(),
        });
    }
    let store = opener.open_to_read(copy)?;
    Ok((store, checkup.differences))
}

/// The store of today, or the reason why it cannot be read. A backup helps with such reasons.
fn of_today(opened: Result<Store>) -> Result<(Option<Store>, Option<StoreError>)> {
    match opened {
        Ok(store) => Ok((Some(store), None)),
        Err(
            error @ (StoreError::Damaged { .. }
            | StoreError::NotADatabase { .. }
            | StoreError::EmptyFile { .. }
            | StoreError::NoStore { .. }
            | StoreError::ForeignLog { .. }),
        ) => Ok((None, Some(error))),
        Err(error) => Err(error),
    }
}

fn check_id(backup: &Store, today: &Store, copy: &Path) -> Result<()> {
    if backup.id == today.id {
        return Ok(());
    }
    Err(StoreError::CannotRestore {
        detail: "it is a backup of another store".to_owned(),
        path: copy.to_owned(),
    })
}

/// Going back changes everything, also the roles. The operator must be allowed to change those, in
/// the backup and in the store of today as far as it can be read.
fn check_permission(
    backup: &Store,
    today: Option<&mut Store>,
    batch: &Batch<'_>,
    target: &str,
) -> Result<()> {
    let operator = batch.operator;
    let refused = || StoreError::not_permitted(operator, cmdlet::ROLES);
    let in_backup = backup.permission(operator, cmdlet::ROLES)? == Permission::Everywhere;
    if let Some(today) = today {
        let in_store = today.permission(operator, cmdlet::ROLES);
        let is_permitted =
            in_backup && in_store.is_ok_and(|permission| permission == Permission::Everywhere);
        return if is_permitted {
            Ok(())
        } else {
            today.write_or_record(
                |_| Err(refused().into()),
                |transaction| record_denied(transaction, batch, target),
            )
        };
    }
    if in_backup { Ok(()) } else { Err(refused()) }
}

/// The end of a store that is replaced.
fn replaced(today: &Store) -> Result<ReplacedStore> {
    let head = today.head()?;
    Ok(ReplacedStore {
        batch: today.last_batch()?,
        entry: head.seq,
        hash: hex(&head.hash),
        version: today.read(|connection| counter(connection, "version"))?,
    })
}

/// Makes the new file of the store beside it: the backup, and the batch that records it.
fn prepare(
    path: &Path,
    copy: &Path,
    batch: Batch<'_>,
    replaced: Option<ReplacedStore>,
) -> Result<(TempPath, BatchId)> {
    let failed = |error: io::Error| cannot_open(path, &error);
    let folder = folder_of(path);
    remove_stale(folder, UNFINISHED);
    let file = owner_only_part(folder, UNFINISHED, "")
        .map(NamedTempFile::into_temp_path)
        .map_err(failed)?;
    let mut from = File::open(copy).map_err(failed)?;
    let mut to = File::options().write(true).open(&file).map_err(failed)?;
    io::copy(&mut from, &mut to).map_err(failed)?;
    drop(to);
    let opener = Opener::new(batch.operator, batch.at);
    let mut store = Store::open_file(&file, copy, Empty::Refused, &opener)?;
    let id = store.write(|transaction| {
        if let Some(replaced) = &replaced {
            // Plans that saw the replaced store must not fit users of the restored one by chance.
            transaction.execute(
                "UPDATE counters SET value = ?1 WHERE name = 'version' AND value < ?1",
                &[&replaced.version],
            )?;
        }
        let note = BatchNote {
            replaced,
            ..BatchNote::of_version(next_version(transaction)?)
        };
        let last = last_time(transaction)?;
        let batch = Batch {
            at: last.map_or(batch.at, |last| batch.at.max(last)),
            note: note.json(),
            ..batch
        };
        // An old backup is far behind the clock, which is no reason to ask about the clock.
        Ok(BatchId(append_accepted_time(transaction, &batch)?.batch))
    })?;
    drop(store);
    if path.exists() {
        share_like(&file, path).map_err(failed)?;
    }
    File::options()
        .write(true)
        .open(&file)
        .and_then(|file| file.sync_all())
        .map_err(failed)?;
    Ok((file, id))
}

/// Makes sure that no other program has the store open, and brings its log into the file.
fn lock_out(today: &Store, is_damaged: bool) -> Result<()> {
    today.set_waiter(Some(Arc::new(|waited| waited < PATIENCE)));
    match sqlite::end_log(&today.connection).map_err(|error| today.error(&error)) {
        Err(StoreError::Busy { path }) => Err(StoreError::InUse { path }),
        // The log of a damaged store is kept with it.
        Err(_) if is_damaged => Ok(()),
        ended => ended,
    }
}

/// Replaces the file. At each moment there is a whole file at the path.
fn swap(path: &Path, file: TempPath, kept: Option<&Kept>) -> io::Result<()> {
    if let Some(Kept::Aside(aside)) = kept {
        for end in ENDS.iter().rev().filter(|end| !end.is_empty()) {
            let from = beside(path, end);
            if from.exists() {
                fs::rename(from, beside(aside, end))?;
            }
        }
        if fs::hard_link(path, aside).is_err() {
            fs::rename(path, aside)?;
        }
    }
    file.persist(path)?;
    sync_folder(folder_of(path))
}

/// The name that a damaged store gets.
fn aside(path: &Path, now: Time) -> PathBuf {
    beside(
        path,
        &format!(".damaged-{}", now.format("%Y%m%dT%H%M%S%3fZ")),
    )
}

fn sha256(path: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 16];
    let hashed = File::open(path).and_then(|mut file| {
        loop {
            match file.read(&mut block)? {
                0 => return Ok(()),
                read => hash.update(&block[..read]),
            }
        }
    });
    hashed.map_err(|error| cannot_open(path, &error))?;
    Ok(hex(&hash.finalize()))
}
