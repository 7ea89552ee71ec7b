//! Plans that were submitted for review. What was submitted never changes; what became of it is in the batches that
//! name it, and so in the chain of hashes.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::decide;
use super::permitted_plan::{denied_cmdlet, uncovered, without_role};
use super::refresh::refresh;
use crate::domain::Time;
use crate::domain::role::{Operator, Permissions};
use crate::domain::text::identity_key;
use crate::plan::document::{Document, sha256};
use crate::plan::{ApprovalNeed, BatchAction, Outcome, Plan, PlannedUser, Refusal};
use crate::store::access::approval;
use crate::store::engine::id_set::{IN_LIST, IdSet};
use crate::store::engine::row_blocks::{RowStatement, blocks, values};
use crate::store::history::entry::{Batch, append_batch, record_denied};
use crate::store::users::rows::time;
use crate::store::{BatchId, PlanId, Refreshed, Result, Store, StoreError, WriteError};

/// A submitted plan as the list of plans shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSummary {
    pub id: PlanId,
    /// `lock`, `unlock`, `change` or `undo`.
    pub action: BatchAction,
    pub undoes: Option<BatchId>,
    pub author: String,
    pub at: Time,
    pub reason: String,
    pub ticket: String,
    pub source: Option<String>,
    /// So many users would change, and so many of them are no longer as the plan saw them.
    pub changes: u64,
    pub drifted: u64,
    pub comments: u64,
    pub status: PlanStatus,
}

/// What became of a submitted plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanStatus {
    Waiting,
    Approved,
    Rejected,
    Applied,
    Withdrawn,
    /// Nobody in it is as it was planned any more.
    Outdated,
}

/// Something that was done with a submitted plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanEvent {
    pub batch: BatchId,
    /// A step of the review, or the action of applying the plan.
    pub action: BatchAction,
    pub by: String,
    pub at: Time,
    pub text: String,
}

/// A submitted plan, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmittedPlan {
    pub summary: PlanSummary,
    pub events: Vec<PlanEvent>,
    /// As it is now for whoever opened it, and who is no longer as planned.
    pub reviewed: Refreshed,
    pub sha256: String,
    pub may_not: MayNot,
}

/// What stands against each step, in plain words; None where the operator may take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MayNot {
    pub approve: Option<String>,
    pub reject: Option<String>,
    pub withdraw: Option<String>,
    pub apply: Option<String>,
}

/// A submitted plan as the store keeps it.
pub(in crate::store) struct Submitted {
    pub id: PlanId,
    pub sha256: String,
    pub plan: Plan,
    pub events: Vec<PlanEvent>,
}

impl PlanStatus {
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Approved,
        Self::Rejected,
        Self::Applied,
        Self::Withdrawn,
        Self::Outdated,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Applied => "applied",
            Self::Withdrawn => "withdrawn",
            Self::Outdated => "outdated",
        }
    }

    /// Can nothing be done with it any more?
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Rejected | Self::Applied | Self::Withdrawn)
    }
}

impl PlanEvent {
    /// Is it that the plan was carried out?
    pub fn is_applied(&self) -> bool {
        self.action.is_applying()
    }

