//! Looking many users up together: in the order in which the store keeps them, so that each page of it is read only once.

use rusqlite::Connection;

use super::lookup::Key;
use super::rows::{self, USER_COLUMN_COUNT, USER_COLUMNS, USER_TABLES};
use crate::domain::identity::Identity;
use crate::domain::text::identity_key;
use crate::domain::user::{NameKeys, UserId, UserRecord};

/// What is looked for: the users with any of these texts in its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sought(Vec<(Key, String)>);

/// That one of the sought, by one of its texts, is a user.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    sought: usize,
    text: usize,
    id: i64,
}

impl Sought {
    /// Whom an exact identity points at. A pattern is matched, not looked up: it finds nobody here.
    pub fn identity(identity: &Identity) -> Self {
        let Some(text) = identity.key() else { return Self(Vec::new()) };
        Self(Key::of(identity).iter().map(|&key| (key, text.clone())).collect())
    }

    pub fn upn(upn: &str) -> Self {
        Self(vec![(Key::Upn, identity_key(upn.trim()))])
    }

    pub fn guid(guid: &str) -> Self {
        Self(vec![(Key::Guid, guid.trim().trim_matches(['{', '}']).to_ascii_lowercase())])
    }

    /// Whoever has the same globally unique identifier or any of the same exact names.
    pub fn sharing(keys: NameKeys) -> Self {
        let NameKeys { guid, dn, upn, sip, account, display: _ } = keys;
        let names = [(Key::Guid, guid), (Key::Dn, dn), (Key::Upn, upn), (Key::Sip, sip), (Key::Account, account)];
        Self(names.into_iter().filter_map(|(key, text)| Some((key, text?))).collect())
    }
}

/// Whom each of the sought finds.
pub struct Gathered {
    ids: Vec<UserId>,
    /// Where those of each end.
    ends: Vec<usize>,
}

impl Gathered {
    /// Whom each finds, in their order: by its texts and then by their numbers, nobody twice.
    pub fn each(&self) -> impl Iterator<Item = &[UserId]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.ids[start..end])
    }
}

pub(super) fn gather(connection: &Connection, sought: &[Sought]) -> rusqlite::Result<Gathered> {
    let mut hits = hits(connection, sought)?.into_iter().peekable();
    let (mut ids, mut ends) = (Vec::with_capacity(sought.len()), Vec::with_capacity(sought.len()));
    for place in 0..sought.len() {
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

fn hits(connection: &Connection, sought: &[Sought]) -> rusqlite::Result<Vec<Hit>> {
    let mut hits = Vec::with_capacity(sought.len());
    let mut by_key: [Vec<(&str, usize, usize)>; Key::ALL.len()] = [const { Vec::new() }; Key::ALL.len()];
    for (place, Sought(texts)) in sought.iter().enumerate() {
        for (nth, (key, text)) in texts.iter().enumerate() {
            by_key[*key as usize].push((text, place, nth));
        }
    }
    for (key, mut texts) in Key::ALL.into_iter().zip(by_key) {
        if texts.is_empty() {
            continue;
        }
        texts.sort_unstable();
        let list = json(&texts.iter().map(|text| text.0).collect::<Vec<_>>())?;
        let column = key.column();
        let sql =
            format!("SELECT list.key, u.id FROM json_each(?1) list CROSS JOIN users u ON u.{column} = list.value");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query([list])?;
        while let Some(row) = rows.next()? {
            let at: u32 = row.get(0)?;
            if let Some(&(_, sought, text)) = texts.get(at as usize) {
                hits.push(Hit { sought, text, id: row.get(1)? });
            }
        }
    }
    hits.sort_unstable();
    Ok(hits)
}

/// Reads the users with these numbers. Who stands where in the list is handed over with each.
pub(super) fn each_user(
    connection: &Connection,
    ids: &[UserId],
    mut each: impl FnMut(usize, UserRecord),
) -> rusqlite::Result<()> {
    let list = json(&ids.iter().map(|id| id.0).collect::<Vec<_>>())?;
    let sql = format!(
        "SELECT {USER_COLUMNS}, list.key FROM json_each(?1) list CROSS JOIN {USER_TABLES} WHERE u.id = list.value"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([list])?;
    while let Some(row) = rows.next()? {
        let place: u32 = row.get(USER_COLUMN_COUNT)?;
        each(place as usize, rows::user(row)?);
    }
    Ok(())
}

fn json<T: serde::Serialize + ?Sized>(values: &T) -> rusqlite::Result<String> {
    serde_json::to_string(values).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
