//! Setting PINs: the hashes that a plan writes beside the PIN states. The digits are given or drawn
//! when the plan is applied, and only their hashes are kept.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use sha2::{Digest as _, Sha256};

use super::hash;
use super::policies::effective_of;
use crate::domain::identity::account_key;
use crate::domain::pin::PinState;
use crate::domain::pin_digits::{Pin, PinFault};
use crate::domain::policy::PinPolicy;
use crate::domain::role::Operator;
use crate::domain::text::{hex, identity_key};
use crate::domain::user::UserId;
use crate::plan::{Action, Plan, PlanItem, PlannedUser};
use crate::progress::{Progress, step};
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IN_LIST, IdSet};
use crate::store::engine::row_blocks::{RowStatement, blocks, values};
use crate::store::engine::times::millis;
use crate::store::history::entry::KeptHash;
use crate::store::{Result, Store, StoreError, WriteError};

/// A PIN that was drawn, and the user it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnPin {
    pub user: UserId,
    pub identity: String,
    pub pin: Pin,
}

/// A PIN that is about to be set, with its hash. Hashing takes long, so it is done before the
/// transaction begins.
pub(in crate::store) struct NewPin {
    pin: Pin,
    hash: String,
    /// Whether it was drawn. A drawn PIN is known to no one yet, so it is shown once.
    is_drawn: bool,
}

/// The PINs for a plan: one that was given, or one for each user who would get one.
///
/// # Errors
/// A PIN was given for several users, no PIN could be drawn, the work was cancelled, or the store
/// could not be read.
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
    let ids: Vec<UserId> = setting.iter().map(|user| user.id).collect();
    let policies = store.read(|connection| effective_of(connection, &ids))?;
    let mut pins = HashMap::new();
    for (done, (user, policy)) in (1..).zip(setting.iter().zip(&policies)) {
        let (pin, is_drawn) = match given {
            Some(pin) => (pin.clone(), false),
            None => (
                hash::draw(&policy.named.policy, policy.line_uri.as_deref()).map_err(failed)?,
                true,
            ),
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

/// A user whose PIN is set: how it was planned, and the state that was written.
pub(in crate::store) struct PinSetting<'a> {
    pub item: &'a PlanItem,
    pub user: &'a PlannedUser,
    pub after: &'a PinState,
}

/// The outcome of keeping the hashes of new PINs.
pub(in crate::store) struct KeptPins {
    pub drawn: Vec<DrawnPin>,
    /// The row that was written for each user.
    pub hashes: HashMap<UserId, KeptHash>,
}

/// Keeps the hashes of new PINs beside the states that were written, if the policies of this moment
/// allow it.
pub(in crate::store) fn write(
    transaction: &Transaction<'_>,
    settings: &[PinSetting<'_>],
    pins: &mut HashMap<UserId, NewPin>,
    operator: &Operator,
) -> std::result::Result<KeptPins, WriteError> {
    let ids: Vec<UserId> = settings.iter().map(|setting| setting.user.id).collect();
    let policies = effective_of(transaction, &ids)?;
    let own = own_users(transaction, operator, &ids)?;
    let newest = newest_numbers(transaction, &ids)?;
    let (mut drawn, mut hashes) = (Vec::new(), Vec::with_capacity(settings.len()));
    for (PinSetting { item, user, after }, effective) in settings.iter().zip(&policies) {
        let policy = &effective.named.policy;
        let planned = item.own.as_ref().and_then(|own| own.lifetime_days);
        let new = pins.remove(&user.id);
        let (Some(new), true) = (new, planned == Some(policy.lifetime_days)) else {
            return Err(StoreError::PolicyChanged {
                identity: user.identity.clone(),
            }
            .into());
        };
        new.pin
            .check(policy, effective.line_uri.as_deref())
            .map_err(StoreError::PinRefused)?;
        // The history of PINs binds users who set their own PIN, but not administrators.
        if own.contains(&user.id) {
            check_history(transaction, user.id, &new.pin, policy)?;
        }
        hashes.push(PinHash {
            id: user.id,
            number: newest.get(&user.id).copied().unwrap_or_default() + 1,
            set_at: after.last_change.map_or(0, millis),
            digits: new.pin.length(),
            hash: new.hash,
        });
        if new.is_drawn {
            drawn.push(DrawnPin {
                user: user.id,
                identity: user.identity.clone(),
                pin: new.pin,
            });
        }
    }
    write_hashes(transaction, &hashes)?;
    forget_old_hashes(transaction, &ids)?;
    let kept = hashes.iter().map(|hash| (hash.id, hash.kept()));
    Ok(KeptPins {
        drawn,
        hashes: kept.collect(),
    })
}

/// A row of the table of hashes.
pub(in crate::store) struct PinHash {
    pub id: UserId,
    pub number: i64,
    /// Milliseconds since 1970.
    pub set_at: i64,
    pub digits: u8,
    pub hash: String,
}

/// The columns of the table `pin_hashes` that [`PinHash::of`] reads, in their order.
pub(in crate::store) const HASH_COLUMNS: &str = "user_id, number, set_at, digits, hash";

impl PinHash {
    pub fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: UserId(row.get(0)?),
            number: row.get(1)?,
            set_at: row.get(2)?,
            digits: row.get(3)?,
            hash: row.get(4)?,
        })
    }

    /// The row as the history names it. Its SHA-256 covers a random salt that only the row has, so
    /// nobody can test a PIN against it.
    pub fn kept(&self) -> KeptHash {
        let Self {
            id,
            number,
            set_at,
            digits,
            hash,
        } = self;
        let row = format!("{} {number} {set_at} {digits} {hash}", id.0);
        KeptHash {
            number: *number,
            sha256: hex(&Sha256::digest(row)),
        }
    }
}

