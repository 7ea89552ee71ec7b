//! Reading very many users at once, for the directory in memory. Texts are borrowed from SQLite's
//! row, so that nothing is allocated for a user.

use std::ops::RangeInclusive;

use crate::domain::pin::LockCause;
use crate::domain::user::UserId;
use crate::store::engine::{Connection, EngineResult, Row, ToSql};
use crate::store::{Result, Store};

/// The names of a user, borrowed from the row that SQLite is at.
#[derive(Clone, Copy, Debug)]
pub struct NamesRead<'a> {
    pub id: UserId,
    pub display_name: &'a str,
    /// Without the `sip:` prefix.
    pub sip: Option<&'a str>,
    pub upn: Option<&'a str>,
    /// Domain and logon name.
    pub account: Option<(&'a str, &'a str)>,
    pub dn: Option<&'a str>,
}

/// The part of a PIN state that decides what is in force. Times are milliseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug)]
pub struct PinRead<'a> {
    pub id: UserId,
    pub is_set: bool,
    pub last_change: Option<i64>,
    pub expires: Option<i64>,
    pub lock: Option<LockRead<'a>>,
    /// The moment at which the PIN is locked if nobody uses it.
    pub locks_at: Option<i64>,
}

/// A lock as it was recorded. Times are milliseconds since 1970 in UTC.
#[derive(Clone, Copy, Debug)]
pub struct LockRead<'a> {
    pub cause: LockCause,
    pub since: Option<i64>,
    pub until: Option<i64>,
    pub by: Option<&'a str>,
}

const NAMES: &str = "u.id, u.display_name, u.sip, u.upn, u.domain, u.logon, u.dn";
const PIN: &str = "p.user_id, p.is_set, p.last_change, p.expires, p.lock_cause, p.lock_since, p.lock_until, p.lock_by,
    p.last_use + p.inactivity_days * 86400000";
/// The order of IDs. The `+` makes SQLite find the changed users by the index of versions and sort
/// them, rather than walk all users in this order.
const FEW_BY_ID: &str = "+p.user_id";

impl Store {
    /// The lowest and the highest ID of a user. None if there are no users.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn id_range(&self) -> Result<Option<RangeInclusive<i64>>> {
        self.read(|connection| {
            let end = |which| {
                connection.query_row(&format!("SELECT {which}(id) FROM users"), &[], |row| {
                    row.get(0)
                })
            };
            let (first, last): (Option<i64>, Option<i64>) = (end("min")?, end("max")?);
            Ok(first.zip(last).map(|(first, last)| first..=last))
        })
    }

    /// Hands the names of the users with these IDs to a closure, in the order of IDs, until the
    /// closure returns false.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn each_names(
        &self,
        ids: &RangeInclusive<i64>,
        mut each: impl FnMut(NamesRead<'_>) -> bool,
    ) -> Result<()> {
        let sql = format!("SELECT {NAMES} FROM users u WHERE u.id BETWEEN ?1 AND ?2 ORDER BY u.id");
        self.read(|connection| {
            each_row(connection, &sql, &[ids.start(), ids.end()], |row| {
                Ok(each(names(row, 0)?))
            })
        })
    }

    /// Hands the PIN states of the users with these IDs to a closure, in the order of IDs, until
    /// the closure returns false.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn each_pin(
        &self,
        ids: &RangeInclusive<i64>,
        mut each: impl FnMut(PinRead<'_>) -> bool,
    ) -> Result<()> {
        let sql = format!(
            "SELECT {PIN} FROM pins p WHERE p.user_id BETWEEN ?1 AND ?2 ORDER BY p.user_id"
        );
        self.read(|connection| {
            each_row(connection, &sql, &[ids.start(), ids.end()], |row| {
                Ok(each(pin(row, 0)?))
            })
        })
    }

    /// Hands the PIN states that have changed since a version to a closure, in the order of IDs,
    /// until the closure returns false.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn each_pin_since(
        &self,
        version: i64,
        mut each: impl FnMut(PinRead<'_>) -> bool,
    ) -> Result<()> {
        let sql = format!("SELECT {PIN} FROM pins p WHERE p.version > ?1 ORDER BY {FEW_BY_ID}");
        self.read(|connection| {
            each_row(connection, &sql, &[&version], |row| Ok(each(pin(row, 0)?)))
        })
    }

    /// Hands the names of the users who have changed since a version to a closure, in the order of
    /// IDs, until the closure returns false. A change of names raises the version as a change of
    /// the PIN state does, so both are found.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn each_names_since(
        &self,
        version: i64,
        mut each: impl FnMut(NamesRead<'_>) -> bool,
    ) -> Result<()> {
        let sql = format!(
            "SELECT {NAMES} FROM pins p JOIN users u ON u.id = p.user_id WHERE p.version > ?1 ORDER BY {FEW_BY_ID}"
        );
        self.read(|connection| {
            each_row(connection, &sql, &[&version], |row| {
                Ok(each(names(row, 0)?))
            })
        })
    }

    /// The number of users.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn count_users(&self) -> Result<usize> {
        let sql = "SELECT count(*) FROM users";
        let count: i64 = self.read(|connection| {
            connection
                .prepare_cached(sql)?
                .query_row(&[], |row| row.get(0))
        })?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The number of users who have changed since a version.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn count_changed_since(&self, version: i64) -> Result<usize> {
        let sql = "SELECT count(*) FROM pins WHERE version > ?1";
        let count: i64 = self.read(|connection| {
            connection
                .prepare_cached(sql)?
                .query_row(&[&version], |row| row.get(0))
        })?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The first users in the order of one of their names. An index has that order, so the time
    /// does not depend on the number of users. Users without that name are left out. None if the
    /// index may have another order, because the first SIP addresses or accounts, or others that
    /// may precede them, have characters outside of printable ASCII.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn first_ids(
        &self,
        by: FirstBy,
        descending: bool,
        count: usize,
    ) -> Result<Option<Vec<UserId>>> {
        const DISPLAY: &str = "coalesce(display_sort, display_key)";
        let key = match by {
            FirstBy::DisplayName => DISPLAY,
            FirstBy::Sip => "sip_key",
            FirstBy::Account => "account_key",
        };
        let direction = if descending { "DESC" } else { "ASC" };
        let sql = format!(
            "SELECT id, {key} FROM users WHERE {key} IS NOT NULL
             ORDER BY {key} {direction}, {DISPLAY} {direction}, id {direction} LIMIT {count}"
        );
        self.read(|connection| {
            let first: Vec<(UserId, String)> = connection
                .prepare_cached(&sql)?
                .query_map(&[], |row| Ok((UserId(row.get(0)?), row.get(1)?)))?
                .collect::<EngineResult<_>>()?;
            let is_in_order = by == FirstBy::DisplayName
                || first.iter().all(|(_, key)| is_printable_ascii(key))
                    && !(first.len() == count && has_other_before(connection, key, &first)?);
            Ok(is_in_order.then(|| first.into_iter().map(|(id, _)| id).collect()))
        })
    }
}

fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Whether a key with other characters than printable ASCII may belong before the last of these
/// keys, once its accents are ignored. Up to such a character it must begin as the last key does,
/// so only these ranges of the index are looked at.
fn has_other_before(
    connection: &Connection,
    key: &str,
    first: &[(UserId, String)],
) -> EngineResult<bool> {
    let last = first.last().map_or("", |(_, key)| key);
    let mut search = connection.prepare_cached(&other_in_range(key))?;
    for end in 0..=last.len() {
        let start = &last[..end];
        for (from, to) in [("\u{1}", " "), ("\u{7F}", "\u{10FFFF}")] {
            let [from, to] = [from, to].map(|end| format!("{start}{end}"));
            if search.query_row(&[&from, &to], |row| row.get(0))? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Whether a key is ?1 or above, and below ?2.
fn other_in_range(key: &str) -> String {
    format!("SELECT EXISTS (SELECT 1 FROM users WHERE {key} >= ?1 AND {key} < ?2)")
}

/// The names whose order an index has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstBy {
    DisplayName,
    Sip,
    Account,
}

fn each_row(
    connection: &Connection,
    sql: &str,
    bounds: &[&dyn ToSql],
    mut each: impl FnMut(Row<'_>) -> EngineResult<bool>,
) -> EngineResult<()> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(bounds)?;
    while let Some(row) = rows.next()? {
        if !each(row)? {
            break;
        }
    }
    Ok(())
}

/// Reads seven columns from `at` on.
fn names(row: Row<'_>, at: usize) -> EngineResult<NamesRead<'_>> {
    let text = |place: usize| row.get::<Option<&str>>(at + place);
    Ok(NamesRead {
        id: UserId(row.get(at)?),
        display_name: text(1)?.unwrap_or_default(),
        sip: text(2)?,
        upn: text(3)?,
        account: text(4)?.zip(text(5)?),
        dn: text(6)?,
    })
}

/// Reads nine columns from `at` on.
fn pin(row: Row<'_>, at: usize) -> EngineResult<PinRead<'_>> {
    let lock = match row.get::<Option<&str>>(at + 4)? {
        None => None,
        // As in `rows::pin`, a lock with an unknown cause still counts.
        Some(word) => Some(LockRead {
            cause: word.parse().unwrap_or(LockCause::Unknown),
            since: row.get(at + 5)?,
            until: row.get(at + 6)?,
            by: row.get::<Option<&str>>(at + 7)?,
        }),
    };
    Ok(PinRead {
        id: UserId(row.get(at)?),
        is_set: row.get(at + 1)?,
        last_change: row.get(at + 2)?,
        expires: row.get(at + 3)?,
        lock,
        locks_at: row.get(at + 8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::empty_store::empty_store;

    #[test]
    fn addresses_with_accents_are_found_by_the_index() {
        let (_folder, store) = empty_store();
        for (key, index) in [("sip_key", "users_sip"), ("account_key", "users_account")] {
            let sql = format!("EXPLAIN QUERY PLAN {}", other_in_range(key));
            let mut statement = store.connection.prepare(&sql).unwrap();
            let plan: Vec<String> = statement
                .query_map(&[&"a", &"b"], |row| row.get(3))
                .unwrap()
                .collect::<EngineResult<_>>()
                .unwrap();
            let searches = |step: &String| step.contains("SEARCH") && step.contains(index);
            assert!(plan.iter().any(searches), "{plan:?}");
        }
    }

    #[test]
    fn those_who_have_changed_are_found_by_their_version() {
        let (_folder, store) = empty_store();
        for columns in [PIN, "p.user_id"] {
            let sql = format!(
                "EXPLAIN QUERY PLAN SELECT {columns} FROM pins p WHERE p.version > ?1 ORDER BY {FEW_BY_ID}"
            );
            let mut plan: Vec<String> = Vec::new();
            each_row(&store.connection, &sql, &[&0_i64], |row| {
                plan.push(row.get(3)?);
                Ok(true)
            })
            .unwrap();
            assert!(plan[0].contains("pins_version"), "{plan:?}");
        }
    }
}
