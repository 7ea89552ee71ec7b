//! Lists of IDs and texts as one parameter of a statement, so that many users take one statement.
//!
//! This is the only file that knows how a text of SQL writes such a list as a table.

use super::value::{SqlValue, ToSql};
use crate::domain::user::UserId;

/// The list of parameter 1 as a table: `list.key` is the position from 0, `list.value` the ID or
/// text.
pub(in crate::store) const LIST: &str = "json_each(?1) list";

/// The rows that a join with [`LIST`] finds come in the order of the list. SQLite reads the list in
/// its order, and would sort once more if it were told to; a server is told.
pub(in crate::store) const IN_LIST_ORDER: &str = "/* in the order of the list */";

/// The list of parameter 1 as a subquery, for `IN`.
pub(in crate::store) const IN_LIST: &str = "(SELECT value FROM json_each(?1))";

/// The largest number of IDs in one statement. Longer lists are read in chunks of this size.
pub(in crate::store) const IDS_PER_STATEMENT: usize = 1 << 12;

/// A list of IDs or texts as a parameter.
pub(in crate::store) struct IdSet(Items);

enum Items {
    Ids(Vec<i64>),
    Texts(Vec<String>),
}

impl IdSet {
    pub fn of(ids: impl IntoIterator<Item = i64>) -> Self {
        Self(Items::Ids(ids.into_iter().collect()))
    }

    pub fn of_users(ids: &[UserId]) -> Self {
        Self::of(ids.iter().map(|id| id.0))
    }

    pub fn of_texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        Self(Items::Texts(texts.into_iter().map(str::to_owned).collect()))
    }
}

impl ToSql for IdSet {
    fn to_sql(&self) -> SqlValue<'_> {
        match &self.0 {
            Items::Ids(ids) => SqlValue::Integers(ids),
            Items::Texts(texts) => SqlValue::Texts(texts),
        }
    }
}
