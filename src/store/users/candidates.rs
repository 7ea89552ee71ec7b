//! Reading the users who are offered where an identity means several.

use std::collections::HashMap;
use std::sync::Arc;

use super::rows;
use crate::domain::user::{UserId, UserNames};
use crate::plan::Candidate;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IN_LIST_ORDER, IdSet, LIST};
use crate::store::engine::{Connection, EngineResult};

/// The largest number of candidates that are offered if one of them has to be chosen.
pub(in crate::store) const CANDIDATES: usize = 20;

/// The candidates that were read so far. Equal sets of users share one list, since a long file can
/// have an ambiguous name in very many rows.
#[derive(Default)]
pub(in crate::store) struct CandidateReader {
    known: HashMap<Vec<UserId>, Arc<[Candidate]>>,
}

impl CandidateReader {
    /// The candidates of each set of users: the first [`CANDIDATES`] of them. All are read together.
    pub fn of_sets(
        &mut self,
        connection: &Connection,
        sets: &[&[UserId]],
    ) -> EngineResult<Vec<Arc<[Candidate]>>> {
        let offered = |set: &[UserId]| set[..set.len().min(CANDIDATES)].to_vec();
        let mut new: Vec<Vec<UserId>> = sets
            .iter()
            .map(|set| offered(set))
            .filter(|set| !self.known.contains_key(set))
            .collect();
        new.sort_unstable();
        new.dedup();
        let mut ids = new.concat();
        ids.sort_unstable();
        ids.dedup();
        let read = candidates(connection, &ids)?;
        for set in new {
            let candidates = set.iter().filter_map(|id| read.get(id).cloned()).collect();
            self.known.insert(set, candidates);
        }
        let known = |set: &&[UserId]| self.known.get(&offered(set)).cloned().unwrap_or_default();
        Ok(sets.iter().map(known).collect())
    }
}

/// The users with these IDs as candidates.
fn candidates(connection: &Connection, ids: &[UserId]) -> EngineResult<HashMap<UserId, Candidate>> {
    let sql = format!(
        "SELECT u.id, u.display_name, u.sip, u.upn, u.domain, u.logon, u.dn, u.guid
         FROM {LIST} CROSS JOIN users u WHERE u.id = list.value {IN_LIST_ORDER}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        let mut rows = statement.query(&[&IdSet::of_users(ids)])?;
        while let Some(row) = rows.next()? {
            let (id, names) = (UserId(row.get(0)?), rows::names(row, 1)?);
            let identity = exact_identity(&names);
            let display_name = names.display_name;
            found.insert(
                id,
                Candidate {
                    id,
                    display_name,
                    identity,
                },
            );
        }
    }
    Ok(found)
}

/// An identity that tells a candidate from the others. The account comes first, since one user's
/// SIP address may be the UPN of another.
fn exact_identity(names: &UserNames) -> String {
    names
        .account
        .as_ref()
        .map_or_else(|| names.identity(), ToString::to_string)
}
