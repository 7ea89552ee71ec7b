//! Resolving the targets of a request, for a plan and for commands that only read.

use std::collections::HashMap;

use super::find::pins_set;
use super::resolve::resolve_targets;
use crate::domain::Time;
use crate::domain::role::{Operator, Permissions};
use crate::domain::user::UserId;
use crate::plan::{Action, NewPinDays, PlannedRequest, Planner, Request, Resolved, Target};
use crate::progress::Progress;
use crate::store::access::{approval, roles};
use crate::store::engine::{Connection, EngineResult};
use crate::store::pins::policies;
use crate::store::{Result, Store, StoreError};

impl Store {
    /// Finds the users that a request points at, and plans for them block by block, so that only
    /// the plan is kept in memory. Reads only.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn plan(
        &self,
        request: &Request,
        operator: &Operator,
        now: Time,
        progress: &dyn Progress,
    ) -> Result<PlannedRequest> {
        let planned = self.read(|connection| {
            let permission = roles::permission(connection, operator, request.action.permission())?;
            let permissions = Permissions::of_one(&permission, approval::rules(connection)?);
            let mut planner = Planner::new(&operator.account, now, &permissions);
            let is_whole = resolve_targets(
                connection,
                &request.targets,
                now,
                progress,
                &mut |resolved| {
                    let new_days = new_pin_days(connection, request.action, &resolved)?;
                    for resolved in resolved {
                        let user = resolved.user();
                        let days = user.and_then(|id| new_days.get(&id).copied());
                        planner.add_found(request, resolved, days);
                    }
                    Ok(())
                },
            )?;
            let pins_set = pins_set(connection)?;
            Ok(is_whole.then(|| planner.into_planned(request, pins_set)))
        })?;
        planned.ok_or(StoreError::Cancelled)
    }

    /// Finds the users that targets point at, without a plan. Reads only.
    ///
    /// # Errors
    /// The store could not be read, or the work was cancelled.
    pub fn look_up(
        &self,
        targets: &[Target],
        now: Time,
        progress: &dyn Progress,
    ) -> Result<Vec<Resolved>> {
        let found = self.read(|connection| {
            let mut items = Vec::with_capacity(targets.len());
            let is_whole = resolve_targets(connection, targets, now, progress, &mut |resolved| {
                items.extend(resolved);
                Ok(())
            })?;
            Ok(is_whole.then_some(items))
        })?;
        found.ok_or(StoreError::Cancelled)
    }
}

/// For each user, the days of a new PIN by the policy in force, if the request sets PINs.
fn new_pin_days(
    connection: &Connection,
    action: Action,
    resolved: &[Resolved],
) -> EngineResult<HashMap<UserId, NewPinDays>> {
    if action != Action::SetPin {
        return Ok(HashMap::new());
    }
    let ids: Vec<UserId> = resolved.iter().filter_map(Resolved::user).collect();
    let policies = policies::effective_of(connection, &ids)?;
    let days = policies.iter().map(|policy| NewPinDays {
        lifetime: policy.named.policy.lifetime_days,
        inactivity: policy.named.policy.inactivity_days,
    });
    Ok(ids.iter().copied().zip(days).collect())
}
