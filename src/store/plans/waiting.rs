//! The plans that wait for an operator, and the decisions of others about the operator's own plans.

use strum::VariantArray as _;

use super::summary::{PlanStatus, PlanSummary, events, summaries};
use crate::domain::account::operator_key;
use crate::domain::role::{Operator, Permission, Role, cmdlet};
use crate::plan::{Action, BatchAction, BatchId, PlanId, PlanKind};
use crate::store::access::roles;
use crate::store::engine::{Connection, EngineResult, Row};
use crate::store::{Result, Store};

/// The plans that concern an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanNews {
    /// Waiting plans of others that the operator's roles let them decide about, newest first. For
    /// some users of such a plan they may still lack the right; opening the plan says so.
    pub waiting: Vec<PlanSummary>,
    /// The decisions of others about the operator's plans since an earlier look, oldest first.
    pub decided: Vec<DecidedPlan>,
    /// The last batch of the store, from which the next look goes on.
    pub last: BatchId,
}

/// A decision about a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidedPlan {
    pub plan: PlanId,
    pub by: String,
    /// Whether it was approved, otherwise it was rejected.
    pub is_approved: bool,
}

impl Store {
    /// The plans that wait for an operator, and what was decided about theirs after a batch. None:
    /// no decisions.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn plan_news(&self, operator: &Operator, after: Option<BatchId>) -> Result<PlanNews> {
        self.read(|connection| {
            let last = connection
                .prepare_cached("SELECT coalesce(max(id), 0) FROM batches")?
                .query_row(&[], |row| row.get(0))
                .map(BatchId)?;
            let decided = match after {
                Some(after) if after != last => decided(connection, operator, after)?,
                _ => Vec::new(),
            };
            Ok(PlanNews {
                waiting: waiting(connection, operator)?,
                decided,
                last,
            })
        })
    }
}

fn waiting(connection: &Connection, operator: &Operator) -> EngineResult<Vec<PlanSummary>> {
    // A plan waits as long as it was only submitted and commented on.
    let ids: Vec<PlanId> = connection
        .prepare_cached(
            "SELECT p.id FROM plans p WHERE NOT EXISTS (SELECT 1 FROM batches b WHERE b.plan = p.id
                 AND b.action NOT IN ('submit-plan', 'comment-plan')) ORDER BY p.id DESC",
        )?
        .query_map(&[], |row| row.get(0).map(PlanId))?
        .collect::<EngineResult<_>>()?;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut events = events(connection, &ids)?;
    let with_events: Vec<_> = ids
        .iter()
        .map(|id| (*id, events.remove(id).unwrap_or_default()))
        .collect();
    let roles = roles::roles(connection, operator)?;
    let own = operator_key(&operator.account);
    let mut waiting = summaries(connection, &with_events)?;
    waiting.retain(|plan| {
        plan.status == PlanStatus::Waiting
            && operator_key(&plan.author) != own
            && may_decide(&roles, plan)
    });
    Ok(waiting)
}

/// Whether roles permit what a plan does, for some users at least.
fn may_decide(roles: &[Role], plan: &PlanSummary) -> bool {
    let somewhere = |cmdlet| Permission::of(roles, cmdlet) != Permission::Nowhere;
    let everywhere = |cmdlet| Permission::of(roles, cmdlet) == Permission::Everywhere;
    match (plan.kind, &plan.action) {
        (PlanKind::Import, _) => everywhere(cmdlet::IMPORT),
        (PlanKind::Settings, _) => [cmdlet::POLICY, cmdlet::ROLES, cmdlet::APPROVAL]
            .into_iter()
            .any(everywhere),
        (PlanKind::Pins, BatchAction::Action(action)) => somewhere(action.permission()),
        (PlanKind::Pins, _) => Action::VARIANTS
            .iter()
            .any(|action| somewhere(action.permission())),
    }
}

fn decided(
    connection: &Connection,
    operator: &Operator,
    after: BatchId,
) -> EngineResult<Vec<DecidedPlan>> {
    let own = operator_key(&operator.account);
    let mut statement = connection.prepare_cached(
        "SELECT d.plan, d.operator, d.action, s.operator FROM batches d
         JOIN batches s ON s.plan = d.plan AND s.action = 'submit-plan'
         WHERE d.id > ?1 AND d.plan IS NOT NULL AND d.action IN ('approve-plan', 'reject-plan') ORDER BY d.id",
    )?;
    let read = |row: Row<'_>| {
        let decided = DecidedPlan {
            plan: PlanId(row.get(0)?),
            by: row.get(1)?,
            is_approved: row.get::<&str>(2)? == "approve-plan",
        };
        Ok((decided, row.get::<String>(3)?))
    };
    let all: Vec<(DecidedPlan, String)> = statement
        .query_map(&[&after.0], read)?
        .collect::<EngineResult<_>>()?;
    let is_for_operator = |(decided, author): &(DecidedPlan, String)| {
        operator_key(author) == own && operator_key(&decided.by) != own
    };
    Ok(all
        .into_iter()
        .filter(is_for_operator)
        .map(|(decided, _)| decided)
        .collect())
}
