//! The list of submitted plans, with their steps and statuses.

use std::collections::HashMap;

use strum::{IntoStaticStr, VariantArray};

use super::drifted_plans::{count_drifted, count_drifted_settings};
use crate::domain::Time;
use crate::plan::{BatchAction, PlanKind};
use crate::store::engine::id_set::{IN_LIST, IdSet};
use crate::store::engine::times::time;
use crate::store::engine::{Connection, EngineResult};
use crate::store::{BatchId, PlanId, Result, Store};

/// A submitted plan as the list of plans shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSummary {
    pub id: PlanId,
    /// `lock`, `unlock`, `change` or `undo`.
    pub action: BatchAction,
    pub undoes: Option<BatchId>,
    pub kind: PlanKind,
    pub author: String,
    pub at: Time,
    pub reason: String,
    pub ticket: String,
    pub source: Option<String>,
    /// The number of users, rows or settings that would change.
    pub changes: u64,
    /// The number of those that have changed since the plan was made.
    pub drifted: u64,
    pub comments: u64,
    pub status: PlanStatus,
}

/// The status of a submitted plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum PlanStatus {
    Waiting,
    Approved,
    Rejected,
    Applied,
    Withdrawn,
    /// Every user of the plan has changed since it was made, or a setting of a plan about settings,
    /// which is applied whole.
    Outdated,
}

/// A step that was taken with a submitted plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanEvent {
    pub batch: BatchId,
    /// A step of the review, or the action of applying the plan.
    pub action: BatchAction,
    pub by: String,
    pub at: Time,
    pub text: String,
}

impl PlanStatus {
    /// `waiting`, `approved` and so on, as in JSON.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether no further step is possible.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Rejected | Self::Applied | Self::Withdrawn)
    }
}

impl PlanSummary {
    /// The number of drifted users or settings from which on nothing can be applied.
    fn applicable(&self) -> u64 {
        match self.kind {
            PlanKind::Settings => 1,
            PlanKind::Pins | PlanKind::Import => self.changes,
        }
    }
}

impl PlanEvent {
    /// Whether this step applied the plan.
    pub fn is_applied(&self) -> bool {
        self.action.is_applying()
    }

    /// The step and its operator for a list: `Approved by litwareinc\bob`.
    pub fn headline(&self) -> String {
        let what = match self.action {
            BatchAction::SubmitPlan => "Submitted",
            BatchAction::ApprovePlan => "Approved",
            BatchAction::RejectPlan => "Rejected",
            BatchAction::WithdrawPlan => "Withdrawn",
            BatchAction::CommentPlan => "Comment",
            _ => "Applied",
        };
        format!("{what} by {}", self.by)
    }
}

impl Store {
    /// All submitted plans, newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn plans(&self) -> Result<Vec<PlanSummary>> {
        self.read(|connection| {
            let ids = connection
                .prepare_cached("SELECT id FROM plans ORDER BY id DESC")?
                .query_map(&[], |row| row.get(0).map(PlanId))?
                .collect::<EngineResult<Vec<_>>>()?;
            let mut events = events(connection, &ids)?;
            let with_events = ids
                .iter()
                .map(|id| (*id, events.remove(id).unwrap_or_default()))
                .collect::<Vec<_>>();
            summaries(connection, &with_events)
        })
    }

    /// The steps of a submitted plan, the oldest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn plan_events(&self, id: PlanId) -> Result<Vec<PlanEvent>> {
        self.read(|connection| events_of(connection, id))
    }
}

/// The steps of one plan, the oldest first.
pub(in crate::store) fn events_of(
    connection: &Connection,
    id: PlanId,
) -> EngineResult<Vec<PlanEvent>> {
    let mut events = events(connection, &[id])?;
    Ok(events.remove(&id).unwrap_or_default())
}

