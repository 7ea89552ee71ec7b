//! The settings of the store as the history records them: roles, grants, approval rules, PIN
//! policies, and protection. Each setting that changes gets one entry with its JSON before and
//! after.
//!
//! This is the only file that makes that JSON. A program that changes it needs a step of the schema,
//! since the history is compared with the settings: the step makes PinDesk record all settings again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::append::{Chain, Entry};
use super::entry::HistoryKind;
use super::head::HEAD;
use crate::domain::user::UserId;
use crate::plan::SettingChange;
use crate::plan::setting_words::{ALSO_REFUSED, INACTIVITY_DAYS};
use crate::store::engine::named_values::STORE_ID;
use crate::store::engine::{Connection, EngineResult, Transaction};

/// One setting: a role, a grant, a named value, a policy, or what a user was granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::store) struct Setting {
    pub kind: HistoryKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The name of the setting, or the identity of the user.
    pub target: String,
    pub value: Value,
}

/// The name of a setting: its kind and its key, which is compared exactly.
pub(in crate::store) type SettingKey = (HistoryKind, String);

/// All settings of a store. A setting that is not there has its default: no role, not protected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::store) struct Settings(pub BTreeMap<SettingKey, Setting>);

/// A setting before and after a change. None means that it is not there.
pub(in crate::store) type ChangedSetting<'a> = (Option<&'a Setting>, Option<&'a Setting>);

/// A user's identity, as [`crate::domain::user::UserNames::identity`] makes it.
pub(in crate::store) const IDENTITY: &str =
    "coalesce('sip:' || sip, upn, domain || '\\' || logon, dn, display_name)";

impl Setting {
    pub fn key(&self) -> SettingKey {
        let text = |name: &str| self.value.get(name).and_then(Value::as_str).unwrap_or("");
        let key = match (self.kind, self.user) {
            (_, Some(user)) => user.0.to_string(),
            (HistoryKind::Grant, None) => format!("{}\n{}", text("accountKey"), text("role")),
            (HistoryKind::Policy, None) => text("key").to_owned(),
            (_, None) => self.target.clone(),
        };
        (self.kind, key)
    }
}

impl Settings {
    /// Reads all settings, with one statement for each table.
    pub fn read(connection: &Connection) -> EngineResult<Self> {
        let mut settings = Self::default();
        settings.read_roles(connection)?;
        settings.read_grants(connection)?;
        settings.read_values(connection)?;
        settings.read_policies(connection)?;
        settings.read_users(connection)?;
        Ok(settings)
    }

    /// The current value of the setting that a change is about. None if it is not there.
    pub fn value_of(&self, change: &SettingChange) -> Option<&Value> {
        let value = change.before.as_ref().or(change.after.as_ref())?;
        let key = Setting {
            kind: change.kind.into(),
            user: change.user,
            target: change.target.clone(),
            value: value.clone(),
        }
        .key();
        self.0.get(&key).map(|setting| &setting.value)
    }

