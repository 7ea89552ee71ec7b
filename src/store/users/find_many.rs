//! Looking many users up together: in the order in which the store keeps them, so that each page of it is read only once.

use rusqlite::Connection;

use super::find::Key;
use crate::domain::identity::Identity;
use crate::domain::text::identity_key;
use crate::domain::user::UserId;
use crate::store::engine::id_set::{IdSet, LIST};

/// What is looked for: the users with this text in any of these columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought {
    keys: &'static [Key],
    text: String,
}

/// What is sought together, in the order in which the store keeps it. Made without the store, so that another thread can.
#[derive(Default)]
pub struct Search {
    sought: usize,
    lists: Vec<List>,
}

/// What is looked for in a column.
struct List {
    key: Key,
    /// In their order.
    texts: IdSet,
    /// Which of the sought each text is of, and the place of the column among its own.
    of: Vec<(usize, usize)>,
}

/// That one of the sought is a user, by its text in a column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    sought: usize,
    column: usize,
    id: i64,
}

impl Sought {
    /// Whom an exact identity points at. A pattern is matched, not looked up: it finds nobody here.
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

    pub fn guid(guid: &str) -> Self {
        Self {
            keys: &[Key::Guid],
            text: guid.trim().trim_matches(['{', '}']).to_ascii_lowercase(),
        }
    }
}

impl Search {
    pub fn of(sought: &[Sought]) -> Self {
        let mut lists = Vec::new();
        for key in Key::ALL {
            let mut texts: Vec<(&str, usize, usize)> = Vec::new();
            for (place, Sought { keys, text }) in sought.iter().enumerate() {
                if let Some(column) = keys.iter().position(|of| *of == key) {
                    texts.push((text, place, column));
                }
            }
            if !texts.is_empty() {
                texts.sort_unstable();
                let of = texts
                    .iter()
                    .map(|&(_, place, column)| (place, column))
                    .collect();
                let texts = IdSet::of_texts(texts.into_iter().map(|(text, ..)| text));
                lists.push(List { key, texts, of });
            }
        }
        Self {
            sought: sought.len(),
            lists,
        }
    }
}

/// Whom each of the sought finds.
pub struct Gathered {
    ids: Vec<UserId>,
    /// Where those of each end.
    ends: Vec<usize>,
}

impl Gathered {
    /// Whom each finds, in their order: by column and then by their numbers, nobody twice.
    pub fn each(&self) -> impl Iterator<Item = &[UserId]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, &end)| &self.ids[start..end])
    }
}

pub(in crate::store) fn gather(
    connection: &Connection,
    search: &Search,
) -> rusqlite::Result<Gathered> {
    let mut hits = hits(connection, search)?.into_iter().peekable();
    let (mut ids, mut ends) = (
        Vec::with_capacity(search.sought),
        Vec::with_capacity(search.sought),
    );
    for place in 0..search.sought {
        let start = ids.len();
        while let Some(hit) = hits.next_if(|hit| hit.sought == place) {
            let id = UserId(hit.id);
            if !ids[start..].contains(&id) {
                ids.push(id);
            }
        }
        ends.push(ids.len());
    }
    Ok(Gathered { ids, ends })
}

fn hits(connection: &Connection, search: &Search) -> rusqlite::Result<Vec<Hit>> {
    let mut hits = Vec::with_capacity(search.sought);
    for List { key, texts, of } in &search.lists {
        let column = key.column();
        let sql = format!(
            "SELECT list.key, u.id FROM {LIST} CROSS JOIN users u ON u.{column} = list.value"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([texts])?;
        while let Some(row) = rows.next()? {
            let at: u32 = row.get(0)?;
            if let Some(&(sought, column)) = of.get(at as usize) {
                hits.push(Hit {
                    sought,
                    column,
                    id: row.get(1)?,
                });
            }
        }
    }
    hits.sort_unstable();
    Ok(hits)
}
