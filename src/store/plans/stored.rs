//! A submitted plan as the store keeps it, with the steps of its review.

use super::permitted_plan::uncovered;
use super::summary::{PlanEvent, PlanStatus, events_of, status};
use crate::domain::role::Operator;
use crate::domain::text::identity_key;
use crate::plan::document::sha256;
use crate::plan::{BatchAction, PlanRef, StorePlan};
use crate::store::engine::{Connection, EngineResult};
use crate::store::{PlanId, StoreError, WriteError};

/// A submitted plan as the store keeps it.
pub(in crate::store) struct Submitted {
    pub id: PlanId,
    pub sha256: String,
    pub plan: StorePlan,
    pub events: Vec<PlanEvent>,
}

/// A submitted plan with the steps of its review.
///
/// # Errors
/// There is no such plan, or its hash differs from the one in the history.
pub(in crate::store) fn load(
    connection: &Connection,
    id: PlanId,
    store: &str,
) -> Result<Submitted, WriteError> {
    let found: Option<(String, Option<String>)> = connection
        .query_optional(
            "SELECT p.content, (SELECT b.plan_sha256 FROM batches b WHERE b.plan = p.id AND b.action = 'submit-plan')
             FROM plans p WHERE p.id = ?1",
            &[&id.0],
            |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((line, submitted)) = found else {
        return Err(StoreError::NoSuchPlan { id: id.0 }.into());
    };
    let edited = || WriteError::from(StoreError::EditedPlan { id: id.0 });
    let sha256 = sha256(&line);
    if submitted.as_ref() != Some(&sha256) {
        return Err(edited());
    }
    let mut plan = StorePlan::of_line(&line, store).map_err(|_no_plan| edited())?;
    plan.set_submitted(id);
    Ok(Submitted {
        id,
        sha256,
        plan,
        events: events_of(connection, id)?,
    })
}

/// Whether an operator other than the author has approved the submitted plan and still may make
/// each change of `plan`, which is the submitted plan or a part of it.
pub(in crate::store) fn is_approved(
    connection: &Connection,
    submitted: &Submitted,
    plan: PlanRef<'_>,
) -> EngineResult<bool> {
    let author = identity_key(submitted.author());
    for event in submitted
        .events
        .iter()
        .filter(|event| event.action == BatchAction::ApprovePlan)
    {
        let approver = Operator {
            account: event.by.clone(),
            machine: String::new(),
            id: None,
        };
        if identity_key(&event.by) != author && uncovered(connection, plan, &approver)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Submitted {
    /// The account that submitted the plan.
    pub fn author(&self) -> &str {
        self.events
            .iter()
            .find(|event| event.action == BatchAction::SubmitPlan)
            .map_or("", |event| &event.by)
    }

    /// The final status. None while the plan is still open.
    pub fn closed(&self) -> Option<PlanStatus> {
        Some(status(&self.events, 1, 0)).filter(|status| status.is_closed())
    }
}
