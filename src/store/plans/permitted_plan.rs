//! Whether an operator may make the changes of a plan, by cmdlet and for each of its users.

use crate::domain::role::{Operator, Permission, cmdlet};
use crate::plan::{Outcome, Plan, PlanRef, Refusal};
use crate::store::access::roles;
use crate::store::engine::{Connection, EngineResult};
use crate::store::users::coverage::coverage;
use crate::store::users::resolver::permissions;

/// The first cmdlet of this plan that none of the operator's roles holds. If the plan changes no
/// user, the cmdlet is that of the first item that it denies.
pub(in crate::store) fn without_role<'a>(
    connection: &Connection,
    plan: impl Into<PlanRef<'a>>,
    operator: &Operator,
) -> EngineResult<Option<&'static str>> {
    let plan = match plan.into() {
        PlanRef::Pins(plan) => plan,
        other => return not_everywhere(connection, other, operator),
    };
    let mut cmdlets = plan.permissions_needed();
    if cmdlets.is_empty() {
        cmdlets.extend(denied_cmdlet(plan));
    }
    for cmdlet in cmdlets {
        if roles::permission(connection, operator, cmdlet)? == Permission::Nowhere {
            return Ok(Some(cmdlet));
        }
    }
    import_not_permitted(connection, plan, operator)
}

/// The cmdlet of importing, if the plan gives back a PIN as only an import may and the operator may
/// not import.
fn import_not_permitted(
    connection: &Connection,
    plan: &Plan,
    operator: &Operator,
) -> EngineResult<Option<&'static str>> {
    if !plan.changes().any(|(item, _)| item.imports()) {
        return Ok(None);
    }
    let permission = roles::permission(connection, operator, cmdlet::IMPORT)?;
    Ok((permission != Permission::Everywhere).then_some(cmdlet::IMPORT))
}

/// The cmdlet of a plan that is not about single users, if the operator may not run it everywhere.
fn not_everywhere(
    connection: &Connection,
    plan: PlanRef<'_>,
    operator: &Operator,
) -> EngineResult<Option<&'static str>> {
    for cmdlet in plan.cmdlets_everywhere() {
        if roles::permission(connection, operator, cmdlet)? != Permission::Everywhere {
            return Ok(Some(cmdlet));
        }
    }
    Ok(None)
}

/// The cmdlet that a refusal names, if the operator may make none of the plan's changes. None if
/// they may make one.
pub(in crate::store) fn none_permitted(
    connection: &Connection,
    plan: PlanRef<'_>,
    operator: &Operator,
) -> EngineResult<Option<&'static str>> {
    let PlanRef::Pins(pins) = plan else {
        return not_everywhere(connection, plan, operator);
    };
    if plan_coverage(connection, pins, operator)?.contains(&true) {
        return Ok(None);
    }
    Ok(Some(first_cmdlet(plan)))
}

/// The cmdlet that a refusal of the whole plan names.
pub(in crate::store) fn first_cmdlet(plan: PlanRef<'_>) -> &'static str {
    match plan {
        PlanRef::Pins(plan) => plan
            .permissions_needed()
            .first()
            .copied()
            .unwrap_or_default(),
        other => other
            .cmdlets_everywhere()
            .first()
            .copied()
            .unwrap_or_default(),
    }
}

/// The cmdlet of the first item that the plan denies.
pub(in crate::store) fn denied_cmdlet(plan: &Plan) -> Option<&'static str> {
    let denied = plan
        .items
        .iter()
        .find(|item| item.outcome == Outcome::Refused(Refusal::Denied));
    denied.map(|item| item.action.permission())
}

/// The first cmdlet of the plan that the operator may not run for each of the plan's users.
pub(in crate::store) fn uncovered<'a>(
    connection: &Connection,
    plan: impl Into<PlanRef<'a>>,
    operator: &Operator,
) -> EngineResult<Option<&'static str>> {
    let plan = match plan.into() {
        PlanRef::Pins(plan) => plan,
        other => return not_everywhere(connection, other, operator),
    };
    let covered = plan_coverage(connection, plan, operator)?;
    let mut changes = plan.changes().zip(covered);
    match changes.find(|(_, is_covered)| !is_covered) {
        Some(((item, _), _)) => Ok(Some(item.action.permission())),
        None => import_not_permitted(connection, plan, operator),
    }
}

/// Whether the operator may make each change of the plan.
fn plan_coverage(
    connection: &Connection,
    plan: &Plan,
    operator: &Operator,
) -> EngineResult<Vec<bool>> {
    let allowed = permissions(connection, operator)?;
    let needed: Vec<_> = plan
        .changes()
        .map(|(item, user)| (user.id, allowed.of(item.action)))
        .collect();
    coverage(connection, &needed)
}
