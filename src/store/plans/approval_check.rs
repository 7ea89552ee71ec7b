//! Whether approval allows a plan to be applied, compared with the store's own copy of a submitted
//! plan.

use super::approvers::approvers_words;
use super::needs::needs;
use super::stored::{Submitted, is_approved, load};
use crate::domain::Time;
use crate::domain::role::Operator;
use crate::plan::import::{ImportGroup, ImportPlan};
use crate::plan::{ApprovalNeed, Outcome, Plan, PlanId, PlanRef, SettingsPlan};
use crate::store::engine::Connection;
use crate::store::engine::transaction::WriteError;
use crate::store::error::StoreError;

/// Checks whether the rules of approval allow applying this plan. Returns the submitted plan that
/// it is, or is part of.
///
/// A submitted plan is applied as it was submitted, or a part of it. The store compares it with its
/// own copy.
pub(in crate::store) fn check_approval(
    connection: &Connection,
    plan: PlanRef<'_>,
    store: &str,
    operator: &Operator,
    at: Time,
) -> Result<Option<(PlanId, String)>, WriteError> {
    let submitted = plan
        .submitted()
        .map(|id| load(connection, id, store))
        .transpose()?;
    if let Some(submitted) = &submitted {
        if let Some(status) = submitted.closed() {
            return Err(StoreError::PlanClosed {
                id: submitted.id.0,
                status: status.word(),
            }
            .into());
        }
        if !is_part(plan, submitted.plan.as_ref()) {
            return Err(StoreError::NotAsSubmitted { id: submitted.id.0 }.into());
        }
    }
    // A part of a plan needs approval if the whole plan does. Otherwise a small part of a waiting
    // plan could be applied, which would close it for all other users. Changes of settings have no
    // parts, and the given plan says what they weaken now.
    let judged = match (&submitted, plan) {
        (Some(submitted), PlanRef::Pins(_) | PlanRef::Import(_)) => submitted.plan.as_ref(),
        _ => plan,
    };
    let needs = needs(connection, judged, operator, at)?;
    let approved = |submitted: &Submitted| is_approved(connection, submitted, plan);
    if !needs.is_empty() && !submitted.as_ref().map_or(Ok(false), approved)? {
        return Err(StoreError::NeedsApproval {
            why: ApprovalNeed::words(&needs),
            who: approvers_words(connection, judged, operator)?,
        }
        .into());
    }
    Ok(submitted.map(|submitted| (submitted.id, submitted.sha256)))
}

/// Whether each change of the plan is a change of the submitted one, with an equal reason.
fn is_part(plan: PlanRef<'_>, submitted: PlanRef<'_>) -> bool {
    match (plan, submitted) {
        (PlanRef::Pins(plan), PlanRef::Pins(submitted)) => is_part_of_pins(plan, submitted),
        (PlanRef::Import(plan), PlanRef::Import(submitted)) => is_part_of_import(plan, submitted),
        (PlanRef::Settings(plan), PlanRef::Settings(submitted)) => {
            // The protected users may have changed since.
            *plan
                == SettingsPlan {
                    weakening: plan.weakening,
                    ..submitted.clone()
                }
        }
        _ => false,
    }
}

fn is_part_of_import(plan: &ImportPlan, submitted: &ImportPlan) -> bool {
    let is_same_file = (
        plan.kind,
        &plan.source,
        &plan.sha256,
        &plan.reason,
        &plan.ticket,
    ) == (
        submitted.kind,
        &submitted.source,
        &submitted.sha256,
        &submitted.reason,
        &submitted.ticket,
    );
    // Both list the rows in one order, since a refresh moves no row.
    is_same_file
        && plan.rows.len() == submitted.rows.len()
        && plan
            .rows
            .iter()
            .zip(&submitted.rows)
            .all(|(row, other)| row.verdict.group() == ImportGroup::Conflict || row == other)
}

fn is_part_of_pins(plan: &Plan, submitted: &Plan) -> bool {
    let same = (
        plan.action,
        plan.undoes,
        &plan.reason,
        &plan.ticket,
        &plan.source,
    ) == (
        submitted.action,
        submitted.undoes,
        &submitted.reason,
        &submitted.ticket,
        &submitted.source,
    );
    // Both list their users in one order, since neither refreshing nor taking out moves users.
    same && plan.items.len() == submitted.items.len()
        && plan
            .items
            .iter()
            .zip(&submitted.items)
            .all(|(item, submitted)| {
                let would_change = |outcome: &Outcome| matches!(outcome, Outcome::Change { .. });
                let is_same_user = match (&item.user, &submitted.user) {
                    (Some(user), Some(other)) => {
                        (user.id, user.version, &user.before)
                            == (other.id, other.version, &other.before)
                    }
                    _ => false,
                };
                !would_change(&item.outcome)
                    || would_change(&submitted.outcome)
                        && is_same_user
                        && (item.action, &item.own) == (submitted.action, &submitted.own)
            })
}
