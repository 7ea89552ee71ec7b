//! Looking users up in blocks that all see one moment of the store: for files, which are too long
//! to be kept in memory as a whole.

use std::collections::HashMap;
use std::sync::Arc;

use super::candidates::{CANDIDATES, CandidateReader};
use super::find::{NEAREST_LOOKUPS, pins_set};
use super::find_many::{Gathered, NameLookup, Search, found, gather};
use super::nearest::{nearest, nearest_of_each};
use super::read_many::each_user;
use crate::domain::identity::{Identity, strip_sip};
use crate::domain::role::{Operator, Permission, Permissions, cmdlet};
use crate::domain::text::lossy_key;
use crate::domain::user::{UserId, UserRecord};
use crate::plan::{Candidate, Match};
use crate::store::access::{approval, roles};
use crate::store::engine::{Connection, EngineError, EngineResult};
use crate::store::{Result, Snapshot, Store, StoreError};

/// Finds users in the store as it is at one moment, whatever other programs write meanwhile.
pub struct Resolver<'a> {
    store: &'a Store,
    snapshot: Snapshot<'a>,
    /// The units in which the operator may lock, unlock and set PINs.
    pub permissions: Permissions,
    /// The number of users with a PIN, counted only as far as the confirmation limit depends on it.
    pub pins_set: u64,
    nearest_left: usize,
    /// Users by the ASCII forms of their names, with `?` for each other character. Built when the
    /// first such name is looked up.
    lossy: Option<HashMap<String, Vec<UserId>>>,
    candidates: CandidateReader,
}

/// The result of a look-up, before the users who may be meant are read.
#[derive(Debug)]
pub enum Finding {
    User(Box<UserRecord>),
    /// Several users, among whom the operator has to choose.
    Several(Vec<UserId>),
    /// No user. These have the name in another column, and may be meant.
    Near(Vec<UserId>),
    /// No user has this text as a name.
    Nobody(String),
}

impl Finding {
    /// Several users. Only those who are offered are kept.
    pub fn several(ids: &[UserId]) -> Self {
        Self::Several(ids[..ids.len().min(CANDIDATES)].to_vec())
    }

    /// The finding for an identity that no user has. `text` is the identity as it was given.
    pub fn no_identity(identity: &Identity, text: &str) -> Self {
        Self::Nobody(match identity {
            // The file may have the logon name alone; its domain was chosen by the operator.
            Identity::Account { domain, logon } => format!("{domain}\\{logon}"),
            _ => text.to_owned(),
        })
    }

    /// The finding for a UPN that no user has. `having` are the users who
    /// [have it as their SIP address](Resolver::having_as_sip). If it is the SIP address of a user
    /// whose UPN is not known, that user is found. A user with another UPN is only offered as a
    /// candidate.
    pub fn no_upn(upn: &str, having: Vec<UserRecord>) -> Self {
        let (others, mut found): (Vec<_>, Vec<_>) = having
            .into_iter()
            .partition(|user| user.names.upn.is_some());
        let ids = |users: &[UserRecord]| users.iter().map(|user| user.id).collect::<Vec<_>>();
        match (found.pop(), found.is_empty()) {
            (None, _) if !others.is_empty() => Self::Near(ids(&others)),
            (None, _) => Self::Nobody(upn.to_owned()),
            (Some(only), true) => Self::User(Box::new(only)),
            (Some(last), false) => {
                found.push(last);
                Self::several(&ids(&found))
            }
        }
    }
}

impl Store {
    /// Begins to look users up for an operator.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn resolver(&self, operator: &Operator) -> Result<Resolver<'_>> {
        let in_words = |error: EngineError| StoreError::from_engine(&error, self.path());
        let snapshot = self.snapshot()?;
        let pins_set = pins_set(snapshot.connection()).map_err(in_words)?;
        let permissions = permissions(snapshot.connection(), operator).map_err(in_words)?;
        Ok(Resolver {
            store: self,
            snapshot,
            permissions,
            pins_set,
            nearest_left: NEAREST_LOOKUPS,
            lossy: None,
            candidates: CandidateReader::default(),
        })
    }

    /// The permissions of an operator for each action, and the rules of approval.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn permissions(&self, operator: &Operator) -> Result<Permissions> {
        self.read(|connection| permissions(connection, operator))
    }

    /// The users with the names nearest to an identity that finds no user.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn nearest(&self, text: &str) -> Result<Vec<Candidate>> {
        self.read(|connection| nearest(connection, text))
    }

    /// The logon domains of the directory, at most `limit`, the most frequent first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn logon_domains(&self, limit: usize) -> Result<Vec<String>> {
        let mut domains = self.read(logon_domains)?;
        domains.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
        Ok(domains
            .into_iter()
            .take(limit)
            .map(|(domain, _)| domain)
            .collect())
    }
}

