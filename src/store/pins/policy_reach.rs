//! The users of each policy, and why it holds for them.

use std::collections::HashMap;

use super::policies::{PolicyRow, by_keys, global_default};
use crate::domain::policy::{NamedPolicy, PolicyName};
use crate::domain::user::UserId;
use crate::store::engine::{Connection, EngineResult};
use crate::store::{Result, Store};

/// The reason why a policy holds for a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyReason {
    /// It was granted to the user.
    Granted,
    /// It is that of the user's site, and none was granted.
    Site(String),
    /// None was granted, and there is none of the user's site, whose name is here.
    Global(Option<String>),
}

/// The policy that holds for a user, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPolicy {
    pub named: NamedPolicy,
    pub why: PolicyReason,
}

impl Store {
    /// The policy that holds for a user, and why.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn held_policy(&self, id: UserId) -> Result<HeldPolicy> {
        self.read(|connection| {
            let policies = Policies::read(connection)?;
            let found = connection
                .prepare_cached("SELECT pin_policy, site FROM users WHERE id = ?1")?
                .query_optional(&[&id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let (granted, site): (Option<String>, Option<String>) = found.unwrap_or_default();
            Ok(policies.held(granted.as_deref(), site.as_deref()))
        })
    }

    /// All policies, the global one first, with the users for whom each holds, by ID.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn users_by_policy(&self) -> Result<Vec<(NamedPolicy, Vec<UserId>)>> {
        let all = self.policies()?;
        let mut users = self.read(|connection| {
            let policies = Policies::read(connection)?;
            let mut keys: HashMap<(Option<String>, Option<String>), String> = HashMap::new();
            let mut users: HashMap<String, Vec<UserId>> = HashMap::new();
            let mut statement =
                connection.prepare_cached("SELECT id, pin_policy, site FROM users ORDER BY id")?;
            let mut rows = statement.query(&[])?;
            while let Some(row) = rows.next()? {
                let (granted, site): (Option<String>, Option<String>) = (row.get(1)?, row.get(2)?);
                let key = keys
                    .entry((granted, site))
                    .or_insert_with_key(|(granted, site)| {
                        policies.key(granted.as_deref(), site.as_deref(), None)
                    });
                if let Some(users) = users.get_mut(key.as_str()) {
                    users.push(UserId(row.get(0)?));
                } else {
                    users.insert(key.clone(), vec![UserId(row.get(0)?)]);
                }
            }
            Ok(users)
        })?;
        let with_users = |row: PolicyRow| {
            let users = users.remove(&row.policy.name.key()).unwrap_or_default();
            (row.policy, users)
        };
        Ok(all.into_iter().map(with_users).collect())
    }

    /// The number of users for whom each policy holds, by the key of its name.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn policy_users(&self) -> Result<HashMap<String, usize>> {
        self.read(|connection| {
            let policies = Policies::read(connection)?;
            let mut counts: HashMap<String, usize> = HashMap::new();
            let mut groups = connection.prepare_cached(
                "SELECT pin_policy, site, count(*) FROM users GROUP BY pin_policy, site",
            )?;
            let mut rows = groups.query(&[])?;
            while let Some(row) = rows.next()? {
                let (granted, site): (Option<&str>, Option<&str>) = (row.get(0)?, row.get(1)?);
                let users: i64 = row.get(2)?;
                let key = policies.key(granted, site, None);
                *counts.entry(key).or_default() += usize::try_from(users).unwrap_or_default();
            }
            Ok(counts)
        })
    }
}

impl PolicyReason {
    /// Its word in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Site(_) => "site",
            Self::Global(_) => "global",
        }
    }

    /// "It was granted to this user."
    pub fn sentence(&self) -> String {
        match self {
            Self::Granted => "It was granted to this user.".to_owned(),
            Self::Site(site) => {
                format!("It is the policy of the site {site}, and none was granted to this user.")
            }
            Self::Global(None) => {
                "It is for all: none was granted to this user, and the user has no site.".to_owned()
            }
            Self::Global(Some(site)) => format!(
                "It is for all: none was granted to this user, and the site {site} has none."
            ),
        }
    }
}

/// All policies by the keys of their names.
pub(super) struct Policies {
    by_key: HashMap<String, NamedPolicy>,
    global: NamedPolicy,
}

impl Policies {
    pub fn read(connection: &Connection) -> EngineResult<Self> {
        let by_key = by_keys(connection)?;
        let global = by_key.get(&PolicyName::Global.key()).cloned();
        Ok(Self {
            by_key,
            global: global.unwrap_or_else(global_default),
        })
    }

    /// The key of the policy that holds. `draft` is the key of one that would be there, too.
    pub fn key(&self, granted: Option<&str>, site: Option<&str>, draft: Option<&str>) -> String {
        let is_there = |key: &String| self.by_key.contains_key(key) || draft == Some(key);
        let site = || site.map(|site| PolicyName::Site(site.to_owned()).key());
        let granted = granted.map(str::to_owned).filter(is_there);
        let own = granted.or_else(|| site().filter(is_there));
        own.unwrap_or_else(|| PolicyName::Global.key())
    }

    /// The policy with this key, else the global one.
    pub fn of_key(&self, key: &str) -> &NamedPolicy {
        self.by_key.get(key).unwrap_or(&self.global)
    }

    /// The largest number of days without use that a policy allows.
    pub fn most_inactivity_days(&self) -> u16 {
        let days = self
            .by_key
            .values()
            .map(|named| named.policy.inactivity_days);
        days.max().unwrap_or_default()
    }

    fn held(&self, granted: Option<&str>, site: Option<&str>) -> HeldPolicy {
        let named = self.of_key(&self.key(granted, site, None)).clone();
        let site = site.map(str::to_owned);
        let why = match (&named.name, site) {
            (PolicyName::Global, site) => PolicyReason::Global(site),
            (PolicyName::Site(name), site) => PolicyReason::Site(site.unwrap_or(name.clone())),
            (PolicyName::User(_), _) => PolicyReason::Granted,
        };
        HeldPolicy { named, why }
    }
}
