//! Setting PINs: the hashes that a plan writes beside the PIN states. The digits are given or drawn
//! when the plan is applied, and only their hashes are kept.

use std::collections::HashMap;

use super::hash;
use super::hash_rows::{
    HashedPin, PinHash, forget_old_hashes, newest_numbers, newest_of, write_hashes,
};
use super::keys::KeysAtHand;
use super::policies::effective_of;
use crate::domain::identity::account_key;
use crate::domain::pin::PinState;
use crate::domain::pin_digits::{Pin, PinFault};
use crate::domain::policy::PinPolicy;
use crate::domain::role::Operator;
use crate::domain::text::identity_key;
use crate::domain::user::UserId;
use crate::plan::{Action, Plan, PlanItem, PlannedUser};
use crate::progress::{Progress, step};
use crate::store::engine::dialect::after_backslash;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IN_LIST, IdSet};
use crate::store::engine::times::millis;
use crate::store::engine::{Connection, EngineResult, Transaction};
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
struct NewPin {
    pin: Pin,
    hashed: HashedPin,
    /// Whether it was drawn. A drawn PIN is known to no one yet, so it is shown once.
    is_drawn: bool,
}

/// The PINs that are about to be set, and the keys of this moment.
#[derive(Default)]
pub(in crate::store) struct NewPins {
    of_users: HashMap<UserId, NewPin>,
    keys: KeysAtHand,
}

/// The PINs for a plan: one that was given, or one for each user who would get one.
///
/// # Errors
/// A PIN was given for several users, the key is not here, no PIN could be drawn, the work was
/// cancelled, or the store could not be read.
pub(in crate::store) fn prepare(
    store: &Store,
    plan: &Plan,
    given: Option<&Pin>,
    progress: &dyn Progress,
) -> Result<NewPins> {
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
    if ids.is_empty() {
        return Ok(NewPins::default());
    }
    let keys = store.keys_at_hand(&ids)?;
    let key = keys.in_force()?;
    let policies = store.read(|connection| effective_of(connection, &ids))?;
    let mut pins = HashMap::new();
    for (done, (user, policy)) in (1..).zip(setting.iter().zip(&policies)) {
        let (pin, is_drawn) = match given {
            Some(pin) => (pin.clone(), false),
            None => (
                hash::draw(&policy.named.policy, policy.holder()).map_err(failed)?,
                true,
            ),
        };
        let hashed = hash::hash(&pin, key).map_err(failed)?;
        pins.insert(
            user.id,
            NewPin {
                pin,
                hashed,
                is_drawn,
            },
        );
        if step(progress, done, setting.len() as u64) {
            return Err(StoreError::Cancelled);
        }
    }
    Ok(NewPins {
        of_users: pins,
        keys,
    })
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
    pins: &mut NewPins,
    operator: &Operator,
) -> std::result::Result<KeptPins, WriteError> {
    if !pins.keys.are_current(transaction)? {
        return Err(StoreError::KeyChanged.into());
    }
    let ids: Vec<UserId> = settings.iter().map(|setting| setting.user.id).collect();
    let policies = effective_of(transaction, &ids)?;
    let own = own_users(transaction, operator, &ids)?;
    let newest = newest_numbers(transaction, &ids)?;
    let (mut drawn, mut hashes) = (Vec::new(), Vec::with_capacity(settings.len()));
    for (PinSetting { item, user, after }, effective) in settings.iter().zip(&policies) {
        let policy = &effective.named.policy;
        let own_days = item.own.as_ref();
        let is_as_planned = own_days.and_then(|own| own.lifetime_days)
            == Some(policy.lifetime_days)
            && own_days.and_then(|own| own.inactivity_days).unwrap_or(0) == policy.inactivity_days;
        let new = pins.of_users.remove(&user.id);
        let (Some(new), true) = (new, is_as_planned) else {
            return Err(StoreError::PolicyChanged {
                identity: user.identity.clone(),
            }
            .into());
        };
        new.pin
            .check(policy, effective.holder())
            .map_err(StoreError::PinRefused)?;
        // The history of PINs binds users who set their own PIN, but not administrators.
        if own.contains(&user.id) {
            check_history(transaction, user.id, &new.pin, policy, &pins.keys)?;
        }
        hashes.push(PinHash {
            id: user.id,
            number: newest.get(&user.id).copied().unwrap_or_default() + 1,
            set_at: after.last_change.map_or(0, millis),
            hashed: new.hashed,
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

/// Those of these users who are the operator. An account without a domain is compared with the logon
/// name alone, since the operating system does not say which domain it is of.
fn own_users(
    connection: &Connection,
    operator: &Operator,
    ids: &[UserId],
) -> EngineResult<Vec<UserId>> {
    let (key, column) = match operator.account.split_once('\\') {
        Some((domain, logon)) => (account_key(domain, logon), "account_key".to_owned()),
        None => (
            identity_key(&operator.account),
            after_backslash(connection, "account_key"),
        ),
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id FROM users WHERE id IN {IN_LIST} AND {column} = ?2"
    ))?;
    let mut own = Vec::new();
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        let mut rows = statement.query(&[&IdSet::of_users(ids), &key])?;
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
    keys: &KeysAtHand,
) -> std::result::Result<(), WriteError> {
    for hashed in newest_of(connection, id, policy.history_count)? {
        // A PIN whose key is gone cannot be compared any more.
        let Ok(key) = keys.of(&hashed) else {
            continue;
        };
        if hash::is_of(pin, &hashed, key) {
            let remembered = policy.history_count;
            let fault = PinFault::UsedBefore { remembered };
            return Err(StoreError::PinRefused(fault.into()).into());
        }
    }
    Ok(())
}
