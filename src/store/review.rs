//! Looking at a plan once more: one that was made at another time, and perhaps by somebody else.

use super::history::last_change;
use super::lookup::user;
use super::resolver::permissions;
use super::{Result, Store};
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::plan::{Now, Plan};

impl Store {
    /// The plan as it is for this operator now: who has changed since it was made is left out and named, and what the
    /// operator may do and should see is decided anew. Nobody is added.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn review(&self, mut plan: Plan, operator: &Operator, now: Time) -> Result<Plan> {
        self.read(|connection| {
            let snapshot = connection.unchecked_transaction()?;
            let allowed = permissions(&snapshot, operator)?;
            let mut current = Vec::with_capacity(plan.items.len());
            for item in &plan.items {
                let Some(planned) = &item.user else {
                    current.push(None);
                    continue;
                };
                current.push(Some(Now {
                    user: user(&snapshot, planned.id)?,
                    changed_by: last_change(&snapshot, planned.id)?,
                }));
            }
            plan.review(current, &operator.account, allowed, now);
            Ok(plan)
        })
    }
}
