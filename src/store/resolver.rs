//! Looking users up one after the other, all at one moment: for files, which are too long to be kept as a whole.

use std::collections::HashMap;

use rusqlite::{Connection, Transaction};

use super::lookup::{CANDIDATES, Key, NEAREST_LOOKUPS, by_key, candidate, candidates, find, pins_set};
use super::nearest::nearest;
use super::{Result, Store, StoreError, approval, roles};
use crate::domain::identity::{Identity, strip_sip};
use crate::domain::role::{Operator, Permissions, cmdlet};
use crate::domain::text::{identity_key, lossy_key};
use crate::domain::user::{UserId, UserRecord};
use crate::plan::{Candidate, Found};

/// Finds users in the store as it is at one moment, whatever others write meanwhile.
pub struct Resolver<'a> {
    store: &'a Store,
    snapshot: Transaction<'a>,
    /// Where the operator may lock and unlock.
    pub permissions: Permissions,
    /// How many users have a PIN in all.
    pub pins_set: u64,
    nearest_left: usize,
    /// Users by the names that a program without their letters would write. Made when the first such name is looked up.
    lossy: Option<HashMap<String, Vec<UserId>>>,
}

impl Store {
    /// Begins to look users up for an operator.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn resolver(&self, operator: &Operator) -> Result<Resolver<'_>> {
        let in_words = |error: rusqlite::Error| StoreError::from_sqlite(&error, self.path());
        let snapshot = self.connection.unchecked_transaction().map_err(in_words)?;
        let pins_set = pins_set(&snapshot).map_err(in_words)?;
        let permissions = permissions(&snapshot, operator).map_err(in_words)?;
        Ok(Resolver { store: self, snapshot, permissions, pins_set, nearest_left: NEAREST_LOOKUPS, lossy: None })
    }

    /// Where an operator may lock, unlock and set PINs.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn permissions(&self, operator: &Operator) -> Result<Permissions> {
        self.read(|connection| permissions(connection, operator))
    }

    /// The users who are nearest to an identity that finds nobody.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn nearest(&self, text: &str) -> Result<Vec<Candidate>> {
        self.read(|connection| nearest(connection, text))
    }

    /// The logon domains of the directory, the most frequent first: at most so many.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn logon_domains(&self, limit: usize) -> Result<Vec<String>> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT domain FROM users WHERE domain IS NOT NULL GROUP BY domain ORDER BY count(*) DESC, domain LIMIT ?1",
                )?
                .query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| row.get(0))?
                .collect()
        })
    }
}

pub(super) fn permissions(connection: &Connection, operator: &Operator) -> rusqlite::Result<Permissions> {
    Ok(Permissions {
        lock: roles::permission(connection, operator, cmdlet::LOCK)?,
        unlock: roles::permission(connection, operator, cmdlet::UNLOCK)?,
        set_pin: roles::permission(connection, operator, cmdlet::SET_PIN)?,
        approval: approval::rules(connection)?,
    })
}

