//! The parts of a change of settings that make the store less strict.

use std::collections::{BTreeMap, HashSet};

use crate::domain::approval::ApprovalRules;
use crate::domain::hook::HookNames;
use crate::domain::policy::{PinPolicy, PolicyName};
use crate::domain::reason_rules::ReasonRules;
use crate::domain::user::UserId;
use crate::plan::setting_words::{policy_of, text};
use crate::plan::{SettingChange, SettingKind, SettingsWish, Weakening};
use crate::store::access::approval::rules;
use crate::store::access::{hook_names, reasons};
use crate::store::engine::{Connection, EngineResult};
use crate::store::pins::policies::{by_keys, effective_of, global_default};
use crate::store::plans::needs::protected_users;

/// The facts before a change that are compared with those after it.
pub(super) struct BeforeChange {
    rules: ApprovalRules,
    reasons: ReasonRules,
    hooks: HookNames,
    /// The global policy.
    global: PinPolicy,
    protected: HashSet<UserId>,
    /// The policy in force for each protected user, and for each user who is granted one.
    in_force: BTreeMap<UserId, PinPolicy>,
}

impl BeforeChange {
    pub fn read(connection: &Connection, wishes: &[SettingsWish]) -> EngineResult<Self> {
        let protected = protected_users(connection)?;
        let granted = wishes.iter().filter_map(|wish| match wish {
            SettingsWish::GrantPolicy { user, .. } => Some(*user),
            _ => None,
        });
        let mut users: Vec<UserId> = protected.iter().copied().chain(granted).collect();
        users.sort_unstable();
        users.dedup();
        Ok(Self {
            rules: rules(connection)?,
            reasons: reasons::rules(connection)?,
            hooks: hook_names::names(connection)?,
            global: global(connection)?,
            in_force: policies_of(connection, &users)?,
            protected,
        })
    }

    /// The weakening that the store shows now, after these changes.
    pub fn weakening(
        &self,
        connection: &Connection,
        changes: &[SettingChange],
    ) -> EngineResult<Weakening> {
        let global = global(connection)?;
        let of_kind = |kind: SettingKind| changes.iter().filter(move |change| change.kind == kind);
        let policies = of_kind(SettingKind::Policy)
            .filter(|change| self.weakens(change, &global))
            .count();
        let granted: HashSet<UserId> = of_kind(SettingKind::PolicyGrant)
            .filter_map(|change| change.user)
            .collect();
        let users: Vec<UserId> = self.in_force.keys().copied().collect();
        let after = policies_of(connection, &users)?;
        let is_weaker = |id: &UserId| {
            let pair = after.get(id).zip(self.in_force.get(id));
            pair.is_some_and(|(after, before)| after.is_weaker_than(before))
        };
        let protected = self
            .protected
            .iter()
            .filter(|id| granted.contains(id) || is_weaker(id));
        let grants = granted
            .iter()
            .filter(|id| !self.protected.contains(id) && is_weaker(id));
        let unprotected = of_kind(SettingKind::Protection).filter(|change| change.after.is_none());
        Ok(Weakening {
            policies,
            grants: grants.count(),
            protected: protected.count(),
            rules: rules(connection)?.are_weaker_than(self.rules)
                || reasons::rules(connection)?.are_weaker_than(&self.reasons)
                || hook_names::names(connection)?.are_weaker_than(&self.hooks),
            unprotected: unprotected.count(),
        })
    }

    /// Whether a changed policy is weaker than the one that was in force in its scope. The global
    /// policy holds where a site has none. A policy for single users that is new holds for nobody
    /// yet, and one that is removed held for nobody.
    fn weakens(&self, change: &SettingChange, global: &PinPolicy) -> bool {
        let value = change.before.as_ref().or(change.after.as_ref());
        let name = value.map(|value| PolicyName::parse(text(value, "name")));
        let is_of_users = matches!(name, Some(Ok(PolicyName::User(_))));
        let policy = |value: &Option<serde_json::Value>| value.as_ref().and_then(policy_of);
        let (before, after) = (policy(&change.before), policy(&change.after));
        if is_of_users && (before.is_none() || after.is_none()) {
            return false;
        }
        let before = before.as_ref().unwrap_or(&self.global);
        after.as_ref().unwrap_or(global).is_weaker_than(before)
    }
}

fn global(connection: &Connection) -> EngineResult<PinPolicy> {
    let named = by_keys(connection)?.remove(&PolicyName::Global.key());
    Ok(named.unwrap_or_else(global_default).policy)
}

fn policies_of(
    connection: &Connection,
    users: &[UserId],
) -> EngineResult<BTreeMap<UserId, PinPolicy>> {
    let found = effective_of(connection, users)?.into_iter();
    Ok(users
        .iter()
        .copied()
        .zip(found.map(|effective| effective.named.policy))
        .collect())
}
