//! Verifying the history: walking the chain of hashes from the first entry.

use rusqlite::OptionalExtension;

use super::entry::{BATCH_COLUMNS, Columns, Written, describe_batch};
use super::head::Head;
use crate::domain::role::Permissions;
use crate::domain::text::hex;
use crate::plan::Plan;
use crate::plan::document::{Document, sha256};
use crate::progress::{Progress, step};
use crate::store::{Result, Store, StoreError};

/// The result of verifying the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    pub entries: u64,
    /// The hash of the last entry. A copy kept elsewhere also proves that the chain was not
    /// rewritten or replaced by a shorter one.
    pub head: String,
    pub first_break: Option<ChainBreak>,
}

/// The first entry at which the history differs from what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainBreak {
    pub seq: i64,
    pub what: String,
}

impl Store {
    /// Walks the chain and returns its first break. Without a break, no entry was changed, removed
    /// or inserted without rewriting the rest of the chain, and none was cut off the end without
    /// changing the noted head.
    ///
    /// # Errors
    /// The store could not be read, or the walk was cancelled.
    pub fn verify_history(&self, progress: &dyn Progress) -> Result<Verified> {
        let walked = self.read(|connection| {
            let total: i64 =
                connection.query_row("SELECT count(*) FROM history", [], |row| row.get(0))?;
            let total = total.unsigned_abs();
            let sql = format!("SELECT {} FROM history ORDER BY seq", Written::COLUMNS);
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            let (mut head, mut entries) = ([0_u8; 32], 0_u64);
            let mut found = None;
            while let Some(row) = rows.next()? {
                let Written {
                    columns,
                    prev,
                    hash,
                } = Written::of(row)?;
                let Columns {
                    seq,
                    batch,
                    kind,
                    after,
                    ..
                } = columns;
                entries += 1;
                let expected = columns.hash(&head)?;
                let what = if seq.unsigned_abs() != entries {
                    Some("an entry is missing before it")
                } else if prev != head {
                    Some("it does not follow the entry before it")
                } else if hash != expected {
                    Some("its content was changed")
                } else if kind == "batch" && describe(connection, batch)?.as_deref() != after {
                    Some("its batch was changed")
                } else {
                    None
                };
                if let Some(what) = what {
                    found = Some(ChainBreak {
                        seq,
                        what: what.to_owned(),
                    });
                    break;
                }
                head = expected;
                if step(progress, entries, total) {
                    return Ok(None);
                }
            }
            if found.is_none() {
                found = unwritten_batch(connection)?;
            }
            let seq = i64::try_from(entries).unwrap_or(i64::MAX);
            let last = Head { seq, hash: head };
            if found.is_none() && !last.is_noted(connection)? {
                let what = "the entries after it were cut off".to_owned();
                found = Some(ChainBreak { seq, what });
            }
            if found.is_none() {
                found = edited_plan(connection, &self.id)?;
            }
            Ok(Some(Verified {
                entries,
                head: hex(&head),
                first_break: found,
            }))
        })?;
        walked.ok_or(StoreError::Cancelled)
    }
}

/// A batch that no entry opens. It was inserted by another program.
fn unwritten_batch(connection: &rusqlite::Connection) -> rusqlite::Result<Option<ChainBreak>> {
    let sql = "SELECT b.id FROM batches b WHERE NOT EXISTS
        (SELECT 1 FROM history h WHERE h.batch_id = b.id AND h.kind = 'batch') ORDER BY b.id LIMIT 1";
    let batch: Option<i64> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    let end = |batch| ChainBreak {
        seq: 0,
        what: format!("batch {batch} has no entry in the history"),
    };
    Ok(batch.map(end))
}

/// A submitted plan that differs from the hash in its batch, or that no batch submits.
fn edited_plan(
    connection: &rusqlite::Connection,
    store: &str,
) -> rusqlite::Result<Option<ChainBreak>> {
    let mut statement = connection.prepare(
        "SELECT p.id, p.content, p.action, p.undoes, p.changes, h.seq, b.plan_sha256 FROM plans p
         LEFT JOIN batches b ON b.plan = p.id AND b.action = 'submit-plan'
         LEFT JOIN history h ON h.batch_id = b.id AND h.kind = 'batch' ORDER BY p.id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, line, action): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let (undoes, changes): (Option<i64>, i64) = (row.get(3)?, row.get(4)?);
        let (seq, expected): (Option<i64>, Option<String>) = (row.get(5)?, row.get(6)?);
        let is_whole = expected == Some(sha256(&line))
            && listed(&line, store).is_some_and(|(plan, users)| {
                let repeats = (plan.batch_action().word(), plan.undoes.map(|batch| batch.0))
                    == (action.as_str(), undoes);
                repeats
                    && i64::try_from(users.len()) == Ok(changes)
                    && planned_users(connection, id) == Ok(users)
            });
        if !is_whole {
            return Ok(Some(ChainBreak {
                seq: seq.unwrap_or(0),
                what: format!("plan {id} was changed"),
            }));
        }
    }
    let sql = "SELECT b.plan, h.seq FROM batches b JOIN history h ON h.batch_id = b.id AND h.kind = 'batch'
        WHERE b.plan IS NOT NULL AND b.plan NOT IN (SELECT id FROM plans) ORDER BY h.seq LIMIT 1";
    let missing: Option<(i64, i64)> = connection
        .query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(missing.map(|(plan, seq)| ChainBreak {
        seq,
        what: format!("plan {plan} is missing"),
    }))
}

/// The plan of a line, and the ID and version of each user it would change, in the order of IDs.
fn listed(line: &str, store: &str) -> Option<(Plan, Vec<(i64, i64)>)> {
    let document = Document::of_line(line)
        .ok()
        .filter(|document| document.store == store)?;
    let plan = document.plan(Permissions::nothing()).ok()?;
    let mut users: Vec<(i64, i64)> = plan
        .changes()
        .map(|(_, user)| (user.id.0, user.version.0))
        .collect();
    users.sort_unstable();
    Some((plan, users))
}

fn planned_users(
    connection: &rusqlite::Connection,
    plan: i64,
) -> rusqlite::Result<Vec<(i64, i64)>> {
    connection
        .prepare_cached(
            "SELECT user_id, version FROM plan_users WHERE plan_id = ?1 ORDER BY user_id",
        )?
        .query_map([plan], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

fn describe(connection: &rusqlite::Connection, batch: i64) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached(&format!(
            "SELECT {BATCH_COLUMNS} FROM batches WHERE id = ?1"
        ))?
        .query_row([batch], describe_batch)
        .optional()
}