impl Resolver<'_> {
    /// The one user that an exact identity points at, or why there is none. `text` is the identity as it was given.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn find(&mut self, identity: &Identity, text: &str) -> Result<Found> {
        let found = self.users(identity)?;
        match identity {
            // A logon name may stand there without its domain, which was chosen for it.
            Identity::Account { domain, logon } => self.one(found, &format!("{domain}\\{logon}")),
            _ => self.one(found, text),
        }
    }

    /// The one user with a UPN. Another one's SIP address may be the same: it finds only those whose UPN is not known.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn find_upn(&mut self, upn: &str) -> Result<Found> {
        let found = self.users_of_upn(upn)?;
        if !found.is_empty() {
            return self.one(found, upn);
        }
        let key = identity_key(upn.trim());
        let found = by_key(&self.snapshot, Key::Sip, &key).map_err(|error| self.in_words(&error))?;
        let (others, found): (Vec<_>, Vec<_>) = found.into_iter().partition(|user| user.names.upn.is_some());
        if found.is_empty() && !others.is_empty() {
            return Ok(Found::NotFound { nearest: candidates(&others) });
        }
        self.one(found, upn)
    }

    /// The one user with a GUID.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn find_guid(&mut self, guid: &str) -> Result<Found> {
        let found = self.users_of_guid(guid)?;
        self.one(found, guid)
    }

    /// The users that an identity points at.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn users(&self, identity: &Identity) -> Result<Vec<UserRecord>> {
        find(&self.snapshot, identity).map_err(|error| self.in_words(&error))
    }

    /// The users with a UPN.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn users_of_upn(&self, upn: &str) -> Result<Vec<UserRecord>> {
        by_key(&self.snapshot, Key::Upn, &identity_key(upn.trim())).map_err(|error| self.in_words(&error))
    }

    /// The users with a GUID.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn users_of_guid(&self, guid: &str) -> Result<Vec<UserRecord>> {
        let key = guid.trim().trim_matches(['{', '}']).to_ascii_lowercase();
        by_key(&self.snapshot, Key::Guid, &key).map_err(|error| self.in_words(&error))
    }

    /// Somebody has to choose among these.
    pub fn ambiguous(users: impl Iterator<Item = UserRecord>) -> Found {
        Found::Ambiguous { candidates: candidates(&users.collect::<Vec<_>>()) }
    }

    fn one(&mut self, mut found: Vec<UserRecord>, text: &str) -> Result<Found> {
        match (found.len(), found.pop()) {
            (1, Some(user)) => Ok(Found::User(Box::new(user))),
            (_, Some(last)) => {
                found.push(last);
                Ok(Found::Ambiguous { candidates: candidates(&found) })
            }
            (_, None) => self.nobody(text),
        }
    }

    fn nobody(&mut self, text: &str) -> Result<Found> {
        if text.contains('?') {
            let candidates = self.fitting(text)?;
            if !candidates.is_empty() {
                return Ok(Found::Lost { candidates });
            }
        }
        if self.nearest_left == 0 {
            return Ok(Found::NotFound { nearest: Vec::new() });
        }
        self.nearest_left -= 1;
        Ok(Found::NotFound { nearest: nearest(&self.snapshot, text).map_err(|error| self.in_words(&error))? })
    }

    /// The users one of whose names would be written like this by a program that knows no letters but those of ASCII.
    fn fitting(&mut self, text: &str) -> Result<Vec<Candidate>> {
        if self.lossy.is_none() {
            self.lossy = Some(self.lossy_names().map_err(|error| self.in_words(&error))?);
        }
        let key = lossy_key(strip_sip(text.trim()).unwrap_or(text.trim()));
        let ids = self.lossy.as_ref().and_then(|names| names.get(&key)).cloned().unwrap_or_default();
        ids.into_iter()
            .take(CANDIDATES)
            .filter_map(|id| self.store.user(id).transpose())
            .map(|user| Ok(candidate(&user?)))
            .collect()
    }

    fn lossy_names(&self) -> rusqlite::Result<HashMap<String, Vec<UserId>>> {
        let mut names: HashMap<String, Vec<UserId>> = HashMap::new();
        let mut statement = self
            .snapshot
            .prepare_cached("SELECT id, display_name, sip, upn, dn, domain || '\\' || logon FROM users")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = UserId(row.get(0)?);
            for column in 1..6 {
                let Some(name) = row.get_ref(column)?.as_str_or_null()? else { continue };
                // A name that is all ASCII loses nothing.
                if !name.is_ascii() {
                    let users = names.entry(lossy_key(name)).or_default();
                    if users.last() != Some(&id) {
                        users.push(id);
                    }
                }
            }
        }
        Ok(names)
    }

    fn in_words(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::from_sqlite(error, self.store.path())
    }
}
