//! Whether an operator may make the changes of a plan, by cmdlet and for each of its users.

use rusqlite::Connection;

use crate::domain::role::{Operator, Permission};
use crate::plan::{Outcome, Plan, Refusal};
use crate::store::access::roles;
use crate::store::users::coverage::coverage;
use crate::store::users::resolver::permissions;

/// The first cmdlet of this plan that none of the operator's roles holds. If the plan changes no
/// user, the cmdlet is that of the first item that it denies.
pub(in crate::store) fn without_role(
    connection: &Connection,
    plan: &Plan,
    operator: &Operator,
) -> rusqlite::Result<Option<&'static str>> {
    let mut cmdlets = plan.cmdlets();
    if cmdlets.is_empty() {
        cmdlets.extend(denied_cmdlet(plan));
    }
    for cmdlet in cmdlets {
        if roles::permission(connection, operator, cmdlet)? == Permission::Nowhere {
            return Ok(Some(cmdlet));
        }
    }
    Ok(None)
}

/// The cmdlet of the first item that the plan denies.
pub(in crate::store) fn denied_cmdlet(plan: &Plan) -> Option<&'static str> {
    let denied = plan
        .items
        .iter()
        .find(|item| item.outcome == Outcome::Refused(Refusal::Denied));
    denied.map(|item| item.action.cmdlet())
}

/// The first cmdlet of the plan that the operator may not run for each of the plan's users.
pub(in crate::store) fn uncovered(
    connection: &Connection,
    plan: &Plan,
    operator: &Operator,
) -> rusqlite::Result<Option<&'static str>> {
    let covered = plan_coverage(connection, plan, operator)?;
    let mut changes = plan.changes().zip(covered);
    let first = changes.find(|(_, is_covered)| !is_covered);
    Ok(first.map(|((item, _), _)| item.action.cmdlet()))
}

/// Whether the operator may make each change of the plan.
pub(in crate::store) fn plan_coverage(
    connection: &Connection,
    plan: &Plan,
    operator: &Operator,
) -> rusqlite::Result<Vec<bool>> {
    let allowed = permissions(connection, operator)?;
    let needed: Vec<_> = plan
        .changes()
        .map(|(item, user)| (user.id, allowed.of(item.action)))
        .collect();
    coverage(connection, &needed)
}
