//! The need for approval: the store's decision, by its own rules, its own list of protected users
//! and its own history.

use std::collections::HashSet;

use chrono::Duration;

use crate::domain::Time;
use crate::domain::approval::ApprovalRules;
use crate::domain::policy::{PinPolicy, PolicyName};
use crate::domain::role::{Operator, Permission, cmdlet};
use crate::domain::user::UserId;
use crate::plan::import::{ImportPlan, ImportVerdict};
use crate::plan::import_approval::ImportFacts;
use crate::plan::{ApprovalNeed, PlanRef, PlannedUser};
use crate::store::Store;
use crate::store::access::approval::rules;
use crate::store::access::roles::roles;
use crate::store::engine::{Connection, EngineResult};
use crate::store::error::Result;
use crate::store::history::changed_lately::changed_since;
use crate::store::pins::policies::{EffectivePolicy, by_keys, effective_of};

impl Store {
    /// The reasons why a plan needs approval if this operator applies it now. Empty if it needs
    /// none.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn approval_needs<'a>(
        &self,
        plan: impl Into<PlanRef<'a>>,
        operator: &Operator,
        now: Time,
    ) -> Result<Vec<ApprovalNeed>> {
        self.read(|connection| needs(connection, plan.into(), operator, now))
    }

    /// The IDs of the protected users.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn protected_ids(&self) -> Result<HashSet<UserId>> {
        self.read(protected_users)
    }
}

/// The reasons why a plan needs approval if this operator applies it.
pub(in crate::store) fn needs(
    connection: &Connection,
    plan: PlanRef<'_>,
    operator: &Operator,
    at: Time,
) -> EngineResult<Vec<ApprovalNeed>> {
    let protected = protected_users(connection)?;
    let rules = rules(connection)?;
    let lately = changed_lately(connection, rules, operator, at)?;
    match plan {
        PlanRef::Pins(plan) => {
            let is_protected = |user: &PlannedUser| protected.contains(&user.id);
            Ok(plan.approval_needs(rules, &lately, &operator.account, at, &is_protected))
        }
        PlanRef::Import(plan) => Ok(plan.approval_needs(&ImportFacts {
            rules,
            lately: &lately,
            protected: &protected,
            protected_names: &protected_names(connection)?,
            weaker_policy: &weaker_by_site(connection, plan)?,
            limited: &limited_permissions(connection, operator)?,
            operator: &operator.account,
            at,
        })),
        PlanRef::Settings(plan) => Ok(plan.weakening.needs(rules)),
    }
}

/// The users to whom an import gives a weaker PIN policy by another site. A policy that was granted
/// to a user holds at any site.
fn weaker_by_site(connection: &Connection, plan: &ImportPlan) -> EngineResult<HashSet<UserId>> {
    let moved: Vec<(UserId, Option<&String>)> = plan
        .changes()
        .filter_map(|row| match &row.verdict {
            ImportVerdict::ChangedUser {
                id, before, after, ..
            } if before.site != after.site => Some((*id, after.site.as_ref())),
            _ => None,
        })
        .collect();
    if moved.is_empty() {
        return Ok(HashSet::new());
    }
    let policies = by_keys(connection)?;
    let ids: Vec<UserId> = moved.iter().map(|(id, _)| *id).collect();
    let in_force = effective_of(connection, &ids)?;
    let weaker = |((id, site), now): ((UserId, Option<&String>), EffectivePolicy)| {
        let of_site = site.and_then(|site| policies.get(&PolicyName::Site(site.clone()).key()));
        let global = || policies.get(&PolicyName::Global.key());
        let after = of_site
            .or_else(global)
            .map_or_else(PinPolicy::default, |named| named.policy.clone());
        let is_granted = matches!(now.named.name, PolicyName::User(_));
        (!is_granted && after.is_weaker_than(&now.named.policy)).then_some(id)
    };
    Ok(moved.into_iter().zip(in_force).filter_map(weaker).collect())
}

/// The keys of the display names of the protected users.
fn protected_names(connection: &Connection) -> EngineResult<HashSet<String>> {
    connection
        .prepare_cached("SELECT display_key FROM users WHERE is_protected = 1")?
        .query_map(&[], |row| row.get(0))?
        .collect()
}

/// The permissions of an operator that hold in some units only.
fn limited_permissions(
    connection: &Connection,
    operator: &Operator,
) -> EngineResult<Vec<Permission>> {
    let roles = roles(connection, operator)?;
    let mut limited: Vec<Permission> = Vec::new();
    for cmdlet in cmdlet::ALL {
        let permission = Permission::of(&roles, cmdlet);
        if matches!(permission, Permission::Within(_)) && !limited.contains(&permission) {
            limited.push(permission);
        }
    }
    Ok(limited)
}

/// The users whom the operator has changed without approval in the hours of the rules. Empty if no
/// rule asks for them.
fn changed_lately(
    connection: &Connection,
    rules: ApprovalRules,
    operator: &Operator,
    at: Time,
) -> EngineResult<HashSet<UserId>> {
    if rules.above.is_none() || rules.hours == 0 {
        return Ok(HashSet::new());
    }
    let hours = Duration::hours(rules.hours.into());
    let since = at.checked_sub_signed(hours).unwrap_or(Time::MIN_UTC);
    changed_since(connection, operator, since)
}

/// The IDs of the protected users.
pub(in crate::store) fn protected_users(connection: &Connection) -> EngineResult<HashSet<UserId>> {
    connection
        .prepare_cached("SELECT id FROM users WHERE is_protected = 1")?
        .query_map(&[], |row| row.get(0).map(UserId))?
        .collect()
}
