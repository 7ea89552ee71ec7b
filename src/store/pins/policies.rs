//! PIN policies: listing, setting and granting them, and the one that holds for a user.

use std::collections::{BTreeSet, HashMap};

use crate::domain::pin_digits::PinHolder;
use crate::domain::pin_rule::PinRule;
use crate::domain::policy::{NamedPolicy, PinPolicy, PolicyName};
use crate::domain::user::UserId;
use crate::store::engine::id_set::{IDS_PER_STATEMENT, IN_LIST_ORDER, IdSet, LIST};
use crate::store::engine::{Connection, EngineResult, Row, Transaction};
use crate::store::{Result, Store, StoreError, WriteError};

/// A policy, and the number of users to whom it is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRow {
    pub policy: NamedPolicy,
    pub granted: u64,
}

const COLUMNS: &str = "o.name, o.min_length, o.history_count, o.lifetime_days, o.allow_common_patterns, o.max_attempts,
    o.also_refused, o.inactivity_days";
/// The number of [`COLUMNS`].
const COLUMN_COUNT: usize = 8;

impl Store {
    /// All policies: the global one, those of sites, the others, each by name.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn policies(&self) -> Result<Vec<PolicyRow>> {
        self.read(|connection| {
            let sql = format!(
                "SELECT {COLUMNS}, (SELECT count(*) FROM users u WHERE u.pin_policy = o.key)
                 FROM pin_policies o ORDER BY o.key <> 'global', substr(o.key, 1, 5) <> 'site:', o.key"
            );
            let row = |row: Row<'_>| {
                let granted: i64 = row.get(COLUMN_COUNT)?;
                Ok(PolicyRow {
                    policy: named(row)?,
                    granted: granted.unsigned_abs(),
                })
            };
            connection
                .prepare_cached(&sql)?
                .query_map(&[], row)?
                .collect()
        })
    }

    /// The policy with this name.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn policy(&self, name: &PolicyName) -> Result<Option<NamedPolicy>> {
        self.read(|connection| find(connection, name))
    }

    /// The policy that holds for a user: the one granted to them, else that of their site, else the
    /// global one.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn policy_of(&self, id: UserId) -> Result<NamedPolicy> {
        self.read(|connection| Ok(effective(connection, id)?.named))
    }

    /// The policies that hold for these users, in their order.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn policies_of(&self, ids: &[UserId]) -> Result<Vec<NamedPolicy>> {
        self.read(|connection| {
            let found = effective_of(connection, ids)?.into_iter();
            Ok(found.map(|effective| effective.named).collect())
        })
    }
}

/// Sets a policy, and makes it if there is none of this name. Returns whether that was a change.
///
/// # Errors
/// The policy is invalid.
pub(in crate::store) fn set(
    transaction: &Transaction<'_>,
    wanted: &NamedPolicy,
) -> std::result::Result<bool, WriteError> {
    let NamedPolicy { name, policy } = wanted;
    policy.check().map_err(StoreError::WrongPolicy)?;
    if find(transaction, name)?.is_some_and(|known| known.policy == *policy) {
        return Ok(false);
    }
    let also: Vec<&str> = policy.also_refused.iter().map(|rule| rule.word()).collect();
    transaction.execute(
        "INSERT INTO pin_policies (key, name, min_length, history_count, lifetime_days, allow_common_patterns,
            max_attempts, also_refused, inactivity_days) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (key) DO UPDATE SET min_length = excluded.min_length,
            history_count = excluded.history_count, lifetime_days = excluded.lifetime_days,
            allow_common_patterns = excluded.allow_common_patterns, max_attempts = excluded.max_attempts,
            also_refused = excluded.also_refused, inactivity_days = excluded.inactivity_days",
        &[&name.key(), &name.to_string(), &policy.min_length, &policy.history_count, &policy.lifetime_days, &policy.allow_common_patterns, &policy.max_attempts, &also.join(","), &policy.inactivity_days])?;
    Ok(true)
}

/// Removes a policy of a site, or one that no user has been granted. Returns whether there was one.
///
/// # Errors
/// The policy is the global one, or a user has been granted it.
pub(in crate::store) fn remove(
    transaction: &Transaction<'_>,
    name: &PolicyName,
) -> std::result::Result<bool, WriteError> {
    let key = name.key();
    let granted: i64 = transaction.query_row(
        "SELECT count(*) FROM users WHERE pin_policy = ?1",
        &[&key],
        |row| row.get(0),
    )?;
    if *name == PolicyName::Global || granted > 0 {
        return Err(StoreError::PolicyInUse {
            name: name.to_string(),
            granted: granted.unsigned_abs(),
        }
        .into());
    }
    let removed = transaction.execute("DELETE FROM pin_policies WHERE key = ?1", &[&key])?;
    Ok(removed > 0)
}

