//! Sets of IDs and texts as one parameter of a statement, so that many users take one statement.
//!
//! This is the only file that knows how SQLite takes a list: as a JSON array, which `json_each`
//! turns into a table
//! (<https://www.sqlite.org/json1.html#the_json_each_and_json_tree_table_valued_functions>).

use std::fmt::Write as _;

use rusqlite::ToSql;
use rusqlite::types::ToSqlOutput;

use crate::domain::user::UserId;

/// The set of parameter 1 as a table: `list.key` is the position from 0, `list.value` the ID or
/// text.
pub(in crate::store) const LIST: &str = "json_each(?1) list";

/// The set of parameter 1 as a subquery, for `IN`.
pub(in crate::store) const IN_LIST: &str = "(SELECT value FROM json_each(?1))";

/// The largest number of IDs in one statement. Longer lists are read in chunks of this size.
pub(in crate::store) const IDS_PER_STATEMENT: usize = 1 << 12;

/// A list of IDs or texts in the form in which a statement takes it.
pub(in crate::store) struct IdSet(String);

impl IdSet {
    pub fn of(ids: impl IntoIterator<Item = i64>) -> Self {
        let mut json = "[".to_owned();
        for id in ids {
            if json.len() > 1 {
                json.push(',');
            }
            // Writing to a String cannot fail.
            let _always_ok = write!(json, "{id}");
        }
        json.push(']');
        Self(json)
    }

    pub fn of_users(ids: &[UserId]) -> Self {
        Self::of(ids.iter().map(|id| id.0))
    }

    pub fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let texts: serde_json::Value = texts.into_iter().collect();
        Self(texts.to_string())
    }
}

impl ToSql for IdSet {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}
