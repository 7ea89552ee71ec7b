//! Looking at a plan once more: one that was made at another time, and perhaps by somebody else.

use rusqlite::Connection;

use crate::domain::Time;
use crate::domain::role::Operator;
use crate::plan::{Now, Plan};
use crate::store::change::apply::Drift;
use crate::store::history::entry::last_change;
use crate::store::users::find::user;
use crate::store::users::resolver::permissions;
use crate::store::{Result, Store};

/// A plan as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refreshed {
    pub plan: Plan,
    /// Who is not as the plan saw them, and is left out of it.
    pub drifted: Vec<Drift>,
}

impl Store {
    /// The plan as it is for this operator now: who has changed since it was made is left out and named, and what the
    /// operator may do and should see is decided anew. Nobody is added.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn refresh(&self, plan: Plan, operator: &Operator, now: Time) -> Result<Refreshed> {
        self.read(|connection| {
            let snapshot = connection.unchecked_transaction()?;
            refresh(&snapshot, plan, operator, now)
        })
    }
}

pub(in crate::store) fn refresh(
    connection: &Connection,
    mut plan: Plan,
    operator: &Operator,
    now: Time,
) -> rusqlite::Result<Refreshed> {
    let allowed = permissions(connection, operator)?;
    let mut current = Vec::with_capacity(plan.items.len());
    for item in &plan.items {
        let Some(planned) = &item.user else {
            current.push(None);
            continue;
        };
        current.push(Some(Now {
            user: user(connection, planned.id)?,
            changed_by: last_change(connection, planned.id)?,
        }));
    }
    let places = plan.refresh(&current, &operator.account, allowed, now);
    let drift = |place: usize| {
        let planned = plan.items[place].user.as_ref()?;
        let now = current[place].as_ref()?;
        Some(Drift {
            id: planned.id,
            identity: planned.identity.clone(),
            display_name: planned.display_name.clone(),
            planned: planned.before.clone(),
            current: now.user.as_ref().map(|user| user.pin.clone()),
            changed_by: now.changed_by.clone(),
        })
    };
    let drifted = places.into_iter().filter_map(drift).collect();
    Ok(Refreshed { plan, drifted })
}
