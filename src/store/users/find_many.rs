//! Looking many users up together, in the order in which the store keeps them, so that each of its
//! pages is read once.

use std::collections::HashMap;

use strum::VariantArray as _;

use super::find::Key;
use super::read_many::users_of;
use crate::domain::identity::Identity;
use crate::domain::text::identity_key;
use crate::domain::user::{NameKeys, UserId, UserRecord};
use crate::store::engine::id_set::{IN_LIST_ORDER, IdSet, LIST};
use crate::store::engine::{Connection, EngineResult};
use crate::store::{Result, Store};

/// A text to look up. It finds the users who have it in any of these columns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NameLookup {
    keys: &'static [Key],
    text: String,
}

/// Texts that are looked up together, in the order in which the store keeps them. It is built
/// without the store, so that another thread can do it.
#[derive(Default)]
pub struct Search {
    /// For each lookup, the index of the first equal one among the different ones, which are looked
    /// up once.
    distinct: Vec<usize>,
    /// The number of different lookups.
    count: usize,
    lists: Vec<List>,
}

/// The texts to look up in one column.
struct List {
    key: Key,
    /// The texts in ascending order.
    texts: IdSet,
    /// For each text, the index of its [`NameLookup`] and the rank of the column for it.
    of: Vec<(usize, usize)>,
}

/// A user who has one of the texts in a column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    /// The index of the lookup.
    lookup: usize,
    column: usize,
    id: i64,
}

impl NameLookup {
    /// Looks for the users that an exact identity points at. A pattern cannot be looked up, and
    /// finds no users here.
    pub fn identity(identity: &Identity) -> Self {
        Self {
            keys: Key::of(identity),
            text: identity.key().unwrap_or_default(),
        }
    }

    pub fn upn(upn: &str) -> Self {
        Self {
            keys: &[Key::Upn],
            text: identity_key(upn.trim()),
        }
    }

    /// Looks for the users who have this text as their SIP address.
    pub(in crate::store) fn sip(address: &str) -> Self {
        Self {
            keys: &[Key::Sip],
            text: identity_key(address.trim()),
        }
    }

    pub fn guid(guid: &str) -> Self {
        Self {
            keys: &[Key::Guid],
            text: guid.trim().trim_matches(['{', '}']).to_ascii_lowercase(),
        }
    }
}

/// A text to look up in a column, the index of its [`NameLookup`], and the rank of the column for it.
type Text<'a> = (&'a str, usize, usize);

impl Search {
    pub fn of(lookups: &[NameLookup]) -> Self {
        let (mut index, mut different) = (HashMap::with_capacity(lookups.len()), Vec::new());
        let distinct = lookups
            .iter()
            .map(|lookup| {
                *index.entry(lookup).or_insert_with(|| {
                    different.push(lookup);
                    different.len() - 1
                })
            })
            .collect();
        Self::of_columns(distinct, different.len(), |key| {
            let texts = different.iter().enumerate();
            texts
                .filter_map(|(position, NameLookup { keys, text })| {
                    let column = keys.iter().position(|of| *of == key)?;
                    Some((text.as_str(), position, column))
                })
                .collect()
        })
    }

    /// Looks for the users who share any exact name: the globally unique identifier first, then the
    /// other names.
    pub(in crate::store) fn of_names(names: &[NameKeys]) -> Self {
        const ORDER: [Key; 5] = [Key::Guid, Key::Dn, Key::Upn, Key::Sip, Key::Account];
        Self::of_columns((0..names.len()).collect(), names.len(), |key| {
            let Some(column) = ORDER.iter().position(|of| *of == key) else {
                return Vec::new();
            };
            let texts = names.iter().enumerate();
            texts
                .filter_map(|(position, names)| {
                    let text = match key {
                        Key::Guid => &names.guid,
                        Key::Dn => &names.dn,
                        Key::Upn => &names.upn,
                        Key::Sip => &names.sip,
                        Key::Account => &names.account,
                        Key::Display => &None,
                    };
                    Some((text.as_deref()?, position, column))
                })
                .collect()
        })
    }

