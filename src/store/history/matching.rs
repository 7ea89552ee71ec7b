//! The part of a query that SQL cannot answer: texts, compared without case and accents, in batches
//! and their entries.

use std::collections::{HashMap, HashSet};

use super::query::{Conditions, HistoryQuery};
use super::summary::BatchSummary;
use super::walk_progress::{Halted, WalkProgress};
use crate::domain::text::search_key;
use crate::store::engine::Connection;

/// A text and a user that are looked for in batches and their entries.
pub(super) struct Matching {
    /// The text as a search key. Empty if no text is looked for.
    text: String,
    user: Option<SoughtUser>,
}

struct SoughtUser {
    key: String,
    /// The users who have the text in one of their names today.
    ids: HashSet<i64>,
}

/// The parts of a query that a batch does not match yet.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Missing {
    text: bool,
    user: bool,
}

impl Missing {
    const NOTHING: Self = Self {
        text: false,
        user: false,
    };
}

impl Matching {
    pub fn of<E>(
        query: &HistoryQuery,
        connection: &Connection,
        progress: &mut WalkProgress<'_>,
    ) -> Result<Self, Halted<E>> {
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
        let mut rows = statement.query(&[])?;
        while let Some(row) = rows.next()? {
            // A missing name is not a text.
            let has_key = |name: &str| search_key(name).contains(&key);
            if (1..=5).any(|column| row.get::<&str>(column).is_ok_and(has_key)) {
                ids.insert(row.get(0)?);
            }
            progress.step(None)?;
        }
        Ok(Self {
            text,
            user: Some(SoughtUser { key, ids }),
        })
    }

    /// Whether every batch matches, so that no entry needs to be read.
    pub fn is_everything(&self) -> bool {
        self.text.is_empty() && self.user.is_none()
    }

    /// Keeps the batches that match. Reads the entries of those whose own columns do not decide it,
    /// with one statement.
    pub fn retain<E>(
        &self,
        connection: &Connection,
        conditions: &Conditions,
        batches: &mut Vec<BatchSummary>,
        progress: &mut WalkProgress<'_>,
    ) -> Result<(), Halted<E>> {
        let mut missing: HashMap<i64, Missing> = batches
            .iter()
            .map(|batch| (batch.id.0, self.missing(batch)))
            .filter(|(_, missing)| *missing != Missing::NOTHING)
            .collect();
        let undecided = batches.iter().map(|batch| batch.id.0);
        let undecided = undecided.filter(|id| missing.contains_key(id));
        let range = (undecided.clone().min(), undecided.max());
        if let (Some(first), Some(last)) = range {
            let conditions = conditions.within((first, last));
            let mut statement = connection.prepare_cached(&format!(
                "SELECT b.id, h.seq, h.user_id, h.target FROM batches b CROSS JOIN history h
                 WHERE {} AND h.batch_id = b.id AND h.kind <> 'batch'",
                conditions.sql()
            ))?;
            let mut rows = statement.query(&conditions.parameters())?;
            while let Some(row) = rows.next()? {
                if let Some(missing) = missing.get_mut(&row.get(0)?)
                    && *missing != Missing::NOTHING
                {
                    let target = row.get::<&str>(3).unwrap_or_default();
                    self.look(missing, row.get(2)?, target);
                }
                progress.step(Some(row.get(1)?))?;
            }
        }
        batches.retain(|batch| {
            missing
                .get(&batch.id.0)
                .is_none_or(|missing| *missing == Missing::NOTHING)
        });
        Ok(())
    }

    /// The parts of the query that an entry of the batch has to match, since the batch itself does
    /// not.
    fn missing(&self, batch: &BatchSummary) -> Missing {
        Missing {
            text: !self.text.is_empty() && !batch.mentions(&self.text),
            user: self.user.is_some(),
        }
    }

    /// Looks at one entry of a batch.
    fn look(&self, missing: &mut Missing, id: Option<i64>, target: &str) {
        let target = search_key(target);
        missing.text = missing.text && !target.contains(&self.text);
        if let Some(user) = &self.user {
            let is_it = target.contains(&user.key) || id.is_some_and(|id| user.ids.contains(&id));
            missing.user = missing.user && !is_it;
        }
    }
}
