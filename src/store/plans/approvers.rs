//! The accounts that could approve a plan, so that nobody waits for an approval that nobody can
//! give.

use super::permitted_plan::first_cmdlet;
use crate::domain::account::operator_key;
use crate::domain::role::{Operator, Permission};
use crate::plan::PlanRef;
use crate::store::access::grants::operators;
use crate::store::access::roles::roles_named;
use crate::store::engine::{Connection, EngineResult};

/// The accounts that a message names. The others are counted.
const NAMED: usize = 3;

/// A sentence with the accounts that could approve a plan of this operator, or one that says that
/// nobody could, and what to do. A space follows it. Empty for a plan about PINs that somebody may be
/// able to approve, since that depends on its users.
pub(super) fn approvers_words(
    connection: &Connection,
    plan: PlanRef<'_>,
    operator: &Operator,
) -> EngineResult<String> {
    let accounts = approvers(connection, plan, operator)?;
    if accounts.is_empty() {
        let cmdlet = first_cmdlet(plan);
        return Ok(format!(
            "Nobody else can approve it yet: first give another account a role that permits {cmdlet}, under View → Operators or with pindesk roles grant. "
        ));
    }
    if matches!(plan, PlanRef::Pins(_)) {
        return Ok(String::new());
    }
    let more = accounts.len().saturating_sub(NAMED);
    let named = accounts[..accounts.len() - more].join(", ");
    let more = match more {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Ok(format!("It can be approved by {named}{more}. "))
}

/// The accounts other than the operator's whose roles permit all cmdlets of a plan. For a plan about
/// PINs, those that may run its first cmdlet for some user.
fn approvers(
    connection: &Connection,
    plan: PlanRef<'_>,
    operator: &Operator,
) -> EngineResult<Vec<String>> {
    let own = operator_key(&operator.account);
    let everywhere = plan.cmdlets_everywhere();
    let mut found = Vec::new();
    for other in operators(connection)? {
        if operator_key(&other.account) == own {
            continue;
        }
        let roles = roles_named(connection, other.roles)?;
        let is_able = if everywhere.is_empty() {
            Permission::of(&roles, first_cmdlet(plan)) != Permission::Nowhere
        } else {
            everywhere
                .iter()
                .all(|cmdlet| Permission::of(&roles, cmdlet) == Permission::Everywhere)
        };
        if is_able {
            found.push(other.account);
        }
    }
    Ok(found)
}
