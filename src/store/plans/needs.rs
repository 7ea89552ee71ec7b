//! The need for approval: the store's decision, by its own rules, its own list of protected users
//! and its own history.

use std::collections::HashSet;

use chrono::Duration;
use rusqlite::Connection;

use crate::domain::Time;
use crate::domain::approval::ApprovalRules;
use crate::domain::role::Operator;
use crate::domain::user::UserId;
use crate::plan::{ApprovalNeed, Plan, PlannedUser};
use crate::store::Store;
use crate::store::access::approval::rules;
use crate::store::error::Result;
use crate::store::history::changed_lately::changed_since;

impl Store {
    /// The reasons why a plan needs approval if this operator applies it now. Empty if it needs
    /// none.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn approval_needs(
        &self,
        plan: &Plan,
        operator: &Operator,
        now: Time,
    ) -> Result<Vec<ApprovalNeed>> {
        self.read(|connection| needs(connection, plan, operator, now))
    }
}

/// The reasons why a plan needs approval if this operator applies it.
pub(in crate::store) fn needs(
    connection: &Connection,
    plan: &Plan,
    operator: &Operator,
    at: Time,
) -> rusqlite::Result<Vec<ApprovalNeed>> {
    let protected = protected_users(connection)?;
    let rules = rules(connection)?;
    let lately = changed_lately(connection, rules, operator, at)?;
    let is_protected = |user: &PlannedUser| protected.contains(&user.id);
    Ok(plan.approval_needs(rules, &lately, &operator.account, at, &is_protected))
}

/// The users whom the operator has changed without approval in the hours of the rules. Empty if no
/// rule asks for them.
fn changed_lately(
    connection: &Connection,
    rules: ApprovalRules,
    operator: &Operator,
    at: Time,
) -> rusqlite::Result<HashSet<UserId>> {
    if rules.above.is_none() || rules.hours == 0 {
        return Ok(HashSet::new());
    }
    let hours = Duration::hours(rules.hours.into());
    let since = at.checked_sub_signed(hours).unwrap_or(Time::MIN_UTC);
    changed_since(connection, operator, since)
}

fn protected_users(connection: &Connection) -> rusqlite::Result<HashSet<UserId>> {
    connection
        .prepare_cached("SELECT id FROM users WHERE is_protected = 1")?
        .query_map([], |row| row.get(0).map(UserId))?
        .collect()
}
