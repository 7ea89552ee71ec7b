//! Finding users by identity or ID, and reading all of them one by one.

use std::collections::HashMap;
use std::sync::LazyLock;

use strum::VariantArray as _;

use super::read_many::users_of;
use super::rows;
use super::rows::{BY_DISPLAY_NAME, USER_COLUMNS, USER_TABLES};
use crate::domain::identity::Identity;
use crate::domain::pattern::DisplayPattern;
use crate::domain::text::sort_key;
use crate::domain::user::{UserId, UserRecord};
use crate::plan::plan_value::CONFIRM_LIMIT;
use crate::store::engine::id_set::IDS_PER_STATEMENT;
use crate::store::engine::{Connection, EngineResult};
use crate::store::{Result, Store};

/// The number of targets without a user for which the nearest users are looked up. Each look-up
/// reads all names, so a long list gets it only for the first of them.
pub(in crate::store) const NEAREST_LOOKUPS: usize = 20;

/// The columns by which users are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr, strum::VariantArray)]
pub(in crate::store) enum Key {
    #[strum(serialize = "sip_key")]
    Sip,
    #[strum(serialize = "upn_key")]
    Upn,
    #[strum(serialize = "account_key")]
    Account,
    #[strum(serialize = "display_key")]
    Display,
    #[strum(serialize = "dn_key")]
    Dn,
    #[strum(serialize = "guid")]
    Guid,
}

impl Key {
    /// The columns in which an identity is looked up. A pattern has none.
    pub fn of(identity: &Identity) -> &'static [Self] {
        match identity {
            Identity::Sip(_) => &[Self::Sip],
            Identity::Address(_) => &[Self::Sip, Self::Upn],
            Identity::Account { .. } => &[Self::Account],
            Identity::DisplayName(_) => &[Self::Display],
            Identity::Dn(_) => &[Self::Dn],
            Identity::Pattern(_) => &[],
        }
    }

    pub fn column(self) -> &'static str {
        self.into()
    }
}

/// For each column, the statement that reads the users with a key (?1), except for a user who is
/// found already (?2). The texts are built once, since long lists look many users up.
static BY_KEY: LazyLock<Vec<String>> = LazyLock::new(|| {
    Key::VARIANTS
        .iter()
        .map(|key| {
            let column = key.column();
            format!("SELECT {USER_COLUMNS} FROM {USER_TABLES} WHERE u.{column} = ?1 AND u.id <> ?2 ORDER BY u.id")
        })
        .collect()
});

impl Store {
    /// The users that an identity points at: none, one or several.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn find(&self, identity: &Identity) -> Result<Vec<UserRecord>> {
        self.read(|connection| find(connection, identity))
    }

    /// The user with this ID. None if the store has no such user.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn user(&self, id: UserId) -> Result<Option<UserRecord>> {
        self.read(|connection| user(connection, id))
    }

    /// Whether the store has no users.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn is_empty(&self) -> Result<bool> {
        self.read(is_empty)
    }

    /// Hands every user to a closure, in the order of IDs, until the closure returns false.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn for_each_user(&self, each: impl FnMut(UserRecord) -> bool) -> Result<()> {
        self.read(|connection| each_user(connection, "u.id", each))
    }

    /// Hands every user to a closure, in the order of display names ([`sort_key`]), until the
    /// closure returns false. The users and their order are those of one moment, which an index
    /// gives at once. The users themselves are read in pages, and no moment is held between them:
    /// a closure that waits would let the log of the store grow without end.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn for_each_user_by_name(&self, mut each: impl FnMut(UserRecord) -> bool) -> Result<()> {
        let sql = format!("SELECT u.id FROM users u ORDER BY {BY_DISPLAY_NAME}");
        let ids: Vec<UserId> = self.read(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let ids = statement.query_map(&[], |row| row.get(0).map(UserId))?;
            ids.collect()
        })?;
        for page in ids.chunks(IDS_PER_STATEMENT) {
            let Ok(users) = self.read(|connection| users_of(connection, page)) else {
                // The users before the one that cannot be read are handed over, too.
                for id in page {
                    if self.user(*id)?.is_some_and(|user| !each(user)) {
                        return Ok(());
                    }
                }
                continue;
            };
            if !users.into_iter().flatten().all(&mut each) {
                break;
            }
        }
        Ok(())
    }

    /// The table DNS domain → NetBIOS name, with the DNS names in lower case.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn domains(&self) -> Result<HashMap<String, String>> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT dns, netbios FROM domains")?
                .query_map(&[], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect()
        })
    }
}

