//! Reading users by their IDs, many with one statement.

use super::rows;
use super::rows::{
    PIN_OWNER_COLUMN_COUNT, PIN_OWNER_COLUMNS, PinOwner, USER_COLUMN_COUNT, USER_COLUMNS,
    USER_TABLES,
};
use crate::domain::user::{UserId, UserRecord};
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IN_LIST_ORDER, IdSet, LIST};
use crate::store::engine::{Connection, EngineError, EngineResult};
use crate::store::{Result, Store};

impl Store {
    /// Hands over the users with these IDs, in this order and as they are at one moment, until
    /// `each` returns false. An ID that the store does not have is handed over as `None`.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn each_user_of(
        &self,
        ids: &[UserId],
        mut each: impl FnMut(Option<UserRecord>) -> bool,
    ) -> Result<()> {
        self.read(|connection| {
            for ids in ids.chunks(IDS_PER_STATEMENT) {
                for user in users_of(connection, ids)? {
                    if !each(user) {
                        return Ok(());
                    }
                }
            }
            Ok(())
        })
    }
}

/// The users with these IDs, each at the position of its ID.
pub(in crate::store) fn users_of(
    connection: &Connection,
    ids: &[UserId],
) -> EngineResult<Vec<Option<UserRecord>>> {
    let mut users = vec![None; ids.len()];
    each_user(connection, ids, |position, user| {
        if let Some(found) = users.get_mut(position) {
            *found = Some(user);
        }
    })?;
    Ok(users)
}

/// Hands over the users with these IDs, each with the position of its ID. They come in the order of
/// the IDs, in which the store keeps them, so that each of its pages is read once.
pub(in crate::store) fn each_user(
    connection: &Connection,
    ids: &[UserId],
    mut each: impl FnMut(usize, UserRecord),
) -> EngineResult<()> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_by_key(|&position| ids[position]);
    let sql = format!(
        "SELECT {USER_COLUMNS}, list.key FROM {LIST} CROSS JOIN {USER_TABLES} WHERE u.id = list.value {IN_LIST_ORDER}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    for positions in order.chunks(IDS_PER_STATEMENT) {
        let set = IdSet::of(positions.iter().map(|&position| ids[position].0));
        let mut rows = statement.query(&[&set])?;
        while let Some(row) = rows.next()? {
            let nth: u32 = row.get(USER_COLUMN_COUNT)?;
            if let Some(&position) = positions.get(nth as usize) {
                each(position, rows::user(row)?);
            }
        }
    }
    Ok(())
}

/// Hands over what a change of the PIN depends on, for each user with one of these IDs, with the
/// position of the ID. The IDs are in ascending order, and so are the users.
pub(in crate::store) fn each_pin_owner<E: From<EngineError>>(
    connection: &Connection,
    ids: &[UserId],
    mut each: impl FnMut(usize, PinOwner<'_>) -> std::result::Result<(), E>,
) -> std::result::Result<(), E> {
    let sql = format!(
        "SELECT {PIN_OWNER_COLUMNS}, list.key FROM {LIST} CROSS JOIN {USER_TABLES} WHERE u.id = list.value {IN_LIST_ORDER}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(&[&IdSet::of_users(ids)])?;
    while let Some(row) = rows.next()? {
        let position: u32 = row.get(PIN_OWNER_COLUMN_COUNT)?;
        let position = position as usize;
        if let Some(id) = ids.get(position) {
            each(position, rows::pin_owner(row, *id)?)?;
        }
    }
    Ok(())
}
