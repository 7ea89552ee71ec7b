//! A log that belongs to another file than the one it lies beside.
//!
//! A program that ends early leaves its log beside the store. Somebody who then puts a backup in the
//! place of the store leaves the log where it is, and SQLite would play it into the backup
//! (<https://www.sqlite.org/howtocorrupt.html>, "Mispairing database files and hot journals").

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::store::engine::file_ids::beside;
use crate::store::engine::location::cannot_open;
use crate::store::engine::sqlite::is_without_log;
use crate::store::engine::waiting::Waiting;
use crate::store::engine::{Connection, EngineResult, ErrorKind};
use crate::store::engine::{named_values, sqlite};
use crate::store::history::head::Head;
use crate::store::{Result, StoreError};

/// The end of the name that a foreign log gets.
const SET_ASIDE: &str = ".of-another-file";

/// The largest number of names that are tried for a foreign log.
const MOST_NAMES: usize = 100;

/// Moves the log beside a file away if it cannot be the file's own.
///
/// # Errors
/// There was a foreign log, which now has the name in the error. Opening the file again is safe.
pub(super) fn set_aside(path: &Path, named: &Path, waiting: &Waiting) -> Result<()> {
    let real = fs::canonicalize(path).unwrap_or_else(|_gone| path.to_owned());
    let log = beside(&real, "-wal");
    let is_used = fs::metadata(&log).is_ok_and(|log| log.len() > 0);
    if !is_used || !is_foreign(&real, waiting) {
        return Ok(());
    }
    let moved = move_away(&log).map_err(|error| cannot_open(named, &error))?;
    // The index of the log is made again from the log, so it is of no use without it.
    drop(fs::remove_file(beside(&real, "-shm")));
    Err(StoreError::ForeignLog {
        log: moved,
        path: named.to_owned(),
    })
}

/// Whether the log beside a file belongs to another one. A backup says of itself that it has no log.
/// A store that is whole without the log must be the same store with it, and its history must go on
/// from where it ended. If the file alone is not whole, the log may be what completes it.
pub(super) fn is_foreign(path: &Path, waiting: &Waiting) -> bool {
    if is_without_log(path) {
        return true;
    }
    let alone = sqlite::open_immutable(path).and_then(|file| Ok((id(&file)?, Head::of(&file)?)));
    let Ok((Some(id_alone), head)) = alone else {
        return false;
    };
    let has_head = |connection: &Connection| -> EngineResult<bool> {
        let hash: Option<[u8; 32]> = connection.query_optional(
            "SELECT hash FROM history WHERE seq = ?1",
            &[&head.seq],
            |row| row.get(0),
        )?;
        Ok(hash == Some(head.hash))
    };
    if !sqlite::open_immutable(path)
        .and_then(|file| has_head(&file))
        .unwrap_or(false)
    {
        return false;
    }
    // A connection that cannot write never brings the log into the file.
    let together = sqlite::open_for_one_pass(path, waiting)
        .and_then(|store| Ok((id(&store)?, has_head(&store)?)));
    match together {
        Ok((id, has_head)) => id.as_ref() != Some(&id_alone) || !has_head,
        Err(error) => matches!(error.kind(), ErrorKind::Damaged | ErrorKind::NotADatabase),
    }
}

fn id(connection: &Connection) -> EngineResult<Option<String>> {
    named_values::text(connection, named_values::STORE_ID)
}

fn move_away(log: &Path) -> io::Result<PathBuf> {
    for number in 1..=MOST_NAMES {
        let to = beside(log, &format!("{SET_ASIDE}-{number}"));
        if !to.exists() {
            return fs::rename(log, &to).map(|()| to);
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
