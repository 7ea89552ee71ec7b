//! Refreshing a plan: deciding it again against the store as it is now. It was made earlier,
//! perhaps by another operator.

use super::drift::Drift;
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::domain::user::UserId;
use crate::plan::{CurrentUser, Plan, PlannedUser};
use crate::store::engine::{Connection, EngineResult};
use crate::store::history::last_change::{LastChange, last_changes};
use crate::store::users::read_many::users_of;
use crate::store::users::resolver::permissions;
use crate::store::{Result, Store};

/// A plan after a refresh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    pub plan: Plan,
    /// The users who have changed since the plan was made. They are left out of it.
    pub drifted: Vec<Drift>,
}

impl Store {
    /// Refreshes a plan for this operator. Users who have changed since it was made are left out
    /// and listed, and permissions and warnings are decided again. No user is added.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn refresh(&self, plan: Plan, operator: &Operator, now: Time) -> Result<Refreshed> {
        self.read(|connection| refresh(connection, plan, operator, now))
    }
}

pub(in crate::store) fn refresh(
    connection: &Connection,
    mut plan: Plan,
    operator: &Operator,
    now: Time,
) -> EngineResult<Refreshed> {
    let allowed = permissions(connection, operator)?;
    let current = current(connection, &plan)?;
    let positions = plan.refresh(&current, &operator.account, allowed, now);
    let drift = |position: usize| {
        let planned = plan.items[position].user.as_ref()?;
        let now = current[position].as_ref()?;
        Some(Drift::of(
            planned,
            now.user.as_ref(),
            now.changed_by.clone(),
        ))
    };
    let drifted = positions.into_iter().filter_map(drift).collect();
    Ok(Refreshed { plan, drifted })
}

/// The users of a plan as they are now, with a position for each of its items.
fn current(connection: &Connection, plan: &Plan) -> EngineResult<Vec<Option<CurrentUser>>> {
    let planned: Vec<&PlannedUser> = plan
        .items
        .iter()
        .filter_map(|item| item.user.as_deref())
        .collect();
    let ids: Vec<UserId> = planned.iter().map(|user| user.id).collect();
    let users = users_of(connection, &ids)?;
    let changed: Vec<UserId> = planned
        .iter()
        .zip(&users)
        .filter(|(planned, user)| !user.as_ref().is_some_and(|user| planned.is_still(user)))
        .map(|(planned, _)| planned.id)
        .collect();
    let changes = last_changes(connection, &changed)?;
    let mut users = users.into_iter();
    let mut now = |planned: &PlannedUser| CurrentUser {
        user: users.next().flatten(),
        changed_by: changes.get(&planned.id).map(LastChange::operator_and_time),
    };
    let items = plan.items.iter();
    Ok(items
        .map(|item| item.user.as_deref().map(&mut now))
        .collect())
}