    /// Who, in words for a list: "approved by litwareinc\bob".
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
    /// Keeps a plan for review, exactly as it is. Its reason and ticket are part of it.
    ///
    /// # Errors
    /// The operator's roles do not permit what it would do (which is recorded), nothing in it would change, or the store
    /// failed.
    pub fn submit(&mut self, plan: &Plan, operator: &Operator, at: Time) -> Result<PlanId> {
        let source = plan
            .source
            .as_ref()
            .map(|source| (source.name.as_str(), source.sha256.as_str()));
        let batch = Batch {
            reason: &plan.reason,
            ticket: &plan.ticket,
            source,
            ..Batch::new(BatchAction::SubmitPlan, at, operator)
        };
        let store = self.id.clone();
        let work = |transaction: &Transaction<'_>| {
            if let Some(cmdlet) = without_role(transaction, plan, operator)? {
                return Err(StoreError::not_permitted(operator, cmdlet).into());
            }
            if plan.changes().next().is_none() {
                let refusal =
                    denied_cmdlet(plan).map(|cmdlet| StoreError::not_permitted(operator, cmdlet));
                return Err(refusal.unwrap_or(StoreError::NothingToSubmit).into());
            }
            if let Some(cmdlet) = uncovered(transaction, plan, operator)? {
                return Err(StoreError::not_permitted(operator, cmdlet).into());
            }
            let line = Document::of(plan, &store)
                .line()
                .map_err(|error| StoreError::Unwritable(error.0))?;
            let saved = write(transaction, plan, &line)?;
            append_batch(
                transaction,
                &Batch {
                    plan: Some(&saved),
                    ..batch.clone()
                },
            )?;
            Ok(saved.0)
        };
        self.write_or_record(work, |transaction| {
            record_denied(transaction, &batch, "plan")
        })
    }

    /// All submitted plans, newest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn plans(&self) -> Result<Vec<PlanSummary>> {
        self.read(|connection| {
            let ids = connection
                .prepare_cached("SELECT id FROM plans ORDER BY id DESC")?
                .query_map([], |row| row.get(0).map(PlanId))?
                .collect::<rusqlite::Result<Vec<_>>>()?;
            let mut events = events(connection, &ids)?;
            let with_events = ids
                .iter()
                .map(|id| (*id, events.remove(id).unwrap_or_default()))
                .collect::<Vec<_>>();
            summaries(connection, &with_events)
        })
    }

    /// Opens a submitted plan as it is for this operator now. Whom it denied its author it denies everybody: nothing is
    /// added to what was submitted.
    ///
    /// # Errors
    /// There is none with this number, it was edited behind PinDesk's back, or the store could not be read.
    pub fn submitted(&self, id: PlanId, operator: &Operator, now: Time) -> Result<SubmittedPlan> {
        self.try_read(|connection| {
            let submitted = load(connection, id, &self.id)?;
            Ok(open(connection, submitted, operator, now)?)
        })
    }

    /// What was done with a submitted plan, the oldest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn plan_events(&self, id: PlanId) -> Result<Vec<PlanEvent>> {
        self.read(|connection| events_of(connection, id))
    }
}

fn open(
    connection: &Connection,
    submitted: Submitted,
    operator: &Operator,
    now: Time,
) -> rusqlite::Result<SubmittedPlan> {
    let summary = summary(connection, submitted.id, &submitted.events)?;
    let summary = summary.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    // Of a closed plan nothing is left to do: it stays as it was submitted. What it has changed itself is no drift.
    let mut reviewed = match submitted.closed() {
        Some(_) => Refreshed {
            plan: submitted.plan.clone(),
            drifted: Vec::new(),
        },
        None => refresh(connection, submitted.plan.clone(), operator, now)?,
    };
    for (item, kept) in reviewed.plan.items.iter_mut().zip(&submitted.plan.items) {
        if kept.outcome == Outcome::Refused(Refusal::Denied) {
            item.outcome = Outcome::Refused(Refusal::Denied);
        }
    }
    let needs = approval::needs(connection, &submitted.plan, operator, now)?;
    let closed = submitted
        .closed()
        .map(|status| format!("It is {} already.", status.word()));
    let apply = if closed.is_some() {
        closed.clone()
    } else if let Some(cmdlet) = without_role(connection, &reviewed.plan, operator)? {
        Some(StoreError::not_permitted(operator, cmdlet).in_advance())
    } else if !needs.is_empty() && !is_approved(connection, &submitted, &reviewed.plan)? {
        Some(format!(
            "Somebody else must approve it first: {}.",
            ApprovalNeed::words(&needs)
        ))
    } else if reviewed.plan.changes().next().is_none() {
        Some("Nothing in it would change any more.".to_owned())
    } else {
        None
    };
    let approve = decide::why_not_approve(connection, &submitted, &summary, operator)?;
    let reject = decide::why_not_reject(connection, &submitted, operator)?;
    let withdraw = decide::why_not_withdraw(&submitted, operator);
    let in_words = |error: Option<StoreError>| {
        closed
            .clone()
            .or_else(|| error.map(|error| error.in_advance()))
    };
    let may_not = MayNot {
        approve: in_words(approve),
        reject: in_words(reject),
        withdraw: in_words(withdraw),
        apply,
    };
    Ok(SubmittedPlan {
        summary,
        events: submitted.events,
        reviewed,
        sha256: submitted.sha256,
        may_not,
    })
}

