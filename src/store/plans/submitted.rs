//! Plans that were submitted for review. A submitted plan never changes. The steps of its review
//! are the batches that name it, so the chain of hashes covers them.

use super::approvers::approvers_words;
use super::decide;
use super::needs::needs;
use super::permitted_plan::{denied_cmdlet, uncovered, without_role};
use super::refresh::refresh;
use super::refresh_import::{RefreshedImport, refresh_import};
use super::refresh_settings::{RefreshedSettings, check_current, refresh_settings};
use super::refresh_undo::refresh_undo;
use super::reviewed::Reviewed;
use super::stored::{Submitted, is_approved, load};
use super::summary::{PlanEvent, PlanSummary, summary};
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::plan::document::sha256;
use crate::plan::{ApprovalNeed, BatchAction, Outcome, Plan, PlanRef, Refusal, StorePlan};
use crate::store::access::reasons::check_reasons;
use crate::store::engine::row_blocks::{RowStatement, blocks, values};
use crate::store::engine::{Connection, EngineError, EngineResult, Transaction};
use crate::store::history::append::{append_batch, record_denied};
use crate::store::history::batch::Batch;
use crate::store::{PlanId, Refreshed, Result, Store, StoreError};

/// A submitted plan, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmittedPlan {
    pub summary: PlanSummary,
    pub events: Vec<PlanEvent>,
    /// The plan, refreshed for the operator who opened it, and what has drifted.
    pub reviewed: Reviewed,
    pub sha256: String,
    pub may_not: MayNot,
}

/// For each step, a sentence with the reason why the operator may not take it. None if they may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MayNot {
    pub approve: Option<String>,
    pub reject: Option<String>,
    pub withdraw: Option<String>,
    pub apply: Option<String>,
}

impl Store {
    /// Keeps a plan for review, exactly as it is. Its reason and ticket are part of it.
    ///
    /// # Errors
    /// The operator's roles do not permit its changes (which is recorded), it would change nothing,
    /// or the store failed.
    pub fn submit<'a>(
        &mut self,
        plan: impl Into<PlanRef<'a>>,
        operator: &Operator,
        at: Time,
    ) -> Result<PlanId> {
        let plan = plan.into();
        let batch = Batch {
            reason: plan.reason(),
            ticket: plan.ticket(),
            source: plan.source(),
            ..Batch::new(BatchAction::SubmitPlan, at, operator)
        };
        let store = self.id.clone();
        let work = |transaction: &Transaction<'_>| {
            if let Some(cmdlet) = without_role(transaction, plan, operator)? {
                return Err(StoreError::not_permitted(operator, cmdlet).into());
            }
            if plan.change_count() == 0 {
                let denied = match plan {
                    PlanRef::Pins(plan) => denied_cmdlet(plan),
                    PlanRef::Import(_) | PlanRef::Settings(_) => None,
                };
                let refusal = denied.map(|cmdlet| StoreError::not_permitted(operator, cmdlet));
                return Err(refusal.unwrap_or(StoreError::NothingToSubmit).into());
            }
            if let Some(cmdlet) = uncovered(transaction, plan, operator)? {
                return Err(StoreError::not_permitted(operator, cmdlet).into());
            }
            check_reasons(transaction, plan)?;
            if let PlanRef::Settings(plan) = plan {
                check_current(transaction, plan, &store)?;
            }
            let line = plan
                .line(&store)
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

    /// Opens a submitted plan, refreshed for this operator. Users who were denied to its author
    /// stay left out for every operator, since nothing is added to a submitted plan.
    ///
    /// # Errors
    /// There is no plan with this ID, another program edited it, or the store could not be read.
    pub fn submitted(&self, id: PlanId, operator: &Operator, now: Time) -> Result<SubmittedPlan> {
        self.try_read(|connection| {
            let submitted = load(connection, id, &self.id)?;
            Ok(open(connection, submitted, operator, now)?)
        })
    }
}

