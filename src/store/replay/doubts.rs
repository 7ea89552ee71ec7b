//! Texts that are not the same, and may mean the same: programs of different versions write a state
//! or names in different ways. Both texts are read here, for many users with one statement.

use std::collections::HashMap;

use serde_json::Value;

use super::differences::FoundDifferences;
use super::state_words::{names_in_words, states_in_words};
use crate::domain::pin::PinState;
use crate::domain::user::guid_key;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IN_LIST, IdSet};
use crate::store::engine::{Connection, EngineResult};
use crate::store::history::difference::Area;

/// The kind of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    State,
    Names,
}

/// A text that is not the one before it.
pub(super) struct Doubt {
    pub what: What,
    pub user: i64,
    /// The last entry about the user: its text after the change. None: the state without a PIN.
    pub last: Option<i64>,
    /// The next entry about the user: its text before the change. None: the store.
    pub entry: Option<i64>,
    /// The store's own text.
    pub text: Option<String>,
}

/// The doubts of one verification.
#[derive(Default)]
pub(super) struct Doubts(Vec<Doubt>);

/// The columns of an entry that a doubt is about.
struct DoubtedEntry {
    target: String,
    batch: i64,
    before: Option<String>,
    after: Option<String>,
}

impl Doubts {
    pub fn add(&mut self, doubt: Doubt) {
        self.0.push(doubt);
    }

    pub fn add_all(&mut self, doubts: Vec<Doubt>) {
        self.0.extend(doubts);
    }

    /// Reads the texts, and adds those that differ.
    pub fn resolve(
        self,
        connection: &Connection,
        found: &mut FoundDifferences,
    ) -> EngineResult<()> {
        for doubts in self.0.chunks(IDS_PER_STATEMENT) {
            let seqs = doubts.iter().flat_map(|doubt| [doubt.last, doubt.entry]);
            let entries = entries(connection, &IdSet::of(seqs.flatten()))?;
            let users = identities(
                connection,
                &IdSet::of(doubts.iter().map(|doubt| doubt.user)),
            )?;
            for doubt in doubts {
                doubt.resolve(&entries, &users, found);
            }
        }
        Ok(())
    }
}

impl Doubt {
    fn resolve(
        &self,
        entries: &HashMap<i64, DoubtedEntry>,
        users: &HashMap<i64, String>,
        found: &mut FoundDifferences,
    ) {
        let last = self.last.and_then(|seq| entries.get(&seq));
        let next = self.entry.and_then(|seq| entries.get(&seq));
        let history = last.and_then(|entry| entry.after.as_deref());
        let other = match self.entry {
            Some(_) => next.and_then(|entry| entry.before.as_deref()),
            None => self.text.as_deref(),
        };
        let (area, title, words) = match self.what {
            What::State => {
                let history = match self.last {
                    Some(_) => history.and_then(|json| serde_json::from_str(json).ok()),
                    None => Some(PinState::default()),
                };
                let other: Option<PinState> =
                    other.and_then(|json| serde_json::from_str(json).ok());
                if history.is_some() && history == other {
                    return;
                }
                let words =
                    states_in_words(&other.unwrap_or_default(), &history.unwrap_or_default());
                (Area::States, "PIN state", words)
            }
            What::Names => {
                let (history, other) = (names(history), names(other));
                if history == other {
                    return;
                }
                (Area::Users, "Names", names_in_words(&other, &history))
            }
        };
        found.add(area, || {
            let user = users.get(&self.user).map(String::as_str);
            let user = user.or(next.or(last).map(|entry| entry.target.as_str()));
            let of_batch = last.map_or_else(
                || " since the user was added".to_owned(),
                |entry| format!(" in batch {}", entry.batch),
            );
            let name = self.entry.map_or_else(
                || "the store".to_owned(),
                |seq| format!("entry {seq}, before its change,"),
            );
            format!(
                "{title} of {}: {name} says {}, the history says {}{of_batch}.",
                user.unwrap_or("a user who is missing"),
                words.0,
                words.1
            )
        });
    }
}

/// Names without what is missing, and with the GUID as the store writes it.
fn names(json: Option<&str>) -> Value {
    let mut names: Value = json
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    if let Some(fields) = names.as_object_mut() {
        fields.retain(|_, value| !value.is_null());
        if let Some(guid) = fields.get("guid").and_then(Value::as_str).map(guid_key) {
            fields.insert("guid".to_owned(), Value::from(guid));
        }
    }
    names
}

fn entries(connection: &Connection, seqs: &IdSet) -> EngineResult<HashMap<i64, DoubtedEntry>> {
    let sql =
        format!("SELECT seq, target, batch_id, before, after FROM history WHERE seq IN {IN_LIST}");
    connection
        .prepare_cached(&sql)?
        .query_map(&[seqs], |row| {
            let entry = DoubtedEntry {
                target: row.get(1)?,
                batch: row.get(2)?,
                before: row.get(3)?,
                after: row.get(4)?,
            };
            Ok((row.get(0)?, entry))
        })?
        .collect()
}

fn identities(connection: &Connection, users: &IdSet) -> EngineResult<HashMap<i64, String>> {
    use crate::store::history::settings::IDENTITY;
    let sql = format!("SELECT id, {IDENTITY} FROM users WHERE id IN {IN_LIST}");
    connection
        .prepare_cached(&sql)?
        .query_map(&[users], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}
