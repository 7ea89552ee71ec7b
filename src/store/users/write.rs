//! Writing the names of users, many with one statement.

use super::sort_keys::display_sort;
use crate::domain::user::{UserId, UserNames};
use crate::store::engine::catalog::largest_id_ever;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IN_LIST, IdSet};
use crate::store::engine::row_blocks::{RowStatement, blocks, values};
use crate::store::engine::{Connection, EngineResult, ToSql, Transaction};

/// The columns of a user's names and their comparable forms, in the order of [`bind_names`].
const NAME_COLUMNS: [&str; 15] = [
    "display_name",
    "sip",
    "upn",
    "domain",
    "logon",
    "dn",
    "guid",
    "display_key",
    "sip_key",
    "upn_key",
    "account_key",
    "dn_key",
    "line_uri",
    "site",
    "display_sort",
];

/// The ID that the next new user gets. No ID is used twice, also not that of a user who was removed.
pub(in crate::store) fn next_user_id(connection: &Connection) -> EngineResult<i64> {
    let sql = "SELECT coalesce(max(id), 0) FROM users";
    let largest: i64 = connection.query_row(sql, &[], |row| row.get(0))?;
    let ever = largest_id_ever(connection, "users")?;
    Ok(largest.max(ever.unwrap_or_default()) + 1)
}

/// Adds users without a PIN, with IDs from `first` on.
pub(in crate::store) fn insert_users(
    transaction: &Transaction<'_>,
    users: &[&UserNames],
    first: i64,
    batch: i64,
    version: i64,
) -> EngineResult<()> {
    let mut id = first;
    for block in blocks(users) {
        let sql = format!(
            "INSERT INTO users (id, added_batch, {}) {}",
            NAME_COLUMNS.join(", "),
            values(NAME_COLUMNS.len() + 2, block.len())
        );
        let mut insert = RowStatement::prepare(transaction, &sql)?;
        for names in block {
            insert.bind_row(&[&id, &batch])?;
            bind_names(&mut insert, names)?;
            id += 1;
        }
        insert.execute()?;
    }
    transaction
        .prepare_cached(
            "INSERT INTO pins (user_id, version) SELECT id, ?3 FROM users WHERE id >= ?1 AND id < ?2 ORDER BY id",
        )?
        .execute(&[&first, &id, &version])?;
    Ok(())
}

/// Removes users who have nothing but their names.
pub(in crate::store) fn remove_users(
    transaction: &Transaction<'_>,
    users: &[UserId],
) -> EngineResult<()> {
    for ids in users.chunks(IDS_PER_STATEMENT) {
        for sql in [
            format!("DELETE FROM pins WHERE user_id IN {IN_LIST}"),
            format!("DELETE FROM users WHERE id IN {IN_LIST}"),
        ] {
            transaction
                .prepare_cached(&sql)?
                .execute(&[&IdSet::of_users(ids)])?;
        }
    }
    Ok(())
}

/// Replaces the names of users. Their versions grow, since a plan that was made for the old names
/// no longer holds.
pub(in crate::store) fn update_names(
    transaction: &Transaction<'_>,
    users: &[(UserId, &UserNames)],
    version: i64,
) -> EngineResult<()> {
    let assignments: Vec<String> = (2..)
        .zip(NAME_COLUMNS)
        .map(|(nth, column)| format!("{column} = new.column{nth}"))
        .collect();
    for block in blocks(users) {
        let sql = format!(
            "UPDATE users SET {} FROM ({}) AS new WHERE id = new.column1",
            assignments.join(", "),
            values(NAME_COLUMNS.len() + 1, block.len())
        );
        let mut update = RowStatement::prepare(transaction, &sql)?;
        for (id, names) in block {
            update.bind_row(&[&id.0])?;
            bind_names(&mut update, names)?;
        }
        update.execute()?;
    }
    let sql = format!("UPDATE pins SET version = ?2 WHERE user_id IN {IN_LIST}");
    let mut update = transaction.prepare_cached(&sql)?;
    for users in users.chunks(IDS_PER_STATEMENT) {
        let ids = IdSet::of(users.iter().map(|(id, _)| id.0));
        update.execute(&[&ids, &version])?;
    }
    Ok(())
}

fn bind_names(statement: &mut RowStatement<'_>, names: &UserNames) -> EngineResult<()> {
    let (keys, account) = (names.keys(), names.account.as_ref());
    let columns: [&dyn ToSql; NAME_COLUMNS.len()] = [
        &names.display_name,
        &names.sip,
        &names.upn,
        &account.map(|account| &account.domain),
        &account.map(|account| &account.logon),
        &names.dn,
        &keys.guid,
        &keys.display,
        &keys.sip,
        &keys.upn,
        &keys.account,
        &keys.dn,
        &names.line_uri,
        &names.site,
        &display_sort(&names.display_name, &keys.display),
    ];
    statement.bind_row(&columns)
}