/// Grants a policy to a user, or takes the granted one away, so that the policy of their site or the
/// global one holds. Returns whether that was a change.
///
/// # Errors
/// There is no such policy that can be granted.
pub(in crate::store) fn grant(
    transaction: &Transaction<'_>,
    id: UserId,
    name: Option<&PolicyName>,
) -> std::result::Result<bool, WriteError> {
    if let Some(name) = name
        && (!matches!(name, PolicyName::User(_)) || find(transaction, name)?.is_none())
    {
        return Err(StoreError::NoSuchPolicy {
            name: name.to_string(),
        }
        .into());
    }
    let key = name.map(PolicyName::key);
    let changed = transaction.execute(
        "UPDATE users SET pin_policy = ?2 WHERE id = ?1 AND coalesce(pin_policy, '') <> ?3",
        &[&id.0, &key, &key.as_deref().unwrap_or_default()],
    )?;
    Ok(changed > 0)
}

fn find(connection: &Connection, name: &PolicyName) -> EngineResult<Option<NamedPolicy>> {
    by_key(connection, &name.key())
}

fn by_key(connection: &Connection, key: &str) -> EngineResult<Option<NamedPolicy>> {
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM pin_policies o WHERE o.key = ?1"
        ))?
        .query_optional(&[&key], named)
}

/// The policy that holds for a user, and the facts about the user that its rules look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::store) struct EffectivePolicy {
    pub named: NamedPolicy,
    line_uri: Option<String>,
    display_name: String,
}

impl EffectivePolicy {
    /// The facts about the user, for checking a PIN.
    pub fn holder(&self) -> PinHolder<'_> {
        PinHolder {
            line: self.line_uri.as_deref(),
            display_name: &self.display_name,
        }
    }
}

/// The policy that holds for one user.
pub(in crate::store) fn effective(
    connection: &Connection,
    id: UserId,
) -> EngineResult<EffectivePolicy> {
    let mut found = effective_of(connection, &[id])?;
    Ok(found.pop().unwrap_or_default())
}

/// The policies that hold for these users, in their order. Where the store has no such user, the
/// global one holds.
pub(in crate::store) fn effective_of(
    connection: &Connection,
    ids: &[UserId],
) -> EngineResult<Vec<EffectivePolicy>> {
    let policies = by_keys(connection)?;
    let global = EffectivePolicy {
        named: policies
            .get(&PolicyName::Global.key())
            .cloned()
            .unwrap_or_else(global_default),
        ..EffectivePolicy::default()
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT list.key, u.pin_policy, u.site, u.line_uri, u.display_name FROM {LIST} CROSS JOIN users u WHERE u.id = list.value {IN_LIST_ORDER}"
    ))?;
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(IDS_PER_STATEMENT) {
        let start = found.len();
        found.resize(start + ids.len(), global.clone());
        let mut rows = statement.query(&[&IdSet::of_users(ids)])?;
        while let Some(row) = rows.next()? {
            let nth: u32 = row.get(0)?;
            let (granted, site): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
            let keys = [granted, site.map(|site| PolicyName::Site(site).key())];
            let own = keys.iter().flatten().find_map(|key| policies.get(key));
            if let Some(effective) = found.get_mut(start + nth as usize) {
                effective.line_uri = row.get(3)?;
                effective.display_name = row.get(4)?;
                if let Some(own) = own {
                    effective.named = own.clone();
                }
            }
        }
    }
    Ok(found)
}

/// All policies by their keys.
pub(in crate::store) fn by_keys(
    connection: &Connection,
) -> EngineResult<HashMap<String, NamedPolicy>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS}, o.key FROM pin_policies o"))?
        .query_map(&[], |row| Ok((row.get(COLUMN_COUNT)?, named(row)?)))?
        .collect()
}

/// The global policy of a store that has set none.
pub(in crate::store) fn global_default() -> NamedPolicy {
    NamedPolicy {
        name: PolicyName::Global,
        policy: PinPolicy::default(),
    }
}

impl Default for EffectivePolicy {
    fn default() -> Self {
        Self {
            named: global_default(),
            line_uri: None,
            display_name: String::new(),
        }
    }
}

/// The rules in a column, which has their words with a comma between them.
fn words(column: &str) -> BTreeSet<PinRule> {
    let words = column.split(',');
    words.filter_map(|word| word.parse().ok()).collect()
}

fn named(row: Row<'_>) -> EngineResult<NamedPolicy> {
    let name: String = row.get(0)?;
    Ok(NamedPolicy {
        name: PolicyName::parse(&name).unwrap_or(PolicyName::User(name)),
        policy: PinPolicy {
            min_length: row.get(1)?,
            history_count: row.get(2)?,
            lifetime_days: row.get(3)?,
            allow_common_patterns: row.get(4)?,
            max_attempts: row.get(5)?,
            also_refused: words(row.get(6)?),
            inactivity_days: row.get(7)?,
        },
    })
}