/// Each domain and its number of users. The search jumps from one domain to the next along the
/// index of accounts, which is much smaller than the table of users.
fn logon_domains(connection: &Connection) -> EngineResult<Vec<(String, i64)>> {
    let mut first = connection.prepare_cached(
        "SELECT account_key, domain FROM users WHERE account_key >= ?1 ORDER BY account_key",
    )?;
    let mut count = connection.prepare_cached(
        "SELECT count(*) FROM users WHERE account_key >= ?1 AND account_key < ?2",
    )?;
    let (mut domains, mut from) = (Vec::new(), String::new());
    loop {
        let found: Option<(String, String)> =
            first.query_optional(&[&from], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let Some((account, domain)) = found else {
            return Ok(domains);
        };
        // `]` is the character after the backslash, so every `domain\logon` sorts before this text.
        let end = format!("{}]", account.split('\\').next().unwrap_or_default());
        domains.push((
            domain,
            count.query_row(&[&account, &end], |row| row.get(0))?,
        ));
        from = end;
    }
}

pub(in crate::store) fn permissions(
    connection: &Connection,
    operator: &Operator,
) -> EngineResult<Permissions> {
    let roles = roles::roles(connection, operator)?;
    let mut permissions = Permissions::of_each(approval::rules(connection)?, |action| {
        Ok::<_, EngineError>(Permission::of(&roles, action.permission()))
    })?;
    permissions.may_import = Permission::of(&roles, cmdlet::IMPORT) == Permission::Everywhere;
    Ok(permissions)
}

impl Resolver<'_> {
    /// The IDs of the users that each text of the search finds.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn gather(&self, search: &Search) -> Result<Gathered> {
        gather(self.snapshot.connection(), search).map_err(|error| self.in_words(&error))
    }

    /// Hands over the users with these IDs, in the order of the IDs, each with its position in the
    /// list.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn each_user(&self, ids: &[UserId], each: impl FnMut(usize, UserRecord)) -> Result<()> {
        each_user(self.snapshot.connection(), ids, each).map_err(|error| self.in_words(&error))
    }

    /// For each UPN that no user has, the users who have it as their SIP address. All are looked up
    /// together.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn having_as_sip(&self, upns: &[&str]) -> Result<Vec<Vec<UserRecord>>> {
        let lookups: Vec<NameLookup> = upns.iter().map(|upn| NameLookup::sip(upn)).collect();
        found(self.snapshot.connection(), &Search::of(&lookups))
            .map_err(|error| self.in_words(&error))
    }

    /// The results of look-ups, with the users who may be meant. All candidates are read together.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn matches(&mut self, findings: Vec<Finding>) -> Result<Vec<Match>> {
        self.read_matches(findings)
            .map_err(|error| self.in_words(&error))
    }

    /// The candidates of each set of users. All are read together.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn candidates(&mut self, sets: &[Vec<UserId>]) -> Result<Vec<Arc<[Candidate]>>> {
        let sets: Vec<&[UserId]> = sets.iter().map(Vec::as_slice).collect();
        let candidates = self.candidates.of_sets(self.snapshot.connection(), &sets);
        candidates.map_err(|error| self.in_words(&error))
    }

    fn read_matches(&mut self, findings: Vec<Finding>) -> EngineResult<Vec<Match>> {
        let offered: Vec<Vec<UserId>> = findings
            .iter()
            .map(|finding| match finding {
                Finding::User(_) => Ok(Vec::new()),
                Finding::Several(ids) | Finding::Near(ids) => Ok(ids.clone()),
                Finding::Nobody(text) => self.having_lossy(text),
            })
            .collect::<EngineResult<_>>()?;
        let sets: Vec<&[UserId]> = offered.iter().map(Vec::as_slice).collect();
        let candidates = self.candidates.of_sets(self.snapshot.connection(), &sets)?;
        let unknown = findings.iter().zip(&candidates);
        let unknown = unknown.filter_map(|(finding, candidates)| match finding {
            Finding::Nobody(text) if candidates.is_empty() => Some(text.as_str()),
            _ => None,
        });
        let mut nearest = self.nearest_to_first(unknown)?.into_iter();
        let matches = findings.into_iter().zip(candidates);
        Ok(matches
            .map(|(finding, candidates)| match finding {
                Finding::User(user) => Match::User(user),
                Finding::Several(_) => Match::Ambiguous { candidates },
                Finding::Near(_) => Match::NotFound {
                    nearest: candidates.to_vec(),
                },
                Finding::Nobody(_) if !candidates.is_empty() => Match::Lost { candidates },
                Finding::Nobody(_) => Match::NotFound {
                    nearest: nearest.next().unwrap_or_default(),
                },
            })
            .collect())
    }

    /// The users with the nearest names, for the first texts of all look-ups only.
    fn nearest_to_first<'t>(
        &mut self,
        unknown: impl Iterator<Item = &'t str>,
    ) -> EngineResult<Vec<Vec<Candidate>>> {
        let first: Vec<&str> = unknown.take(self.nearest_left).collect();
        self.nearest_left -= first.len();
        nearest_of_each(self.snapshot.connection(), &first)
    }

    /// The users who have a name that a conversion to ASCII turns into this text, at most
    /// [`CANDIDATES`]. A text without `?` has lost no letters.
    fn having_lossy(&mut self, text: &str) -> EngineResult<Vec<UserId>> {
        if !text.contains('?') {
            return Ok(Vec::new());
        }
        if self.lossy.is_none() {
            self.lossy = Some(self.lossy_names()?);
        }
        let key = lossy_key(strip_sip(text.trim()).unwrap_or(text.trim()));
        let names = self.lossy.as_ref();
        let ids = names
            .and_then(|names| names.get(&key))
            .into_iter()
            .flatten();
        Ok(ids.copied().take(CANDIDATES).collect())
    }

    fn lossy_names(&self) -> EngineResult<HashMap<String, Vec<UserId>>> {
        let mut names: HashMap<String, Vec<UserId>> = HashMap::new();
        let mut statement = self.snapshot.connection().prepare_cached(
            "SELECT id, display_name, sip, upn, dn, domain || '\\' || logon FROM users",
        )?;
        let mut rows = statement.query(&[])?;
        while let Some(row) = rows.next()? {
            let id = UserId(row.get(0)?);
            for column in 1..6 {
                let Some(name) = row.get::<Option<&str>>(column)? else {
                    continue;
                };
                // A conversion to ASCII does not change a name in ASCII.
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

    fn in_words(&self, error: &EngineError) -> StoreError {
        StoreError::from_engine(error, self.store.path())
    }
}
