//! The key by which display names are sorted, which the store keeps beside the keys by which users
//! are looked up.

use crate::domain::text::sort_key;
use crate::store::engine::sqlite::has_other_than_ascii;
use crate::store::engine::{EngineResult, Transaction};

/// The number of users that are read and written together, so that the memory does not depend on
/// the size of the store.
const TOGETHER: usize = 1000;

/// The value of the column `display_sort`: the sort key where it is not the look-up key itself, as
/// it is for most names.
pub(in crate::store) fn display_sort(display_name: &str, display_key: &str) -> Option<String> {
    Some(sort_key(display_name)).filter(|key| key != display_key)
}

/// Fills `display_sort` in a store that was written before it had that column, and makes the index
/// on it.
pub(in crate::store) fn fill_display_sort(transaction: &Transaction<'_>) -> EngineResult<()> {
    fill(transaction)?;
    transaction.execute_batch(
        "CREATE INDEX users_by_display_name ON users (coalesce(display_sort, display_key))",
    )
}

fn fill(transaction: &Transaction<'_>) -> EngineResult<()> {
    // Names of printable ASCII characters alone are sorted by their look-up key.
    let mut select = transaction.prepare(&format!(
        "SELECT id, display_name, display_key FROM users
         WHERE id > ?1 AND ({} OR display_key = '') ORDER BY id LIMIT {TOGETHER}",
        has_other_than_ascii("display_key")
    ))?;
    let mut update = transaction.prepare("UPDATE users SET display_sort = ?2 WHERE id = ?1")?;
    let mut last = i64::MIN;
    loop {
        let users: Vec<(i64, String, String)> = select
            .query_map(&[&last], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<EngineResult<_>>()?;
        for (id, name, key) in &users {
            if let Some(sort) = display_sort(name, key) {
                update.execute(&[&id, &sort])?;
            }
        }
        match users.last() {
            Some((id, ..)) => last = *id,
            None => return Ok(()),
        }
    }
}