fn write(
    transaction: &Transaction<'_>,
    plan: &Plan,
    line: &str,
) -> rusqlite::Result<(PlanId, String)> {
    let sha256 = sha256(line);
    let id: i64 =
        transaction.query_row("SELECT coalesce(max(id), 0) + 1 FROM plans", [], |row| {
            row.get(0)
        })?;
    transaction.execute(
        "INSERT INTO plans (id, content, action, undoes, changes) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            id,
            line,
            plan.batch_action().word(),
            plan.undoes.map(|batch| batch.0),
            i64::try_from(plan.counts().will_change).unwrap_or(i64::MAX)
        ],
    )?;
    let users: Vec<&PlannedUser> = plan.changes().map(|(_, user)| user).collect();
    for block in blocks(&users) {
        let sql = format!(
            "INSERT INTO plan_users (plan_id, user_id, version) {}",
            values(3, block.len())
        );
        let mut insert = RowStatement::prepare(transaction, &sql)?;
        for user in block {
            insert.bind_row(params![id, user.id.0, user.version.0])?;
        }
        insert.execute()?;
    }
    Ok((PlanId(id), sha256))
}

/// What was submitted, with what became of it.
///
/// # Errors
/// There is none, or it is not what the history says was submitted.
pub(in crate::store) fn load(
    connection: &Connection,
    id: PlanId,
    store: &str,
) -> std::result::Result<Submitted, WriteError> {
    let found: Option<(String, Option<String>)> = connection
        .query_row(
            "SELECT p.content, (SELECT b.plan_sha256 FROM batches b WHERE b.plan = p.id AND b.action = 'submit-plan')
             FROM plans p WHERE p.id = ?1",
            [id.0],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let Some((line, submitted)) = found else {
        return Err(StoreError::NoSuchPlan { id: id.0 }.into());
    };
    let edited = || WriteError::from(StoreError::EditedPlan { id: id.0 });
    let sha256 = sha256(&line);
    if submitted.as_ref() != Some(&sha256) {
        return Err(edited());
    }
    let document = Document::of_line(&line).map_err(|_not_one| edited())?;
    if document.store != store {
        return Err(edited());
    }
    let mut plan = document
        .plan(Permissions::nothing())
        .map_err(|_contradictory| edited())?;
    plan.submitted = Some(id);
    Ok(Submitted {
        id,
        sha256,
        plan,
        events: events_of(connection, id)?,
    })
}

/// Has somebody else approved it, who may still do what this plan, a part of it, does to each of its users?
pub(in crate::store) fn is_approved(
    connection: &Connection,
    submitted: &Submitted,
    plan: &Plan,
) -> rusqlite::Result<bool> {
    let author = identity_key(submitted.author());
    for event in submitted
        .events
        .iter()
        .filter(|event| event.action == BatchAction::ApprovePlan)
    {
        let approver = Operator {
            account: event.by.clone(),
            machine: String::new(),
        };
        if identity_key(&event.by) != author && uncovered(connection, plan, &approver)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

impl Submitted {
    /// Who submitted it.
    pub fn author(&self) -> &str {
        self.events
            .iter()
            .find(|event| event.action == BatchAction::SubmitPlan)
            .map_or("", |event| &event.by)
    }

    /// What it came to, where nothing can be done with it any more.
    pub fn closed(&self) -> Option<PlanStatus> {
        Some(status(&self.events, 1, 0)).filter(|status| status.is_closed())
    }
}

/// The steps of one plan, the oldest first.
fn events_of(connection: &Connection, id: PlanId) -> rusqlite::Result<Vec<PlanEvent>> {
    let mut events = events(connection, &[id])?;
    Ok(events.remove(&id).unwrap_or_default())
}

/// The steps of plans, the oldest first.
fn events(
    connection: &Connection,
    plans: &[PlanId],
) -> rusqlite::Result<HashMap<PlanId, Vec<PlanEvent>>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT id, action, operator, at, reason, plan FROM batches WHERE plan IN {IN_LIST} ORDER BY id"
    ))?;
    let mut rows = statement.query([IdSet::of(plans.iter().map(|id| id.0))])?;
    let mut events: HashMap<PlanId, Vec<PlanEvent>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let event = PlanEvent {
            batch: BatchId(row.get(0)?),
            action: BatchAction::of_word(row.get_ref(1)?.as_str()?),
            by: row.get(2)?,
            at: time(row.get(3)?).unwrap_or_default(),
            text: row.get(4)?,
        };
        events.entry(PlanId(row.get(5)?)).or_default().push(event);
    }
    Ok(events)
}

