//! Users, their names, PIN states and versions against the history, in one pass in the order of
//! their IDs.

use super::differences::FoundDifferences;
use super::doubts::{Doubt, Doubts, What};
use super::replayed::{NO_PIN, RecordedBlock, Replayed};
use crate::domain::text::hex;
use crate::domain::user::UserRecord;
use crate::store::engine::{Connection, EngineResult, Row};
use crate::store::history::difference::Area;
use crate::store::history::entry::state_json;
use crate::store::history::names_digest::{NamesHash, hash_of_block, names_hash, names_json};
use crate::store::users::rows::{USER_COLUMN_COUNT, USER_COLUMNS, USER_TABLES, user};
use crate::store::users::sort_keys::display_sort;

/// The keys by which users are found, and the batch that added the user.
const MORE_COLUMNS: &str =
    "u.display_key, u.sip_key, u.upn_key, u.account_key, u.dn_key, u.display_sort,
    u.added_batch";

/// Compares all users. Returns false if the work was cancelled.
pub(super) fn compare_users(
    connection: &Connection,
    replayed: &Replayed,
    doubts: &mut Doubts,
    found: &mut FoundDifferences,
    progress: &mut dyn FnMut() -> bool,
) -> EngineResult<bool> {
    let mut blocks = OpenBlocks::of(replayed);
    let mut seen = Seen::default();
    let mut statement = connection.prepare(&format!(
        "SELECT {USER_COLUMNS}, {MORE_COLUMNS} FROM {USER_TABLES} ORDER BY u.id"
    ))?;
    let mut rows = statement.query(&[])?;
    while let Some(row) = rows.next()? {
        let user = user(row)?;
        let pass = Pass {
            replayed,
            user: &user,
        };
        pass.state(doubts);
        if replayed.removed.contains(&user.id.0) {
            found.add(Area::Users, || {
                format!("{} is there, but was removed.", user.names.identity())
            });
        }
        let names = names_json(&user.names);
        pass.names(&names, doubts);
        pass.keys(row, found)?;
        seen.count(user.id.0, replayed);
        let version = blocks.add(&pass, &names, row.get(USER_COLUMN_COUNT + 6)?, found);
        pass.version(version, found);
        if progress() {
            return Ok(false);
        }
    }
    blocks.finish(found);
    seen.report(replayed, found);
    impossible_rows(connection, found)?;
    Ok(true)
}

/// One user of the pass.
struct Pass<'a> {
    replayed: &'a Replayed,
    user: &'a UserRecord,
}

impl Pass<'_> {
    fn state(&self, doubts: &mut Doubts) {
        let state = state_json(&self.user.pin).unwrap_or_default();
        let last = self.replayed.states.get(&self.user.id.0);
        let is_same = match last {
            Some(last) => self.replayed.hash(&state) == last.hash,
            None => state == NO_PIN,
        };
        if !is_same {
            doubts.add(Doubt {
                what: What::State,
                user: self.user.id.0,
                last: last.map(|last| last.seq),
                entry: None,
                text: Some(state),
            });
        }
    }

    /// Compares names that were recorded one by one. Names that were only recorded with their block
    /// are compared there.
    fn names(&self, names: &str, doubts: &mut Doubts) {
        if let Some(last) = self.replayed.names.get(&self.user.id.0)
            && self.replayed.hash(names) != last.hash
        {
            doubts.add(Doubt {
                what: What::Names,
                user: self.user.id.0,
                last: Some(last.seq),
                entry: None,
                text: Some(names.to_owned()),
            });
        }
    }

    /// Compares the keys by which the user is found with the names.
    fn keys(&self, row: Row<'_>, found: &mut FoundDifferences) -> EngineResult<()> {
        let names = &self.user.names;
        let keys = names.keys();
        let sort = display_sort(&names.display_name, &keys.display);
        let expected = [
            Some(keys.display.as_str()),
            keys.sip.as_deref(),
            keys.upn.as_deref(),
            keys.account.as_deref(),
            keys.dn.as_deref(),
            sort.as_deref(),
        ];
        for (column, expected) in (USER_COLUMN_COUNT..).zip(expected) {
            if row.get::<Option<&str>>(column)? != expected {
                found.add(Area::Users, || {
                    let user = names.identity();
                    format!("The keys by which {user} is found are not those of the names.")
                });
                break;
            }
        }
        Ok(())
    }

    /// Compares the version with that of the last change. `added` is the version of the batch that
    /// added the user.
    fn version(&self, added: Option<i64>, found: &mut FoundDifferences) {
        let id = self.user.id.0;
        let last = self.replayed.versions.get(&id).copied();
        let version = self.user.version.0;
        let is_right = match last.unwrap_or(added) {
            Some(expected) => version == expected,
            None => self.replayed.version.is_none_or(|last| version <= last),
        };
        if !is_right {
            found.add(Area::Versions, || {
                let user = self.user.names.identity();
                format!("The version of {user} is {version}, which is not that of the last change.")
            });
        }
    }
}

/// The recorded blocks, and the one in which the pass is.
struct OpenBlocks<'a> {
    replayed: &'a Replayed,
    blocks: Vec<&'a RecordedBlock>,
    next: usize,
    /// The users who were removed after their block was recorded, in descending order.
    removed: Vec<i64>,
    /// The names of the users of the current block, as they were recorded.
    names: Vec<NamesHash>,
}

impl<'a> OpenBlocks<'a> {
    fn of(replayed: &'a Replayed) -> Self {
        let mut blocks: Vec<&RecordedBlock> = replayed.blocks.iter().collect();
        blocks.sort_by_key(|recorded| recorded.block.first);
        Self {
            replayed,
            blocks,
            next: 0,
            removed: replayed.removed_of_blocks.iter().rev().copied().collect(),
            names: Vec::new(),
        }
    }

