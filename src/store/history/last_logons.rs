//! The last logons of users with their origins, for many users with one statement.

use std::collections::HashMap;

use super::entry::HistoryKind;
use super::failed_logons::failures;
use crate::domain::Time;
use crate::domain::user::UserId;
use crate::plan::BatchAction;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IdSet, LIST};
use crate::store::engine::times::{millis, time};
use crate::store::engine::{Connection, EngineResult};
use crate::store::{Result, Store};

/// The last logons of a user, from the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastLogons {
    /// The last one with the right PIN. Those before version 12 of the store are not known.
    pub success: Option<LogonMark>,
    /// The last one with a wrong PIN. Refused ones, such as those of a locked PIN, do not count.
    pub failure: Option<LogonMark>,
}

/// The time of a logon and its origin, where that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogonMark {
    pub at: Time,
    pub from: Option<String>,
}

impl Store {
    /// Whether anybody ever logged on here, so that there may be last logons.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn has_logons(&self) -> Result<bool> {
        let sql =
            "SELECT count(*) FROM (SELECT 1 FROM batches WHERE action = ?1 LIMIT 1) AS logons";
        let action = BatchAction::Authenticate.word();
        self.read(|connection| {
            connection.query_row(sql, &[&action], |row| Ok(row.get::<i64>(0)? > 0))
        })
    }

    /// The users who ever logged on or tried to, in the order of their IDs.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn users_with_logons(&self) -> Result<Vec<UserId>> {
        let sql = "SELECT DISTINCT h.user_id FROM batches b JOIN history h ON h.batch_id = b.id
             WHERE b.action = ?1 AND h.user_id IS NOT NULL ORDER BY h.user_id";
        let action = BatchAction::Authenticate.word();
        self.read(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(&[&action])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(UserId(row.get(0)?));
            }
            Ok(found)
        })
    }

    /// The last logon with the right PIN of each user who has had one since a time. Those before
    /// version 12 of the store are not known.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn logons_since(&self, since: Time) -> Result<HashMap<UserId, Time>> {
        self.read(|connection| logons_since(connection, since))
    }

    /// The last logons of each of these users. A user without any is missing.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn last_logons(&self, ids: &[UserId]) -> Result<HashMap<UserId, LastLogons>> {
        // Right digits change the state only if they follow wrong ones. So one of the last two
        // changes by logons is the last failure.
        let sql = format!(
            "SELECT list.value, b.at, b.source, h.kind, h.before, h.after FROM {LIST}
             CROSS JOIN history h CROSS JOIN batches b
             WHERE h.user_id = list.value AND b.id = h.batch_id AND (h.seq IN
                (SELECT last.seq FROM history last JOIN batches logon ON logon.id = last.batch_id
                 WHERE last.user_id = list.value AND last.kind = 'pin' AND logon.action = ?2
                 ORDER BY last.seq DESC LIMIT 2)
                OR h.seq = (SELECT max(last.seq) FROM history last
                    WHERE last.user_id = list.value AND last.kind = 'logon'))
             ORDER BY h.seq"
        );
        let action = BatchAction::Authenticate.word();
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let mut found: HashMap<UserId, LastLogons> = HashMap::new();
            for ids in ids.chunks(IDS_PER_STATEMENT) {
                let mut rows = statement.query(&[&IdSet::of_users(ids), &action])?;
                while let Some(row) = rows.next()? {
                    let Some(at) = time(Some(row.get(1)?)) else {
                        continue;
                    };
                    let id = UserId(row.get(0)?);
                    let mark = LogonMark {
                        at,
                        from: row.get(2)?,
                    };
                    if row.get::<&str>(3)? == HistoryKind::Logon.word() {
                        found.entry(id).or_default().success = Some(mark);
                    } else if failures(row.get(5)?) > failures(row.get(4)?) {
                        found.entry(id).or_default().failure = Some(mark);
                    }
                }
            }
            Ok(found)
        })
    }
}

/// The last logon with the right PIN of each user who has had one since a time.
pub(in crate::store) fn logons_since(
    connection: &Connection,
    since: Time,
) -> EngineResult<HashMap<UserId, Time>> {
    let sql = "SELECT h.user_id, max(b.at) FROM batches b CROSS JOIN history h
        WHERE h.batch_id = b.id AND b.at >= ?1 AND b.action = 'authenticate' AND h.kind = 'logon'
        GROUP BY h.user_id";
    let mut logons = HashMap::new();
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(&[&millis(since)])?;
    while let Some(row) = rows.next()? {
        if let (Some(id), Some(at)) = (row.get::<Option<i64>>(0)?, time(row.get(1)?)) {
            logons.insert(UserId(id), at);
        }
    }
    Ok(logons)
}