pub(in crate::store) fn is_empty(connection: &Connection) -> EngineResult<bool> {
    connection.query_row("SELECT NOT EXISTS (SELECT 1 FROM users)", &[], |row| {
        row.get(0)
    })
}

pub(in crate::store) fn each_user(
    connection: &Connection,
    order: &str,
    mut each: impl FnMut(UserRecord) -> bool,
) -> EngineResult<()> {
    let mut statement = connection.prepare(&format!(
        "SELECT {USER_COLUMNS} FROM {USER_TABLES} ORDER BY {order}"
    ))?;
    let mut found = statement.query(&[])?;
    while let Some(row) = found.next()? {
        if !each(rows::user(row)?) {
            break;
        }
    }
    Ok(())
}

/// The number of users with a PIN, counted up to 100 times [`CONFIRM_LIMIT`]. Beyond that the
/// confirmation limit no longer changes.
pub(in crate::store) fn pins_set(connection: &Connection) -> EngineResult<u64> {
    const ENOUGH: u64 = CONFIRM_LIMIT * 100;
    let sql = format!(
        "SELECT count(*) FROM (SELECT 1 FROM pins WHERE is_set = 1 LIMIT {ENOUGH}) AS enough"
    );
    let count: i64 = connection
        .prepare_cached(&sql)?
        .query_row(&[], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

pub(in crate::store) fn find(
    connection: &Connection,
    identity: &Identity,
) -> EngineResult<Vec<UserRecord>> {
    if let Identity::Pattern(pattern) = identity {
        return matching(connection, pattern);
    }
    let Some(text) = identity.key() else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for key in Key::of(identity) {
        add_by_key(connection, *key, &text, &mut found)?;
    }
    Ok(found)
}

/// Adds the users with a key in a column, unless they are found already.
fn add_by_key(
    connection: &Connection,
    key: Key,
    text: &str,
    found: &mut Vec<UserRecord>,
) -> EngineResult<()> {
    // Most users have equal SIP addresses and UPNs. The statement leaves the known user out, so
    // that SQLite does not fetch the row again.
    // IDs are positive: -1 is no user.
    let known = found.first().map_or(-1, |user| user.id.0);
    let mut statement = connection.prepare_cached(&BY_KEY[key as usize])?;
    let mut rows = statement.query(&[&text, &known])?;
    while let Some(row) = rows.next()? {
        let user = rows::user(row)?;
        if !found.iter().any(|known| known.id == user.id) {
            // Usually one user is found, and a record is large, so no room for more is reserved.
            if found.is_empty() {
                found.reserve_exact(1);
            }
            found.push(user);
        }
    }
    Ok(())
}

fn matching(connection: &Connection, pattern: &DisplayPattern) -> EngineResult<Vec<UserRecord>> {
    let mut ids: Vec<UserId> = Vec::new();
    let mut statement =
        connection.prepare_cached("SELECT id, display_key FROM users ORDER BY display_key")?;
    let mut names = statement.query(&[])?;
    while let Some(row) = names.next()? {
        let key = row.get::<&str>(1)?;
        if pattern.matches_key(key) {
            ids.push(UserId(row.get(0)?));
        }
    }
    drop(names);
    let found = users_of(connection, &ids)?;
    let mut found: Vec<UserRecord> = found.into_iter().flatten().collect();
    found.sort_by_cached_key(|user| (sort_key(&user.names.display_name), user.id));
    Ok(found)
}

pub(in crate::store) fn user(
    connection: &Connection,
    id: UserId,
) -> EngineResult<Option<UserRecord>> {
    let sql = format!("SELECT {USER_COLUMNS} FROM {USER_TABLES} WHERE u.id = ?1");
    connection
        .prepare_cached(&sql)?
        .query_optional(&[&id.0], rows::user)
}
