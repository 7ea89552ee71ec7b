//! The plan that undoes an import of users.

use std::collections::HashSet;

use crate::domain::pin::PinState;
use crate::domain::user::{NameKeys, UserId, UserNames, UserRecord};
use crate::plan::import::{ImportKind, ImportPlan};
use crate::plan::undo_import::{ChangedNames, UndoneNames, leave_out_taken, undo_rows};
use crate::plan::{BatchAction, BatchId};
use crate::store::engine::{Connection, EngineError, EngineResult, Row};
use crate::store::history::entry::HistoryKind;
use crate::store::history::last_change::last_events;
use crate::store::history::names_digest::names_of_json;
use crate::store::users::find_many::{Search, found};
use crate::store::users::read_many::users_of;
use crate::store::users::rows::{USER_COLUMN_COUNT, USER_COLUMNS, USER_TABLES, user};
use crate::store::{Result, Store, counter};

/// The number of rows whose names are looked up together.
const ROWS_TOGETHER: usize = 1 << 10;

impl Store {
    /// The plan that undoes an import of users, or an undo of one. Users to whom something has
    /// happened since are left out and named. None if the batch did not import users.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn plan_undo_import(&self, batch: BatchId) -> Result<Option<ImportPlan>> {
        self.read(|connection| undo_of_import(connection, batch))
    }
}

/// The plan that undoes an import of users.
pub(super) fn undo_of_import(
    connection: &Connection,
    batch: BatchId,
) -> EngineResult<Option<ImportPlan>> {
    let action: Option<String> = connection.query_optional(
        "SELECT action FROM batches WHERE id = ?1",
        &[&batch.0],
        |row| row.get(0),
    )?;
    let action = action.map(|word| BatchAction::of_word(&word));
    let is_import = action == Some(BatchAction::ImportUsers);
    if !is_import && action != Some(BatchAction::Undo) {
        return Ok(None);
    }
    let mut changes = added(connection, batch)?;
    changes.extend(renamed_and_removed(connection, batch)?);
    if changes.is_empty() && !is_import {
        return Ok(None);
    }
    let mut rows = undo_rows(changes);
    let mut sharing: Vec<Vec<UserRecord>> = Vec::with_capacity(rows.len());
    for rows in rows.chunks(ROWS_TOGETHER) {
        let names = rows.iter().map(|row| row.verdict.new_names());
        let keys: Vec<NameKeys> = names.clone().flatten().map(UserNames::keys).collect();
        let mut found = found(connection, &Search::of_names(&keys))?.into_iter();
        sharing.extend(names.map(|names| names.and_then(|_| found.next()).unwrap_or_default()));
    }
    leave_out_taken(&mut rows, &sharing);
    Ok(Some(ImportPlan {
        kind: ImportKind::Users,
        source: String::new(),
        sha256: String::new(),
        names_version: counter(connection, "names")?,
        rows,
        unchanged: 0,
        undoes: Some(batch),
        reason: format!("undo of batch {}", batch.0),
        ticket: String::new(),
        submitted: None,
    }))
}

/// The users whom a batch added and who are still there, each with the reason why they stay.
fn added(connection: &Connection, batch: BatchId) -> EngineResult<Vec<UndoneNames>> {
    let sql = format!(
        "SELECT {USER_COLUMNS}, u.pin_policy IS NOT NULL FROM {USER_TABLES}
         WHERE u.added_batch = ?1 ORDER BY u.id"
    );
    let read = |row: Row<'_>| Ok((user(row)?, row.get::<bool>(USER_COLUMN_COUNT)?));
    let users: Vec<(UserRecord, bool)> = connection
        .prepare_cached(&sql)?
        .query_map(&[&batch.0], read)?
        .collect::<EngineResult<_>>()?;
    let ids: Vec<UserId> = users.iter().map(|(user, _)| user.id).collect();
    let events = last_events(connection, &ids)?;
    let tried: HashSet<i64> = connection
        .prepare_cached("SELECT user_id FROM logon_attempts")?
        .query_map(&[], |row| row.get(0))?
        .collect::<EngineResult<_>>()?;
    let added = |(user, has_policy): (UserRecord, bool)| {
        let stays = match events.get(&user.id) {
            Some(event) => Some(format!(
                "{} has changed this user since, so the user stays.",
                event.operator
            )),
            None if user.is_protected => Some("The user is protected, and stays.".to_owned()),
            None if has_policy => Some("The user has a PIN policy, and stays.".to_owned()),
            None if user.pin != PinState::default() => {
                Some("The user has a PIN state, and stays.".to_owned())
            }
            None if tried.contains(&user.id.0) => {
                Some("A PIN of the user is being tried.".to_owned())
            }
            None => None,
        };
        let user = Box::new(user);
        UndoneNames::Added { user, stays }
    };
    Ok(users.into_iter().map(added).collect())
}

/// The users whose names a batch changed, and those whom it removed, in the order of its entries.
fn renamed_and_removed(connection: &Connection, batch: BatchId) -> EngineResult<Vec<UndoneNames>> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, user_id, target, before, after FROM history
         WHERE batch_id = ?1 AND (kind = 'names' OR kind = 'removed') ORDER BY seq",
    )?;
    let mut rows = statement.query(&[&batch.0])?;
    let (mut changes, mut ids) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let target: String = row.get(2)?;
        let names = |column| {
            let json = row.get::<Option<&str>>(column)?;
            Ok::<_, EngineError>(json.and_then(names_of_json))
        };
        let before = names(3)?;
        if row.get::<&str>(0)? == HistoryKind::Removed.word() {
            let names = before.map(Box::new);
            changes.push(UndoneNames::Removed { target, names });
        } else {
            let names = before.zip(names(4)?);
            let names = names.map(|(before, after)| Box::new(ChangedNames { before, after }));
            ids.push(UserId(row.get::<Option<i64>>(1)?.unwrap_or_default()));
            changes.push(UndoneNames::Changed {
                target,
                names,
                user: None,
            });
        }
    }
    let mut users = users_of(connection, &ids)?.into_iter();
    for change in &mut changes {
        if let UndoneNames::Changed { user, .. } = change {
            *user = users.next().flatten().map(Box::new);
        }
    }
    Ok(changes)
}