    /// Adds the next user. Returns the version that the user got when the block was recorded.
    fn add(
        &mut self,
        pass: &Pass<'_>,
        names: &str,
        added: i64,
        found: &mut FoundDifferences,
    ) -> Option<i64> {
        let user = pass.user;
        self.pass_removed(user.id.0, found);
        while self.current().is_some_and(|open| open.block.last < user.id) {
            self.close(found);
        }
        let Some(open) = self.current().filter(|open| open.block.first <= user.id) else {
            if self.replayed.settings.is_some() {
                found.add(Area::Users, || {
                    format!("{} was added without a record.", user.names.identity())
                });
            }
            return None;
        };
        let first = self.replayed.first_names.get(&user.id.0);
        self.names
            .push(first.map_or_else(|| names_hash(names), |hash| *hash));
        if open.version.is_some() && added != open.batch {
            found.add(Area::Users, || {
                let user = user.names.identity();
                format!("{user} was added by batch {}, not by {added}.", open.batch)
            });
        }
        open.version
    }

    /// Adds the names of the removed users before an ID, as they were recorded.
    fn pass_removed(&mut self, before: i64, found: &mut FoundDifferences) {
        while let Some(removed) = self.removed.pop_if(|removed| *removed < before) {
            while self
                .current()
                .is_some_and(|open| open.block.last.0 < removed)
            {
                self.close(found);
            }
            let is_in_block = self
                .current()
                .is_some_and(|open| open.block.first.0 <= removed);
            if let Some(names) = self
                .replayed
                .first_names
                .get(&removed)
                .filter(|_| is_in_block)
            {
                self.names.push(*names);
            }
        }
    }

    fn current(&self) -> Option<&'a RecordedBlock> {
        self.blocks.get(self.next).copied()
    }

    fn close(&mut self, found: &mut FoundDifferences) {
        let names = std::mem::take(&mut self.names);
        let Some(RecordedBlock { block, batch, .. }) = self.current() else {
            return;
        };
        self.next += 1;
        let (first, last) = (block.first.0, block.last.0);
        if names.len() as u64 != block.count {
            found.add(Area::Users, || {
                format!(
                    "Of the users {first} to {last} of batch {batch}, {} are there instead of {}.",
                    names.len(),
                    block.count
                )
            });
        } else if hex(&hash_of_block(&names)) != block.sha256 {
            found.add(Area::Users, || {
                format!("The names of the users {first} to {last} are not those of batch {batch}.")
            });
        }
    }

    fn finish(mut self, found: &mut FoundDifferences) {
        self.pass_removed(i64::MAX, found);
        while self.current().is_some() {
            self.close(found);
        }
    }
}

/// The number of users of the store about whom the history has entries. Others are missing.
#[derive(Default)]
struct Seen {
    with_state: usize,
}

impl Seen {
    fn count(&mut self, user: i64, replayed: &Replayed) {
        self.with_state += usize::from(replayed.states.contains_key(&user));
    }

    fn report(self, replayed: &Replayed, found: &mut FoundDifferences) {
        let missing = replayed.states.len() - self.with_state;
        for _ in 0..missing {
            found.add(Area::States, || {
                "The history has the PIN state of a user who is not in the store.".to_owned()
            });
        }
    }
}

/// Rows that PinDesk never writes and that look like others when they are read.
fn impossible_rows(connection: &Connection, found: &mut FoundDifferences) -> EngineResult<()> {
    /// The largest time in milliseconds that the calendar has, rounded down.
    const LAST_TIME: &str = "8200000000000000";
    let checks = [
        (
            Area::States,
            "SELECT user_id FROM pins WHERE lock_cause IS NULL AND (lock_since IS NOT NULL OR lock_until IS NOT NULL
                OR lock_by IS NOT NULL OR lock_reason <> '' OR lock_ticket <> '')"
                .to_owned(),
            "has parts of a lock without a cause",
        ),
        (
            Area::States,
            "SELECT user_id FROM pins WHERE (inactivity_days IS NULL) <> (last_use IS NULL)
                OR inactivity_days NOT BETWEEN 1 AND 999"
                .to_owned(),
            "has days without use that no policy has",
        ),
        (
            Area::States,
            format!(
                "SELECT user_id FROM pins WHERE NOT (is_set IN (0, 1) AND {})",
                ["last_change", "expires", "lock_since", "lock_until", "window_started", "last_use"]
                    .map(|column| format!("coalesce({column}, 0) BETWEEN -{LAST_TIME} AND {LAST_TIME}"))
                    .join(" AND ")
            ),
            "has a value that PinDesk does not write",
        ),
        (
            Area::States,
            "SELECT user_id FROM pins p WHERE NOT EXISTS (SELECT 1 FROM users u WHERE u.id = p.user_id)".to_owned(),
            "is not there, but has a PIN state",
        ),
        (
            Area::States,
            "SELECT id FROM users u WHERE NOT EXISTS (SELECT 1 FROM pins p WHERE p.user_id = u.id)".to_owned(),
            "has no PIN state",
        ),
        (
            Area::Users,
            "SELECT id FROM users WHERE (domain IS NULL) <> (logon IS NULL)".to_owned(),
            "has half of an account",
        ),
        (
            Area::Protection,
            "SELECT id FROM users WHERE is_protected NOT IN (0, 1)".to_owned(),
            "is neither protected nor unprotected",
        ),
    ];
    for (area, sql, what) in checks {
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query(&[])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            found.add(area, || format!("User {id} {what}."));
        }
    }
    Ok(())
}