    fn of_columns<'a>(
        distinct: Vec<usize>,
        count: usize,
        texts_of: impl Fn(Key) -> Vec<Text<'a>>,
    ) -> Self {
        let mut lists = Vec::new();
        for &key in Key::VARIANTS {
            let mut texts = texts_of(key);
            if !texts.is_empty() {
                texts.sort_unstable();
                let of = texts
                    .iter()
                    .map(|&(_, position, column)| (position, column))
                    .collect();
                let texts = IdSet::of_texts(texts.into_iter().map(|(text, ..)| text));
                lists.push(List { key, texts, of });
            }
        }
        Self {
            distinct,
            count,
            lists,
        }
    }
}

impl Store {
    /// For each of these sets of names, the users who share any of them, those with an equal
    /// globally unique identifier first. All are looked up together.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn users_sharing_names(&self, names: &[NameKeys]) -> Result<Vec<Vec<UserRecord>>> {
        self.read(|connection| found(connection, &Search::of_names(names)))
    }

    /// The users that each exact identity points at: none, one or several. All are looked up
    /// together. A pattern finds no users here.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn find_many(&self, identities: &[Identity]) -> Result<Vec<Vec<UserRecord>>> {
        let lookups: Vec<NameLookup> = identities.iter().map(NameLookup::identity).collect();
        self.read(|connection| found(connection, &Search::of(&lookups)))
    }
}

/// The users that each lookup finds.
pub(in crate::store) fn found(
    connection: &Connection,
    search: &Search,
) -> EngineResult<Vec<Vec<UserRecord>>> {
    let gathered = gather(connection, search)?;
    let ids: Vec<UserId> = gathered.each().flatten().copied().collect();
    let mut users = users_of(connection, &ids)?.into_iter();
    let found = |ids: &[UserId]| users.by_ref().take(ids.len()).flatten().collect();
    Ok(gathered.each().map(found).collect())
}

/// The users that each lookup finds.
pub struct Gathered {
    ids: Vec<UserId>,
    /// For each different [`NameLookup`], the index in `ids` at which its users end.
    ends: Vec<usize>,
    distinct: Vec<usize>,
}

impl Gathered {
    /// The users that each [`NameLookup`] finds, without duplicates, in the order of columns and then
    /// of IDs.
    pub fn each(&self) -> impl Iterator<Item = &[UserId]> {
        self.distinct.iter().map(|&index| {
            let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.ids[start..self.ends[index]]
        })
    }
}

pub(in crate::store) fn gather(connection: &Connection, search: &Search) -> EngineResult<Gathered> {
    let mut hits = hits(connection, search)?.into_iter().peekable();
    let (mut ids, mut ends) = (
        Vec::with_capacity(search.count),
        Vec::with_capacity(search.count),
    );
    for index in 0..search.count {
        let start = ids.len();
        // Within a column, no user is found twice.
        let (mut column, mut column_start) = (0, start);
        while let Some(hit) = hits.next_if(|hit| hit.lookup == index) {
            if hit.column != column {
                (column, column_start) = (hit.column, ids.len());
            }
            let id = UserId(hit.id);
            if !ids[start..column_start].contains(&id) {
                ids.push(id);
            }
        }
        ends.push(ids.len());
    }
    let distinct = search.distinct.clone();
    Ok(Gathered {
        ids,
        ends,
        distinct,
    })
}

fn hits(connection: &Connection, search: &Search) -> EngineResult<Vec<Hit>> {
    let mut hits = Vec::with_capacity(search.count);
    for List { key, texts, of } in &search.lists {
        let column = key.column();
        let sql = format!(
            "SELECT list.key, u.id FROM {LIST} CROSS JOIN users u WHERE u.{column} = list.value {IN_LIST_ORDER}"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(&[&texts])?;
        while let Some(row) = rows.next()? {
            let at: u32 = row.get(0)?;
            if let Some(&(lookup, column)) = of.get(at as usize) {
                hits.push(Hit {
                    lookup,
                    column,
                    id: row.get(1)?,
                });
            }
        }
    }
    hits.sort_unstable();
    Ok(hits)
}