/// The steps of plans, the oldest first.
pub(super) fn events(
    connection: &Connection,
    plans: &[PlanId],
) -> EngineResult<HashMap<PlanId, Vec<PlanEvent>>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, action, operator, at, reason, plan FROM batches WHERE plan IN {IN_LIST} ORDER BY id"
    ))?;
    let mut rows = statement.query(&[&IdSet::of(plans.iter().map(|id| id.0))])?;
    let mut events: HashMap<PlanId, Vec<PlanEvent>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let event = PlanEvent {
            batch: BatchId(row.get(0)?),
            action: BatchAction::of_word(row.get::<&str>(1)?),
            by: row.get(2)?,
            at: time(row.get(3)?).unwrap_or_default(),
            text: row.get(4)?,
        };
        events.entry(PlanId(row.get(5)?)).or_default().push(event);
    }
    Ok(events)
}

/// The status of a plan. Applying, withdrawing and rejecting close a plan, so at most one of them
/// is among the steps.
pub(in crate::store) fn status(events: &[PlanEvent], changes: u64, drifted: u64) -> PlanStatus {
    let has = |action: &BatchAction| events.iter().any(|event| event.action == *action);
    if events.iter().any(PlanEvent::is_applied) {
        PlanStatus::Applied
    } else if has(&BatchAction::WithdrawPlan) {
        PlanStatus::Withdrawn
    } else if has(&BatchAction::RejectPlan) {
        PlanStatus::Rejected
    } else if drifted >= changes {
        PlanStatus::Outdated
    } else if has(&BatchAction::ApprovePlan) {
        PlanStatus::Approved
    } else {
        PlanStatus::Waiting
    }
}

/// The summary of one plan. None if there is no such plan.
pub(in crate::store) fn summary(
    connection: &Connection,
    id: PlanId,
    events: &[PlanEvent],
) -> EngineResult<Option<PlanSummary>> {
    Ok(summaries(connection, &[(id, events)])?.pop())
}

/// The summaries of plans with their steps, in their order.
pub(super) fn summaries(
    connection: &Connection,
    plans: &[(PlanId, impl AsRef<[PlanEvent]>)],
) -> EngineResult<Vec<PlanSummary>> {
    let open = plans
        .iter()
        .filter(|(_, events)| !status(events.as_ref(), 1, 0).is_closed());
    let open: Vec<PlanId> = open.map(|(id, _)| *id).collect();
    let mut drifted = count_drifted(connection, &open)?;
    drifted.extend(count_drifted_settings(connection, &open)?);
    let mut statement = connection.prepare_cached(&format!(
        "SELECT p.id, p.action, p.undoes, b.operator, b.at, b.reason, b.ticket, b.source, p.changes,
            substr(p.content, 1, 24)
         FROM plans p JOIN batches b ON b.plan = p.id AND b.action = 'submit-plan' WHERE p.id IN {IN_LIST}"
    ))?;
    let mut rows = statement.query(&[&IdSet::of(plans.iter().map(|(id, _)| id.0))])?;
    let mut found = HashMap::new();
    while let Some(row) = rows.next()? {
        let id = PlanId(row.get(0)?);
        found.insert(
            id,
            PlanSummary {
                id,
                action: BatchAction::of_word(row.get::<&str>(1)?),
                undoes: row.get::<Option<i64>>(2)?.map(BatchId),
                kind: PlanKind::of_beginning(row.get::<&str>(9)?),
                author: row.get(3)?,
                at: time(row.get(4)?).unwrap_or_default(),
                reason: row.get(5)?,
                ticket: row.get(6)?,
                source: row.get(7)?,
                changes: row.get::<i64>(8)?.unsigned_abs(),
                drifted: drifted.get(&id).copied().unwrap_or_default(),
                comments: 0,
                status: PlanStatus::Waiting,
            },
        );
    }
    let summary = |(id, events): &(PlanId, _)| {
        let events: &[PlanEvent] = AsRef::as_ref(events);
        let summary = found.remove(id)?;
        let comments = events
            .iter()
            .filter(|event| event.action == BatchAction::CommentPlan);
        Some(PlanSummary {
            comments: comments.count() as u64,
            status: status(events, summary.applicable(), summary.drifted),
            ..summary
        })
    };
    Ok(plans.iter().filter_map(summary).collect())
}