/// A plan is applied, withdrawn or rejected once at most, and nothing happens to it after that.
fn status(events: &[PlanEvent], changes: u64, drifted: u64) -> PlanStatus {
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

/// The summary of one plan; None where there is no such plan.
pub(in crate::store) fn summary(
    connection: &Connection,
    id: PlanId,
    events: &[PlanEvent],
) -> rusqlite::Result<Option<PlanSummary>> {
    Ok(summaries(connection, &[(id, events)])?.pop())
}

/// The summaries of plans with their steps, in their order.
fn summaries(
    connection: &Connection,
    plans: &[(PlanId, impl AsRef<[PlanEvent]>)],
) -> rusqlite::Result<Vec<PlanSummary>> {
    let open = plans
        .iter()
        .filter(|(_, events)| !status(events.as_ref(), 1, 0).is_closed());
    let drifted = count_drifted(connection, IdSet::of(open.map(|(id, _)| id.0)))?;
    let mut statement = connection.prepare_cached(&format!(
        "SELECT p.id, p.action, p.undoes, b.operator, b.at, b.reason, b.ticket, b.source, p.changes
         FROM plans p JOIN batches b ON b.plan = p.id AND b.action = 'submit-plan' WHERE p.id IN {IN_LIST}"
    ))?;
    let mut rows = statement.query([IdSet::of(plans.iter().map(|(id, _)| id.0))])?;
    let mut found = HashMap::new();
    while let Some(row) = rows.next()? {
        let id = PlanId(row.get(0)?);
        found.insert(
            id,
            PlanSummary {
                id,
                action: BatchAction::of_word(row.get_ref(1)?.as_str()?),
                undoes: row.get::<_, Option<i64>>(2)?.map(BatchId),
                author: row.get(3)?,
                at: time(row.get(4)?).unwrap_or_default(),
                reason: row.get(5)?,
                ticket: row.get(6)?,
                source: row.get(7)?,
                changes: row.get::<_, i64>(8)?.unsigned_abs(),
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
            status: status(events, summary.changes, summary.drifted),
            ..summary
        })
    };
    Ok(plans.iter().filter_map(summary).collect())
}

/// How many users of each plan are no longer as it saw them. Plans without one are missing.
fn count_drifted(connection: &Connection, plans: IdSet) -> rusqlite::Result<HashMap<PlanId, u64>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT u.plan_id, count(*) FROM plan_users u LEFT JOIN pins ON pins.user_id = u.user_id
         WHERE u.plan_id IN {IN_LIST} AND pins.version IS NOT u.version GROUP BY u.plan_id"
    ))?;
    let count = |row: &Row<'_>| Ok((PlanId(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs()));
    statement.query_map([plans], count)?.collect()
}
