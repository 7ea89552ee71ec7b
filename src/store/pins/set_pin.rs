//! Setting PINs: what a plan to set them does beyond the states. The digits are given or drawn when it is applied, and
//! only their hash is kept.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::hash;
use super::policies::effective;
use crate::domain::identity::account_key;
use crate::domain::pin::PinState;
use crate::domain::pin_digits::{Pin, PinFault};
use crate::domain::policy::PinPolicy;
use crate::domain::role::Operator;
use crate::domain::text::identity_key;
use crate::domain::user::UserId;
use crate::plan::{Action, Plan, PlanItem, PlannedUser};
use crate::progress::{Progress, step};
use crate::store::users::rows::millis;
use crate::store::{Result, Store, StoreError, WriteError};

/// A PIN that is about to be set, with its hash: hashing takes long, so it is done before anything is locked for it.
pub(in crate::store) struct NewPin {
    pin: Pin,
    hash: String,
    /// Nobody knows it yet: it is shown once.
    is_drawn: bool,
}

/// The PINs for a plan: one that was given, or one for each user who would get one.
///
/// # Errors
/// A PIN was given for several users, no PIN could be drawn, the work was cancelled, or the store could not be read.
pub(in crate::store) fn prepare(
    store: &Store,
    plan: &Plan,
    given: Option<&Pin>,
    progress: &dyn Progress,
) -> Result<HashMap<UserId, NewPin>> {
    let setting: Vec<&PlannedUser> = plan
        .changes()
        .filter(|(item, _)| item.action == Action::SetPin)
        .map(|(_, user)| user)
        .collect();
    if given.is_some() && setting.len() > 1 {
        return Err(StoreError::OnePinForSeveral {
            users: setting.len(),
        });
    }
    let failed = |detail| StoreError::Other {
        detail,
        path: store.path().to_owned(),
    };
    let mut pins = HashMap::new();
    for (done, user) in (1..).zip(&setting) {
        let (pin, is_drawn) = if let Some(pin) = given {
            (pin.clone(), false)
        } else {
            let (policy, line) = store.read(|connection| effective(connection, user.id))?;
            (
                hash::draw(&policy.policy, line.as_deref()).map_err(failed)?,
                true,
            )
        };
        let hash = hash::hash(&pin).map_err(failed)?;
        pins.insert(
            user.id,
            NewPin {
                pin,
                hash,
                is_drawn,
            },
        );
        if step(progress, done, setting.len() as u64) {
            return Err(StoreError::Cancelled);
        }
    }
    Ok(pins)
}

/// Keeps the hash of a new PIN beside the state that was written, if the policy of this moment allows it. Gives the PIN
/// back where it was drawn.
pub(in crate::store) fn write(
    transaction: &Transaction<'_>,
    item: &PlanItem,
    user: &PlannedUser,
    after: &PinState,
    new: Option<NewPin>,
    operator: &Operator,
) -> std::result::Result<Option<Pin>, WriteError> {
    let (named, line) = effective(transaction, user.id)?;
    let policy = &named.policy;
    let planned = item.own.as_ref().and_then(|own| own.lifetime_days);
    let (Some(new), true) = (new, planned == Some(policy.lifetime_days)) else {
        return Err(StoreError::PolicyChanged {
            identity: user.identity.clone(),
        }
        .into());
    };
    new.pin
        .check(policy, line.as_deref())
        .map_err(StoreError::PinRefused)?;
    // An administrator is not held to the history; who sets a PIN of their own is.
    if is_themselves(transaction, user.id, operator)? {
        check_history(transaction, user.id, &new.pin, policy)?;
    }
    let number: i64 = transaction
        .prepare_cached("SELECT coalesce(max(number), 0) + 1 FROM pin_hashes WHERE user_id = ?1")?
        .query_row([user.id.0], |row| row.get(0))?;
    let set_at = after.last_change.map_or(0, millis);
    transaction
        .prepare_cached("INSERT INTO pin_hashes (user_id, number, set_at, digits, hash) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![user.id.0, number, set_at, new.pin.length(), new.hash])?;
    let kept = i64::from(PinPolicy::MOST_REMEMBERED);
    transaction
        .prepare_cached("DELETE FROM pin_hashes WHERE user_id = ?1 AND number <= ?2")?
        .execute(params![user.id.0, number - kept])?;
    Ok(new.is_drawn.then_some(new.pin))
}

fn is_themselves(
    connection: &Connection,
    id: UserId,
    operator: &Operator,
) -> rusqlite::Result<bool> {
    let account: Option<String> = connection
        .prepare_cached("SELECT account_key FROM users WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?
        .flatten();
    let own = match operator.account.split_once('\\') {
        Some((domain, logon)) => account_key(domain, logon),
        None => identity_key(&operator.account),
    };
    Ok(account.is_some_and(|account| account == own))
}

fn check_history(
    connection: &Connection,
    id: UserId,
    pin: &Pin,
    policy: &PinPolicy,
) -> std::result::Result<(), WriteError> {
    let mut statement = connection.prepare_cached(
        "SELECT hash FROM pin_hashes WHERE user_id = ?1 ORDER BY number DESC LIMIT ?2",
    )?;
    let mut hashes = statement.query(params![id.0, policy.history_count])?;
    while let Some(row) = hashes.next()? {
        if hash::is_of(pin, &row.get::<_, String>(0)?) {
            return Err(StoreError::PinRefused(PinFault::UsedBefore {
                remembered: policy.history_count,
            })
            .into());
        }
    }
    Ok(())
}

/// The hash of a user's PIN and how many digits it has; None where no PIN is set or it was set elsewhere.
pub(in crate::store) fn hash_in_force(
    connection: &Connection,
    id: UserId,
    state: &PinState,
) -> rusqlite::Result<Option<(String, u8)>> {
    let (Some(last_change), true) = (state.last_change, state.is_set) else {
        return Ok(None);
    };
    let newest: Option<(i64, String, u8)> = connection
        .prepare_cached("SELECT set_at, hash, digits FROM pin_hashes WHERE user_id = ?1 ORDER BY number DESC LIMIT 1")?
        .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    Ok(newest
        .filter(|(set_at, ..)| *set_at == millis(last_change))
        .map(|(_, hash, digits)| (hash, digits)))
}