    /// The settings that are different in `after`, as a plan lists them.
    pub fn planned_changes(&self, after: &Self) -> Vec<SettingChange> {
        let planned = |(before, after): ChangedSetting<'_>| {
            let about = after.or(before)?;
            Some(SettingChange {
                kind: about.kind.setting()?,
                user: about.user,
                target: about.target.clone(),
                before: before.map(|setting| setting.value.clone()),
                after: after.map(|setting| setting.value.clone()),
            })
        };
        self.changes(after)
            .into_iter()
            .filter_map(planned)
            .collect()
    }

    /// Settings that were recorded.
    pub fn of(recorded: impl IntoIterator<Item = Setting>) -> Self {
        let keyed = recorded.into_iter().map(|setting| (setting.key(), setting));
        Self(keyed.collect())
    }

    /// Appends an entry for each setting that is different in `after`.
    pub fn append_changes(
        &self,
        after: &Self,
        transaction: &Transaction<'_>,
        chain: &mut Chain,
    ) -> EngineResult<()> {
        for change in self.changes(after) {
            if let Some(entry) = entry(change) {
                chain.append(transaction, &entry)?;
            }
        }
        Ok(())
    }

    /// The settings that are different in `after`, in the order of their keys.
    pub fn changes<'a>(&'a self, after: &'a Self) -> Vec<ChangedSetting<'a>> {
        let gone = self.0.keys().filter(|key| !after.0.contains_key(*key));
        let mut keys: Vec<&SettingKey> = gone.chain(after.0.keys()).collect();
        keys.sort_unstable();
        let both = |key| (self.0.get(key), after.0.get(key));
        let values = |(before, after): ChangedSetting<'_>| {
            before.map(|setting| &setting.value) != after.map(|setting| &setting.value)
        };
        keys.into_iter()
            .map(both)
            .filter(|change| values(*change))
            .collect()
    }

    fn add(&mut self, kind: HistoryKind, user: Option<UserId>, target: String, value: Value) {
        let setting = Setting {
            kind,
            user,
            target,
            value,
        };
        self.0.insert(setting.key(), setting);
    }

    fn read_roles(&mut self, connection: &Connection) -> EngineResult<()> {
        let mut roles: BTreeMap<String, (bool, Vec<String>, Vec<String>)> = BTreeMap::new();
        let mut statement = connection.prepare_cached(
            "SELECT name, 0, '' FROM roles UNION ALL SELECT role, 1, cmdlet FROM role_cmdlets
             UNION ALL SELECT role, 2, dn FROM role_units ORDER BY 1, 2, 3",
        )?;
        let mut rows = statement.query(&[])?;
        while let Some(row) = rows.next()? {
            let (is_defined, cmdlets, units) = roles.entry(row.get(0)?).or_default();
            match row.get::<i64>(1)? {
                0 => *is_defined = true,
                1 => cmdlets.push(row.get(2)?),
                _ => units.push(row.get(2)?),
            }
        }
        for (name, (is_defined, cmdlets, units)) in roles {
            let mut value = json!({ "cmdlets": cmdlets, "units": units });
            if !is_defined {
                value["isDefined"] = json!(false);
            }
            self.add(HistoryKind::Role, None, name, value);
        }
        Ok(())
    }

    fn read_grants(&mut self, connection: &Connection) -> EngineResult<()> {
        let mut statement = connection
            .prepare_cached("SELECT account_key, account, role, account_id FROM operator_roles")?;
        let mut rows = statement.query(&[])?;
        while let Some(row) = rows.next()? {
            let (key, account, role): (String, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let target = format!("{role} for {account}");
            let mut value = json!({ "accountKey": key, "account": account, "role": role });
            if let Some(id) = row.get::<Option<String>>(3)? {
                value["accountId"] = id.into();
            }
            self.add(HistoryKind::Grant, None, target, value);
        }
        Ok(())
    }

    /// The named values, among them the rules of approval. The ID of the store never changes, and
    /// the head of the history is verified with the chain.
    fn read_values(&mut self, connection: &Connection) -> EngineResult<()> {
        let mut statement = connection
            .prepare_cached("SELECT key, value FROM meta WHERE key <> ?1 AND key <> ?2")?;
        let mut rows = statement.query(&[&STORE_ID, &HEAD])?;
        while let Some(row) = rows.next()? {
            let value = json!({ "value": row.get::<String>(1)? });
            self.add(HistoryKind::Value, None, row.get(0)?, value);
        }
        Ok(())
    }

    fn read_policies(&mut self, connection: &Connection) -> EngineResult<()> {
        let mut statement = connection.prepare_cached(
            "SELECT key, name, min_length, history_count, lifetime_days, allow_common_patterns, max_attempts,
                also_refused, inactivity_days FROM pin_policies",
        )?;
        let mut rows = statement.query(&[])?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(1)?;
            let mut value = json!({
                "key": row.get::<String>(0)?,
                "name": name,
                "minLength": row.get::<i64>(2)?,
                "historyCount": row.get::<i64>(3)?,
                "lifetimeDays": row.get::<i64>(4)?,
                "allowCommonPatterns": row.get::<i64>(5)? != 0,
                "maxAttempts": row.get::<Option<i64>>(6)?,
            });
            let also: &str = row.get(7)?;
            if !also.is_empty() {
                value[ALSO_REFUSED] = also.split(',').collect();
            }
            let days: i64 = row.get(8)?;
            if days != 0 {
                value[INACTIVITY_DAYS] = days.into();
            }
            self.add(HistoryKind::Policy, None, name, value);
        }
        Ok(())
    }

    /// The users who are protected or were granted a policy. Both columns have an index of exactly
    /// these users.
    fn read_users(&mut self, connection: &Connection) -> EngineResult<()> {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT id, {IDENTITY}, NULL FROM users WHERE is_protected = 1
             UNION ALL SELECT id, {IDENTITY}, pin_policy FROM users WHERE pin_policy IS NOT NULL"
        ))?;
        let mut rows = statement.query(&[])?;
        while let Some(row) = rows.next()? {
            let (kind, value) = match row.get::<Option<String>>(2)? {
                None => (HistoryKind::Protection, json!({ "protected": true })),
                Some(policy) => (HistoryKind::PolicyGrant, json!({ "policy": policy })),
            };
            self.add(kind, Some(UserId(row.get(0)?)), row.get(1)?, value);
        }
        Ok(())
    }
}

fn entry((before, after): ChangedSetting<'_>) -> Option<Entry<'_>> {
    let about = after.or(before)?;
    let text = |setting: Option<&Setting>| setting.map(|setting| setting.value.to_string());
    Some(Entry {
        kind: about.kind,
        user: about.user,
        target: &about.target,
        before: text(before),
        after: text(after),
        note: None,
    })
}