fn open(
    connection: &Connection,
    submitted: Submitted,
    operator: &Operator,
    now: Time,
) -> EngineResult<SubmittedPlan> {
    let summary = summary(connection, submitted.id, &submitted.events)?;
    let summary = summary.ok_or(EngineError::no_row())?;
    // A closed plan stays as it was submitted: its own changes are no drift.
    let is_closed = submitted.closed().is_some();
    let reviewed = match &submitted.plan {
        StorePlan::Pins(plan) => {
            Reviewed::Pins(review(connection, plan, is_closed, operator, now)?)
        }
        StorePlan::Import(plan) => Reviewed::Import(match plan.undoes {
            _ if is_closed => RefreshedImport::unchanged(plan),
            Some(batch) => refresh_undo(connection, plan, batch)?,
            None => refresh_import(connection, plan)?,
        }),
        StorePlan::Settings(plan) => Reviewed::Settings(if is_closed {
            RefreshedSettings::unchanged(plan)
        } else {
            refresh_settings(connection, plan)?
        }),
    };
    let needs = needs(connection, submitted.plan.as_ref(), operator, now)?;
    let closed = submitted
        .closed()
        .map(|status| format!("It is {} already.", status.word()));
    let apply = if closed.is_some() {
        closed.clone()
    } else if let Some(cmdlet) = without_role(connection, reviewed.plan(), operator)? {
        Some(StoreError::not_permitted(operator, cmdlet).in_advance())
    } else if !needs.is_empty() && !is_approved(connection, &submitted, reviewed.plan())? {
        let who = approvers_words(connection, submitted.plan.as_ref(), operator)?;
        let text = format!(
            "Somebody else must approve it first: {}. {who}",
            ApprovalNeed::words(&needs)
        );
        Some(text.trim_end().to_owned())
    } else if reviewed.has_drifted_whole() {
        Some("Settings have changed since, so it cannot be applied. Make it again.".to_owned())
    } else if reviewed.plan().change_count() == 0 {
        Some("Nothing in it would change any more.".to_owned())
    } else {
        None
    };
    let approve = decide::approve_obstacle(connection, &submitted, &summary, operator)?;
    let reject = decide::reject_obstacle(connection, &submitted, operator)?;
    let withdraw = decide::withdraw_obstacle(&submitted, operator);
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

/// A PIN plan as it is now. A closed one stays as it was submitted.
fn review(
    connection: &Connection,
    submitted: &Plan,
    is_closed: bool,
    operator: &Operator,
    now: Time,
) -> EngineResult<Refreshed> {
    let mut reviewed = if is_closed {
        Refreshed {
            plan: submitted.clone(),
            drifted: Vec::new(),
        }
    } else {
        refresh(connection, submitted.clone(), operator, now)?
    };
    for (item, kept) in reviewed.plan.items.iter_mut().zip(&submitted.items) {
        if kept.outcome == Outcome::Refused(Refusal::Denied) {
            item.outcome = Outcome::Refused(Refusal::Denied);
        }
    }
    Ok(reviewed)
}

fn write(
    transaction: &Transaction<'_>,
    plan: PlanRef<'_>,
    line: &str,
) -> EngineResult<(PlanId, String)> {
    let sha256 = sha256(line);
    let id: i64 =
        transaction.query_row("SELECT coalesce(max(id), 0) + 1 FROM plans", &[], |row| {
            row.get(0)
        })?;
    transaction.execute(
        "INSERT INTO plans (id, content, action, undoes, changes) VALUES (?1, ?2, ?3, ?4, ?5)",
        &[
            &id,
            &line,
            &plan.batch_action().word(),
            &plan.undoes().map(|batch| batch.0),
            &i64::try_from(plan.change_count()).unwrap_or(i64::MAX),
        ],
    )?;
    let users = plan.users();
    for block in blocks(&users) {
        let sql = format!(
            "INSERT INTO plan_users (plan_id, user_id, version) {}",
            values(3, block.len())
        );
        let mut insert = RowStatement::prepare(transaction, &sql)?;
        for (user, version) in block {
            insert.bind_row(&[&id, &user.0, &version.0])?;
        }
        insert.execute()?;
    }
    Ok((PlanId(id), sha256))
}
