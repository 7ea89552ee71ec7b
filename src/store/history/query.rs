//! Queries of the history.

use std::collections::HashSet;

use rusqlite::Connection;
use rusqlite::types::ValueRef;

use super::batches::BatchSummary;
use super::walk::{Halted, Steps};
use crate::domain::Time;
use crate::domain::text::{identity_key, search_key};
use crate::plan::BatchAction;
use crate::store::users::rows::millis;
use crate::store::{BatchId, Result, Store};

/// A query of batches. Each field narrows it; without any, it means all batches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    pub batch: Option<BatchId>,
    /// A text to find in the operator, machine, action, reason, ticket and file, and in the
    /// recorded identities of users; or the ID of the batch. Case and accents do not count.
    pub text: String,
    /// An account, compared exactly, as an identity that acts is.
    pub operator: Option<String>,
    /// A text to find in the recorded identities of users, and in their names of today.
    pub user: Option<String>,
    /// Compared exactly.
    pub action: Option<BatchAction>,
    /// From this moment on.
    pub from: Option<Time>,
    /// Before this moment.
    pub until: Option<Time>,
}

/// The operators and actions that occur in the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryChoices {
    /// The accounts of all operators, in alphabetical order.
    pub operators: Vec<String>,
    /// All actions.
    pub actions: Vec<BatchAction>,
}

impl Store {
    /// The operators and the actions that the history has.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn history_choices(&self) -> Result<HistoryChoices> {
        self.read(|connection| {
            let mut operators = distinct(connection, "SELECT DISTINCT operator FROM batches")?;
            // Spellings of one account are one choice.
            operators.sort_by_cached_key(|operator| (identity_key(operator), operator.clone()));
            operators.dedup_by_key(|operator| identity_key(operator));
            let words = distinct(connection, "SELECT DISTINCT action FROM batches")?;
            let mut actions: Vec<BatchAction> = words
                .iter()
                .map(|word| BatchAction::of_word(word))
                .collect();
            actions.sort_by_cached_key(|action| (action.position(), action.to_string()));
            Ok(HistoryChoices { operators, actions })
        })
    }
}

/// The part of a query that SQL compares: conditions on the batches `b` with numbered parameters.
pub(super) const NARROWED: &str = "(?1 IS NULL OR b.id = ?1) AND (?2 IS NULL OR b.action = ?2)
    AND (?3 IS NULL OR b.operator IN (SELECT value FROM json_each(?3)))
    AND (?4 IS NULL OR b.at >= ?4) AND (?5 IS NULL OR b.at < ?5)";

/// The values of those parameters.
pub(super) struct Narrowed {
    batch: Option<i64>,
    action: Option<String>,
    /// All spellings of the account, as JSON.
    operators: Option<String>,
    from: Option<i64>,
    until: Option<i64>,
}

impl Narrowed {
    pub fn values(&self) -> [&dyn rusqlite::ToSql; 5] {
        [
            &self.batch,
            &self.action,
            &self.operators,
            &self.from,
            &self.until,
        ]
    }
}

impl HistoryQuery {
    pub(super) fn narrowed(&self, connection: &Connection) -> rusqlite::Result<Narrowed> {
        let operators = match &self.operator {
            None => None,
            Some(operator) => {
                let key = identity_key(operator);
                let mut same = distinct(connection, "SELECT DISTINCT operator FROM batches")?;
                same.retain(|operator| identity_key(operator) == key);
                Some(serde_json::Value::from(same).to_string())
            }
        };
        Ok(Narrowed {
            batch: self.batch.map(|batch| batch.0),
            action: self.action.as_ref().map(ToString::to_string),
            operators,
            from: self.from.map(millis_from),
            until: self.until.map(millis_from),
        })
    }
}

/// The part of a query that is compared batch by batch and entry by entry.
pub(super) struct Wanted {
    /// Empty if no text is wanted.
    text: String,
    user: Option<WantedUser>,
}

struct WantedUser {
    key: String,
    /// The users whose names of today contain the text.
    ids: HashSet<i64>,
}

impl Wanted {
    pub fn of<E>(
        query: &HistoryQuery,
        connection: &Connection,
        steps: &mut Steps<'_>,
    ) -> std::result::Result<Self, Halted<E>> {
        let text = search_key(query.text.trim());
        let key = query
            .user
            .as_deref()
            .map(|user| search_key(user.trim()))
            .filter(|key| !key.is_empty());
        let Some(key) = key else {
            return Ok(Self { text, user: None });
        };
        let mut ids = HashSet::new();
        let mut statement = connection.prepare_cached(
            r"SELECT id, display_name, 'sip:' || sip, upn, domain || '\' || logon, dn FROM users",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            // A missing name contains no text.
            let is_called_so = |name: ValueRef<'_>| {
                name.as_str()
                    .is_ok_and(|name| search_key(name).contains(&key))
            };
            if (1..=5).any(|column| row.get_ref(column).is_ok_and(is_called_so)) {
                ids.insert(row.get(0)?);
            }
            steps.step(None)?;
        }
        Ok(Self {
            text,
            user: Some(WantedUser { key, ids }),
        })
    }

    /// The conditions that the entries of a batch have still to meet: the text, and the user.
    pub fn open(&self, batch: &BatchSummary) -> Open {
        Open {
            text: !self.text.is_empty() && !batch.mentions(&self.text),
            user: self.user.is_some(),
        }
    }

    /// Compares one entry of the batch.
    pub fn look(&self, open: &mut Open, id: Option<i64>, target: &str) {
        let target = search_key(target);
        open.text = open.text && !target.contains(&self.text);
        if let Some(user) = &self.user {
            let is_it = target.contains(&user.key) || id.is_some_and(|id| user.ids.contains(&id));
            open.user = open.user && !is_it;
        }
    }
}

/// The conditions that a batch has not met yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Open {
    text: bool,
    user: bool,
}

impl Open {
    pub const NOTHING: Self = Self {
        text: false,
        user: false,
    };
}

impl BatchSummary {
    fn mentions(&self, key: &str) -> bool {
        let texts = [
            self.action.word(),
            &self.operator,
            &self.machine,
            &self.reason,
            &self.ticket,
        ];
        texts
            .into_iter()
            .chain(self.source.as_deref())
            .any(|text| search_key(text).contains(key))
            || self.id.0.to_string() == key
    }
}

/// A moment rounded up to milliseconds, in which times of batches are kept.
fn millis_from(moment: Time) -> i64 {
    let is_between = !moment.timestamp_subsec_nanos().is_multiple_of(1_000_000);
    millis(moment) + i64::from(is_between)
}

fn distinct(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(sql)?
        .query_map([], |row| row.get(0))?
        .collect()
}
