//! The steps that reviewers and authors take with a submitted plan: comment, approve, reject,
//! withdraw.

use super::permitted_plan::{first_cmdlet, none_permitted, uncovered};
use super::stored::{Submitted, load};
use super::summary::{PlanStatus, PlanSummary, summary};
use crate::domain::Time;
use crate::domain::account::operator_key;
use crate::domain::role::Operator;
use crate::plan::BatchAction;
use crate::store::access::roles;
use crate::store::engine::{Connection, EngineResult, Transaction};
use crate::store::history::append::{append_batch, record_denied};
use crate::store::history::batch::Batch;
use crate::store::{PlanId, Result, Store, StoreError, WriteError};

/// A step in the review of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::IntoStaticStr)]
pub enum Decision {
    #[strum(serialize = "commented")]
    Comment,
    #[strum(serialize = "approved")]
    Approve,
    #[strum(serialize = "rejected")]
    Reject,
    #[strum(serialize = "withdrawn")]
    Withdraw,
}

impl Decision {
    fn action(self) -> BatchAction {
        match self {
            Self::Comment => BatchAction::CommentPlan,
            Self::Approve => BatchAction::ApprovePlan,
            Self::Reject => BatchAction::RejectPlan,
            Self::Withdraw => BatchAction::WithdrawPlan,
        }
    }

    /// "approved"
    pub fn done(self) -> &'static str {
        self.into()
    }
}

impl Store {
    /// Takes a step in the review of a plan, with a comment. A plan is approved by an operator
    /// other than its author, who may make each of its changes. Only its author withdraws it.
    ///
    /// # Errors
    /// The operator may not take this step (which is recorded), the plan is closed already, or the
    /// store failed.
    pub fn decide(
        &mut self,
        id: PlanId,
        decision: Decision,
        text: &str,
        operator: &Operator,
        at: Time,
    ) -> Result<()> {
        let store = self.id.clone();
        let text = text.trim();
        let batch = Batch {
            reason: text,
            ..Batch::new(decision.action(), at, operator)
        };
        let work = |transaction: &Transaction<'_>| {
            let submitted = load(transaction, id, &store)?;
            if let Some(error) = obstacle(transaction, &submitted, decision, text, operator)? {
                return Err(WriteError::from(error));
            }
            let plan = (submitted.id, submitted.sha256);
            append_batch(
                transaction,
                &Batch {
                    plan: Some(&plan),
                    ..batch.clone()
                },
            )?;
            Ok(())
        };
        // A refused step does not name the plan in its batch, so it is not listed as a step of the
        // review.
        self.write_or_record(work, |transaction| {
            record_denied(transaction, &batch, &format!("plan {}", id.0))
        })
    }
}

fn obstacle(
    connection: &Connection,
    submitted: &Submitted,
    decision: Decision,
    text: &str,
    operator: &Operator,
) -> EngineResult<Option<StoreError>> {
    let closed = submitted.closed().filter(|_| decision != Decision::Comment);
    if let Some(status) = closed {
        return Ok(Some(StoreError::PlanClosed {
            id: submitted.id.0,
            status: status.word(),
        }));
    }
    match decision {
        Decision::Comment | Decision::Reject if text.is_empty() => {
            Ok(Some(StoreError::EmptyComment))
        }
        Decision::Comment => comment_obstacle(connection, submitted, operator),
        Decision::Approve => match summary(connection, submitted.id, &submitted.events)? {
            Some(summary) => approve_obstacle(connection, submitted, &summary, operator),
            None => Ok(Some(StoreError::NoSuchPlan { id: submitted.id.0 })),
        },
        Decision::Reject => reject_obstacle(connection, submitted, operator),
        Decision::Withdraw => Ok(withdraw_obstacle(submitted, operator)),
    }
}

/// Any role is enough for a comment.
fn comment_obstacle(
    connection: &Connection,
    submitted: &Submitted,
    operator: &Operator,
) -> EngineResult<Option<StoreError>> {
    let has_role = !roles::roles(connection, operator)?.is_empty();
    Ok((!has_role)
        .then(|| StoreError::not_permitted(operator, first_cmdlet(submitted.plan.as_ref()))))
}

pub(in crate::store) fn approve_obstacle(
    connection: &Connection,
    submitted: &Submitted,
    summary: &PlanSummary,
    operator: &Operator,
) -> EngineResult<Option<StoreError>> {
    if is_author(submitted, operator) {
        return Ok(Some(StoreError::OwnPlan {
            operator: operator.account.clone(),
        }));
    }
    if let Some(cmdlet) = uncovered(connection, submitted.plan.as_ref(), operator)? {
        return Ok(Some(StoreError::not_permitted(operator, cmdlet)));
    }
    let is_over = matches!(summary.status, PlanStatus::Approved | PlanStatus::Outdated);
    Ok(is_over.then(|| StoreError::PlanClosed {
        id: submitted.id.0,
        status: summary.status.word(),
    }))
}

pub(in crate::store) fn reject_obstacle(
    connection: &Connection,
    submitted: &Submitted,
    operator: &Operator,
) -> EngineResult<Option<StoreError>> {
    if is_author(submitted, operator) {
        return Ok(Some(StoreError::OwnPlan {
            operator: operator.account.clone(),
        }));
    }
    // An operator who may make none of the plan's changes takes no part in its review.
    let cmdlet = none_permitted(connection, submitted.plan.as_ref(), operator)?;
    Ok(cmdlet.map(|cmdlet| StoreError::not_permitted(operator, cmdlet)))
}

pub(in crate::store) fn withdraw_obstacle(
    submitted: &Submitted,
    operator: &Operator,
) -> Option<StoreError> {
    (!is_author(submitted, operator)).then(|| StoreError::OnlyAuthor {
        author: submitted.author().to_owned(),
    })
}

fn is_author(submitted: &Submitted, operator: &Operator) -> bool {
    operator_key(submitted.author()) == operator_key(&operator.account)
}
