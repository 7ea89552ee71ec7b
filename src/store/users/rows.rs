//! Converts rows to domain values. No other file knows the columns of a user and of a PIN state.

use crate::domain::pin::{Failures, Inactivity, Lock, LockCause, PinState};
use crate::domain::user::{Account, BorrowedNames, UserId, UserNames, UserRecord, Version};
use crate::store::engine::times::time;
use crate::store::engine::{EngineResult, Row};

/// The columns of a whole user, in the order that [`user`] reads.
pub(in crate::store) const USER_COLUMNS: &str = "u.id, u.display_name, u.sip, u.upn, u.domain, u.logon, u.dn, u.guid,
    p.is_set, p.last_change, p.expires, p.lock_cause, p.lock_since, p.lock_until, p.lock_by, p.lock_reason, p.lock_ticket,
    p.local_failures, p.global_failures, p.window_started, p.inactivity_days, p.last_use, p.version, u.is_protected, u.line_uri, u.site";

/// The key by which display names are sorted.
pub(in crate::store) const DISPLAY_SORT: &str = "coalesce(u.display_sort, u.display_key)";

/// The order of display names; the index `users_by_display_name` has it.
pub(in crate::store) const BY_DISPLAY_NAME: &str = "coalesce(u.display_sort, u.display_key), u.id";

/// The number of those columns. A statement that reads further columns has them after these.
pub(in crate::store) const USER_COLUMN_COUNT: usize = 26;

/// The tables those columns come from.
pub(in crate::store) const USER_TABLES: &str = "users u JOIN pins p ON p.user_id = u.id";

/// The columns of [`PinOwner`], in the order that [`pin_owner`] reads.
pub(in crate::store) const PIN_OWNER_COLUMNS: &str = "p.version, u.display_name, u.sip, u.upn, u.domain, u.logon, u.dn,
    p.is_set, p.last_change, p.expires, p.lock_cause, p.lock_since, p.lock_until, p.lock_by, p.lock_reason, p.lock_ticket,
    p.local_failures, p.global_failures, p.window_started, p.inactivity_days, p.last_use";

/// The number of those columns.
pub(in crate::store) const PIN_OWNER_COLUMN_COUNT: usize = 21;

/// The facts of a user that a change of the PIN depends on. The names are borrowed from the row that
/// SQLite is at.
pub(in crate::store) struct PinOwner<'a> {
    pub id: UserId,
    pub version: Version,
    pub names: BorrowedNames<'a>,
    pub pin: PinState,
}

/// Reads a row of [`PIN_OWNER_COLUMNS`].
pub(in crate::store) fn pin_owner(row: Row<'_>, id: UserId) -> EngineResult<PinOwner<'_>> {
    let text = |column| row.get::<Option<&str>>(column);
    Ok(PinOwner {
        id,
        version: Version(row.get(0)?),
        names: BorrowedNames {
            display_name: text(1)?.unwrap_or_default(),
            sip: text(2)?,
            upn: text(3)?,
            account: text(4)?.zip(text(5)?),
            dn: text(6)?,
        },
        pin: pin(row, 7)?,
    })
}

pub(in crate::store) fn user(row: Row<'_>) -> EngineResult<UserRecord> {
    Ok(UserRecord {
        id: UserId(row.get(0)?),
        names: UserNames {
            line_uri: row.get(24)?,
            site: row.get(25)?,
            ..names(row, 1)?
        },
        pin: user_pin(row)?,
        version: Version(row.get(22)?),
        is_protected: row.get(23)?,
    })
}

/// The PIN state of a row of [`USER_COLUMNS`].
pub(in crate::store) fn user_pin(row: Row<'_>) -> EngineResult<PinState> {
    pin(row, 8)
}

/// Reads the names of a user from the seven columns that begin at `at`.
pub(in crate::store) fn names(row: Row<'_>, at: usize) -> EngineResult<UserNames> {
    let domain: Option<String> = row.get(at + 3)?;
    let logon: Option<String> = row.get(at + 4)?;
    Ok(UserNames {
        display_name: row.get(at)?,
        sip: row.get(at + 1)?,
        upn: row.get(at + 2)?,
        account: domain
            .zip(logon)
            .map(|(domain, logon)| Account { domain, logon }),
        dn: row.get(at + 5)?,
        guid: row.get(at + 6)?,
        line_uri: None,
        site: None,
    })
}

/// Reads a PIN state from the fourteen columns that begin at `at`.
pub(in crate::store) fn pin(row: Row<'_>, at: usize) -> EngineResult<PinState> {
    let cause: Option<String> = row.get(at + 3)?;
    let lock = match cause.as_deref() {
        None => None,
        // The table has a check on this column. If it has an unknown word nevertheless, the lock
        // still counts.
        Some(word) => Some(Lock {
            cause: word.parse().unwrap_or(LockCause::Unknown),
            since: time(row.get(at + 4)?),
            until: time(row.get(at + 5)?),
            by: row.get(at + 6)?,
            reason: row.get(at + 7)?,
            ticket: row.get(at + 8)?,
        }),
    };
    Ok(PinState {
        is_set: row.get(at)?,
        last_change: time(row.get(at + 1)?),
        expires: time(row.get(at + 2)?),
        lock,
        failures: Failures {
            local: row.get(at + 9)?,
            global: row.get(at + 10)?,
            window_started: time(row.get(at + 11)?),
        },
        inactivity: row
            .get::<Option<u16>>(at + 12)?
            .zip(time(row.get(at + 13)?))
            .map(|(days, last_use)| Inactivity { days, last_use }),
    })
}