fn write_hashes(transaction: &Transaction<'_>, hashes: &[PinHash]) -> rusqlite::Result<()> {
    for block in blocks(hashes) {
        let sql = format!(
            "INSERT INTO pin_hashes (user_id, number, set_at, digits, hash) {}",
            values(5, block.len())
        );
        let mut insert = RowStatement::prepare(transaction, &sql)?;
        for hash in block {
            insert.bind_row(params![
                hash.id.0,
                hash.number,
                hash.set_at,
                hash.digits,
                hash.hash,
            ])?;
        }
        insert.execute()?;
    }
    Ok(())
}

/// Keeps as many hashes of each user as any policy can remember.
fn forget_old_hashes(transaction: &Transaction<'_>, ids: &[UserId]) -> rusqlite::Result<()> {
    let kept = i64::from(PinPolicy::MOST_REMEMBERED);
    let mut delete = transaction.prepare_cached(&format!(
        "DELETE FROM pin_hashes WHERE user_id IN {IN_LIST} AND number <= (
             SELECT max(newest.number) FROM pin_hashes newest WHERE newest.user_id = pin_hashes.user_id) - ?2"
    ))?;
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        delete.execute(params![IdSet::of_users(ids), kept])?;
    }
    Ok(())
}

/// The number of the newest hash of each of these users. A user without one is missing.
fn newest_numbers(
    connection: &Connection,
    ids: &[UserId],
) -> rusqlite::Result<HashMap<UserId, i64>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT user_id, max(number) FROM pin_hashes WHERE user_id IN {IN_LIST} GROUP BY user_id"
    ))?;
    let mut newest = HashMap::new();
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        let mut rows = statement.query([IdSet::of_users(ids)])?;
        while let Some(row) = rows.next()? {
            newest.insert(UserId(row.get(0)?), row.get(1)?);
        }
    }
    Ok(newest)
}

/// Those of these users who are the operator. An account without a domain is compared with the logon
/// name alone, since the operating system does not say which domain it is of.
fn own_users(
    connection: &Connection,
    operator: &Operator,
    ids: &[UserId],
) -> rusqlite::Result<Vec<UserId>> {
    let (key, column) = match operator.account.split_once('\\') {
        Some((domain, logon)) => (account_key(domain, logon), "account_key"),
        None => (
            identity_key(&operator.account),
            r"substr(account_key, instr(account_key, '\') + 1)",
        ),
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id FROM users WHERE id IN {IN_LIST} AND {column} = ?2"
    ))?;
    let mut own = Vec::new();
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        let mut rows = statement.query(params![IdSet::of_users(ids), key])?;
        while let Some(row) = rows.next()? {
            own.push(UserId(row.get(0)?));
        }
    }
    Ok(own)
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

/// The hash of a user's PIN and its number of digits. None if no PIN is set, or if it was set by
/// another program.
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
