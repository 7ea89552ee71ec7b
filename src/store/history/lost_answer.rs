//! Finding out whether a change is in a store on a server, when the answer was lost with the
//! connection.
//!
//! A change is known by the last entry that it appends to the history: no other change has its hash.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::head::Head;
use super::head_watch::HeadWatch;
use crate::store::engine::catalog::reopened;
use crate::store::engine::transaction::begin_write;
use crate::store::engine::waiting::Waiting;
use crate::store::engine::{Connection, EngineResult};
use crate::store::{Result, StoreError};

/// The longest time in which the server is asked again.
const PATIENCE: Duration = Duration::from_mins(1);

/// The first and the longest pause between two tries to reach the server.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(5));

impl HeadWatch {
    /// Connects to the server again, and looks whether the last change is in the store. Returns the new
    /// connection.
    ///
    /// # Errors
    /// The change is not in the store, or that cannot be found out: the server does not answer, or the
    /// change has no entry of its own.
    pub(in crate::store) fn find_again(
        &self,
        lost: &Connection,
        path: &Path,
        waiting: &Waiting,
    ) -> Result<Connection> {
        let path = || path.to_owned();
        let unknown = || StoreError::OutcomeUnknown { path: path() };
        let entry = self.appended().ok_or_else(unknown)?;
        let started = Instant::now();
        let mut pause = PAUSES.0;
        loop {
            let asked = reopened(lost, &path(), &waiting.as_set())
                .and_then(|mut again| Ok((has_entry(&mut again, entry)?, again)));
            match asked {
                Ok((true, again)) => return Ok(again),
                Ok((false, _)) => return Err(StoreError::ConnectionLost { path: path() }),
                Err(error) => {
                    log::warn!("the server does not say whether a change was made: {error}");
                }
            }
            let waited = started.elapsed();
            if waited >= PATIENCE || !waiting.goes_on(waited) {
                return Err(unknown());
            }
            sleep(pause);
            pause = (pause * 2).min(PAUSES.1);
        }
    }
}

/// Whether the history has this entry. A transaction that writes waits for the one before, so the change
/// whose answer was lost has ended by then.
fn has_entry(connection: &mut Connection, entry: Head) -> EngineResult<bool> {
    let transaction = begin_write(connection)?;
    let hash: Option<[u8; 32]> = transaction
        .prepare("SELECT hash FROM history WHERE seq = ?1")?
        .query_optional(&[&entry.seq], |row| row.get(0))?;
    transaction.rollback()?;
    Ok(hash == Some(entry.hash))
}
