//! Writing the PIN states of many users with few statements.
//!
//! Users are read and written in the order of their IDs, in which the store keeps them, so that
//! each page is touched once. Users who get the same lock are written by one UPDATE, which takes
//! SQLite less than half of the time of one UPDATE a user.

use crate::domain::pin::PinState;
use crate::domain::user::UserId;
use crate::store::WriteError;
use crate::store::engine::id_set::{IN_LIST, IdSet};
use crate::store::engine::row_blocks::{RowStatement, blocks, values};
use crate::store::engine::times::millis;
use crate::store::engine::{EngineResult, ToSql, Transaction};
use crate::store::users::read_many::each_pin_owner;
use crate::store::users::rows::PinOwner;

/// The number of users that are read, and then written.
const TOGETHER: usize = 1 << 10;
/// The largest number of different locks among those that are written by one UPDATE for each lock.
const MOST_GROUPS: usize = 32;
/// The smallest number of users with the same lock for which an UPDATE of their own pays.
const SMALLEST_GROUP: usize = 8;

/// A user's PIN state in the store, and the state that replaces it.
#[derive(Clone, Copy)]
pub(in crate::store) struct PinWrite<'a> {
    pub id: UserId,
    pub before: &'a PinState,
    pub after: &'a PinState,
}

/// Computes the new state of each user with `becomes`, and writes it under a new version. `becomes`
/// gets the index of the user in `ids` and the user as the store has them, or `None` if the store has
/// no such user. The result has the new
/// state at the index of each user who was changed. A user who is in the list twice is changed
/// once.
pub(in crate::store) fn change_pins(
    transaction: &Transaction<'_>,
    ids: &[UserId],
    version: i64,
    mut becomes: impl FnMut(usize, Option<&PinOwner<'_>>) -> Result<Option<PinState>, WriteError>,
) -> Result<Vec<Option<PinState>>, WriteError> {
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_unstable_by_key(|&position| (ids[position], position));
    let mut changed: Vec<Option<PinState>> = vec![None; ids.len()];
    let mut last = None;
    for positions in order.chunks(TOGETHER) {
        let together: Vec<UserId> = positions.iter().map(|&position| ids[position]).collect();
        let mut found: Vec<Option<PinState>> = vec![None; positions.len()];
        each_pin_owner(transaction, &together, |nth, user| {
            if last != Some(user.id)
                && let Some(state) = becomes(positions[nth], Some(&user))?
            {
                changed[positions[nth]] = Some(state);
                last = Some(user.id);
            }
            found[nth] = Some(user.pin);
            Ok::<_, WriteError>(())
        })?;
        for (&position, found) in positions.iter().zip(&found) {
            if found.is_none() {
                changed[position] = becomes(position, None)?;
            }
        }
        let writes: Vec<PinWrite<'_>> = positions
            .iter()
            .zip(&found)
            .filter_map(|(&position, before)| {
                Some(PinWrite {
                    id: ids[position],
                    before: before.as_ref()?,
                    after: changed[position].as_ref()?,
                })
            })
            .collect();
        write_pins(transaction, &writes, version)?;
    }
    Ok(changed)
}

/// Writes PIN states under a new version.
pub(in crate::store) fn write_pins(
    transaction: &Transaction<'_>,
    writes: &[PinWrite<'_>],
    version: i64,
) -> EngineResult<()> {
    let mut groups: Vec<Vec<PinWrite<'_>>> = Vec::new();
    let mut others = Vec::new();
    for write in writes {
        if !write.changes_lock_only() {
            others.push(*write);
        } else if let Some(group) = groups
            .iter_mut()
            .find(|group| group[0].has_same_lock(write))
        {
            group.push(*write);
        } else if groups.len() < MOST_GROUPS {
            groups.push(vec![*write]);
        } else {
            others.push(*write);
        }
    }
    for group in groups {
        if group.len() < SMALLEST_GROUP {
            others.extend(group);
        } else {
            write_locks(transaction, &group, version)?;
        }
    }
    // A group leaves its users behind in the order of their IDs; several groups do not.
    others.sort_unstable_by_key(|write| write.id);
    blocks(&others).try_for_each(|block| write_states(transaction, block, version))
}

impl PinWrite<'_> {
    /// Whether nothing but the lock and the counted failures changes.
    fn changes_lock_only(&self) -> bool {
        let Self { before, after, .. } = self;
        before.inactivity == after.inactivity
            && before.is_set == after.is_set
            && before.last_change == after.last_change
            && before.expires == after.expires
    }

    fn has_same_lock(&self, other: &Self) -> bool {
        self.after.failures == other.after.failures && self.after.lock == other.after.lock
    }
}

/// The columns of a lock and of the counted failures.
const LOCK_COLUMNS: [&str; 9] = [
    "lock_cause",
    "lock_since",
    "lock_until",
    "lock_by",
    "lock_reason",
    "lock_ticket",
    "local_failures",
    "global_failures",
    "window_started",
];

/// Writes the lock that all these users get.
fn write_locks(
    transaction: &Transaction<'_>,
    writes: &[PinWrite<'_>],
    version: i64,
) -> EngineResult<()> {
    let Some(first) = writes.first() else {
        return Ok(());
    };
    let assignments: Vec<String> = (3..)
        .zip(LOCK_COLUMNS)
        .map(|(parameter, column)| format!("{column} = ?{parameter}"))
        .collect();
    let sql = format!(
        "UPDATE pins SET version = ?2, {} WHERE user_id IN {IN_LIST}",
        assignments.join(", ")
    );
    let ids = IdSet::of(writes.iter().map(|write| write.id.0));
    let mut update = RowStatement::prepare(transaction, &sql)?;
    update.bind_row(&[&ids, &version])?;
    with_lock_columns(first.after, |columns| update.bind_row(columns))?;
    update.execute().map(drop)
}

/// Writes any states.
fn write_states(
    transaction: &Transaction<'_>,
    writes: &[PinWrite<'_>],
    version: i64,
) -> EngineResult<()> {
    let columns = [
        "version",
        "is_set",
        "last_change",
        "expires",
        "inactivity_days",
        "last_use",
    ];
    let assignments: Vec<String> = (2..)
        .zip(columns.into_iter().chain(LOCK_COLUMNS))
        .map(|(nth, column)| match column {
            // Rows without any of these numbers do not say that the column has numbers.
            "last_change" | "expires" | "inactivity_days" | "last_use" | "lock_since"
            | "lock_until" | "window_started" => {
                format!("{column} = CAST(new.column{nth} AS BIGINT)")
            }
            column => format!("{column} = new.column{nth}"),
        })
        .collect();
    let sql = format!(
        "UPDATE pins SET {} FROM ({}) AS new WHERE user_id = new.column1",
        assignments.join(", "),
        values(assignments.len() + 1, writes.len())
    );
    let mut update = RowStatement::prepare(transaction, &sql)?;
    for PinWrite { id, after, .. } in writes {
        update.bind_row(&[
            &id.0,
            &version,
            &after.is_set,
            &after.last_change.map(millis),
            &after.expires.map(millis),
            &after.inactivity.map(|inactivity| inactivity.days),
            &after
                .inactivity
                .map(|inactivity| millis(inactivity.last_use)),
        ])?;
        with_lock_columns(after, |columns| update.bind_row(columns))?;
    }
    update.execute().map(drop)
}

/// Hands over the values of [`LOCK_COLUMNS`].
fn with_lock_columns<T>(pin: &PinState, bind: impl FnOnce(&[&dyn ToSql]) -> T) -> T {
    let (lock, failures) = (pin.lock.as_ref(), &pin.failures);
    bind(&[
        &lock.map(|lock| lock.cause.word()),
        &lock.and_then(|lock| lock.since).map(millis),
        &lock.and_then(|lock| lock.until).map(millis),
        &lock.and_then(|lock| lock.by.as_deref()),
        &lock.map_or("", |lock| lock.reason.as_str()),
        &lock.map_or("", |lock| lock.ticket.as_str()),
        &failures.local,
        &failures.global,
        &failures.window_started.map(millis),
    ])
}
