//! Applying a plan: exactly the planned changes, in one transaction, together with their history.

use std::collections::HashMap;

use chrono::SubsecRound as _;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::undo;
use crate::domain::Time;
use crate::domain::dn::DistinguishedName;
use crate::domain::pin::PinState;
use crate::domain::pin_digits::Pin;
use crate::domain::role::{Operator, Permission};
use crate::domain::user::{UserId, Version};
use crate::plan::{Action, BatchId, Outcome, Plan, PlanId, PlanItem, PlannedUser, Refusal};
use crate::progress::{Progress, step};
use crate::store::access::{approval, roles};
use crate::store::history::entry::{
    Batch, Entry, HistoryKind, append_batch, last_change, note_json, state_json,
};
use crate::store::pins::set_pin;
use crate::store::pins::set_pin::NewPin;
use crate::store::pins::update::change_pins;
use crate::store::users::resolver::permissions;
use crate::store::users::rows;
use crate::store::{Result, Store, StoreError, WriteError, next_version};

/// What applying a plan did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// None where there was nothing to write down.
    pub batch: Option<BatchId>,
    pub at: Time,
    pub changed: Vec<UserId>,
    /// Users who had changed since the plan was made, and were left alone.
    pub drifted: Vec<Drift>,
    /// PINs that were drawn: nobody else knows them, and they can be shown only now.
    pub pins: Vec<DrawnPin>,
}

impl Applied {
    /// The PINs that were drawn, for the clipboard: identity, tab, PIN.
    pub fn drawn_lines(&self) -> String {
        let line = |DrawnPin { identity, pin, .. }: &DrawnPin| {
            [identity, "\t", pin.digits(), "\n"].concat()
        };
        self.pins.iter().map(line).collect()
    }
}

/// A PIN that was drawn, and whom it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnPin {
    pub user: UserId,
    pub identity: String,
    pub pin: Pin,
}

/// A planned user whose state was another one when the plan was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    pub id: UserId,
    pub identity: String,
    pub display_name: String,
    pub planned: PinState,
    pub current: Option<PinState>,
    /// Who changed it, and when.
    pub changed_by: Option<(String, Time)>,
}

impl Store {
    /// Applies a plan: changes each planned user who is still at the planned version, leaves the others alone and names
    /// them, and writes the history in the same transaction.
    ///
    /// # Errors
    /// The operator's roles do not permit it or it needs somebody else's approval (both are recorded), the work was
    /// cancelled, or the store failed. Then no user was changed.
    pub fn apply(
        &mut self,
        plan: &Plan,
        operator: &Operator,
        at: Time,
        progress: &dyn Progress,
    ) -> Result<Applied> {
        self.apply_with(plan, None, operator, at, progress)
    }

    /// Applies a plan that sets PINs: each user gets the given one, of which there may be one then, or one that is drawn.
    ///
    /// # Errors
    /// As [`Store::apply`]; also, the PIN does not keep to the policy, or the policy has changed.
    pub fn apply_with(
        &mut self,
        plan: &Plan,
        pin: Option<&Pin>,
        operator: &Operator,
        at: Time,
        progress: &dyn Progress,
    ) -> Result<Applied> {
        // Hashing takes long: not for somebody who is refused anyway.
        let is_hopeless = self
            .read(|connection| without_role(connection, plan, operator))?
            .is_some();
        let mut pins = if is_hopeless {
            HashMap::new()
        } else {
            set_pin::prepare(self, plan, pin, progress)?
        };
        let store = self.id.clone();
        // As exact as the store keeps times: what the history says a user became is what they are.
        let at = at.trunc_subsecs(3);
        self.write_or_record(
            |transaction| {
                if let Some(cmdlet) = without_role(transaction, plan, operator)? {
                    return Err(StoreError::not_permitted(operator, cmdlet).into());
                }
                let submitted = approval::check(transaction, plan, &store, operator, at)?;
                apply(
                    transaction,
                    plan,
                    submitted.as_ref(),
                    &mut pins,
                    operator,
                    at,
                    progress,
                )
            },
            |transaction| record_refusal(transaction, plan, operator, at),
        )
    }
}

fn apply(
    transaction: &Transaction<'_>,
    plan: &Plan,
    submitted: Option<&(PlanId, String)>,
    pins: &mut HashMap<UserId, NewPin>,
    operator: &Operator,
    at: Time,
    progress: &dyn Progress,
) -> std::result::Result<Applied, WriteError> {
    let mut applied = Applied {
        batch: None,
        at,
        changed: Vec::new(),
        drifted: Vec::new(),
        pins: Vec::new(),
    };
    let denied: Vec<&PlanItem> = plan
        .items
        .iter()
        .filter(|item| matches!(item.outcome, Outcome::Refused(Refusal::Denied)))
        .collect();
    let total = plan.counts().will_change as u64;
    if total == 0 && denied.is_empty() {
        return Ok(applied);
    }
    // What changes nobody is no step of a review: it must not use up a plan that others can still apply.
    let submitted = submitted.filter(|_| total > 0);
    let mut chain = append_batch(
        transaction,
        &Batch {
            plan: submitted,
            ..batch(plan, operator, at)
        },
    )?;
    applied.batch = Some(BatchId(chain.batch));
    let version = next_version(transaction)?;
    let permissions = permissions(transaction, operator)?;
    let changes: Vec<(&PlanItem, &PlannedUser)> = plan.changes().collect();
    let ids: Vec<UserId> = changes.iter().map(|(_, user)| user.id).collect();
    // Checked and changed first, and written down after that: half of the way each.
    let mut halves = 0;
    let mut halfway = || {
        halves += 1;
        if halves % 2 == 0 && step(progress, halves / 2, total) {
            Err(WriteError::from(StoreError::Cancelled))
        } else {
            Ok(())
        }
    };
    let is_changed = change_pins(transaction, &ids, version, |place, current| {
        halfway()?;
        let (item, user) = changes[place];
        let is_over = item
            .own
            .as_ref()
            .and_then(|own| own.until)
            .is_some_and(|until| until <= at)
            || !item.is_its_action(at);
        let unchanged = current.filter(|(version, state)| {
            *version == user.version && *state == user.before && !is_over
        });
        let Some((_, before)) = unchanged else {
            return Ok(None);
        };
        if !is_covered(transaction, item.action.permission(&permissions), user.id)? {
            return Err(StoreError::not_permitted(operator, item.action.cmdlet()).into());
        }
        if !undo::is_true_to_history(transaction, plan, item, user.id)? {
            return Err(StoreError::NotTheUndo {
                identity: user.identity.clone(),
            }
            .into());
        }
        Ok(Some(plan.after(item, &before, &operator.account, at)))
    })?;
    for ((item, user), is_changed) in changes.iter().zip(&is_changed) {
        if *is_changed {
            if item.action == Action::SetPin {
                let after = plan.after(item, &user.before, &operator.account, at);
                let drawn = set_pin::write(
                    transaction,
                    item,
                    user,
                    &after,
                    pins.remove(&user.id),
                    operator,
                )?;
                let (user, identity) = (user.id, user.identity.clone());
                applied.pins.extend(drawn.map(|pin| DrawnPin {
                    user,
                    identity,
                    pin,
                }));
            }
            applied.changed.push(user.id);
        } else {
            let current = current(transaction, user.id)?.map(|(_, state)| state);
            applied.drifted.push(drift(transaction, user, current)?);
        }
    }
    let mut drifted = applied.drifted.iter();
    let entries = changes
        .iter()
        .zip(&is_changed)
        .filter_map(|((item, user), is_changed)| {
            let note = note_json(item.own.as_deref());
            if !*is_changed {
                return drifted.next().map(|drift| Entry {
                    note,
                    ..drift_entry(drift)
                });
            }
            let after = plan.after(item, &user.before, &operator.account, at);
            let (before, after) = (state_json(&user.before), state_json(&after));
            Some(Entry {
                kind: HistoryKind::Pin,
                user: Some(user.id),
                target: &user.identity,
                before,
                after,
                note,
            })
        });
    chain.append_all(transaction, entries, halfway)?;
    for item in denied {
        chain.append(transaction, &refusal(item))?;
    }
    Ok(applied)
}

/// The cmdlet of this plan that none of the operator's roles holds. Where nobody would change, whom the plan denies says
/// what was wanted.
pub(in crate::store) fn without_role(
    connection: &Connection,
    plan: &Plan,
    operator: &Operator,
) -> rusqlite::Result<Option<&'static str>> {
    let mut cmdlets = plan.cmdlets();
    if cmdlets.is_empty() {
        cmdlets.extend(denied_cmdlet(plan));
    }
    for cmdlet in cmdlets {
        if roles::permission(connection, operator, cmdlet)? == Permission::Nowhere {
            return Ok(Some(cmdlet));
        }
    }
    Ok(None)
}

/// The cmdlet of the first item that the plan denies.
pub(in crate::store) fn denied_cmdlet(plan: &Plan) -> Option<&'static str> {
    let denied = plan
        .items
        .iter()
        .find(|item| item.outcome == Outcome::Refused(Refusal::Denied));
    denied.map(|item| item.action.cmdlet())
}

/// What a plan is recorded under, whether it was applied or refused.
fn batch<'a>(plan: &'a Plan, operator: &'a Operator, at: Time) -> Batch<'a> {
    let source = plan
        .source
        .as_ref()
        .map(|source| (source.name.as_str(), source.sha256.as_str()));
    Batch {
        reason: &plan.reason,
        ticket: &plan.ticket,
        source,
        undoes: plan.undoes,
        ..Batch::new(plan.word(), at, operator)
    }
}

fn record_refusal(
    transaction: &Transaction<'_>,
    plan: &Plan,
    operator: &Operator,
    at: Time,
) -> rusqlite::Result<()> {
    let mut chain = append_batch(transaction, &batch(plan, operator, at))?;
    for item in &plan.items {
        chain.append(transaction, &refusal(item))?;
    }
    Ok(())
}

fn refusal(item: &PlanItem) -> Entry<'_> {
    let target = item
        .user
        .as_ref()
        .map_or(item.given.as_str(), |user| &user.identity);
    let user = item.user.as_ref().map(|user| user.id);
    let note = note_json(item.own.as_deref());
    Entry {
        kind: HistoryKind::Denied,
        user,
        target,
        before: None,
        after: None,
        note,
    }
}

/// The version and state of a user inside the transaction.
pub(in crate::store) fn current(
    transaction: &Transaction<'_>,
    id: UserId,
) -> rusqlite::Result<Option<(Version, PinState)>> {
    transaction
        .prepare_cached(
            "SELECT version, is_set, last_change, expires, lock_cause, lock_since, lock_until, lock_by, lock_reason, lock_ticket,
                local_failures, global_failures, window_started
             FROM pins WHERE user_id = ?1",
        )?
        .query_row(params![id.0], |row| Ok((Version(row.get(0)?), rows::pin(row, 1)?)))
        .optional()
}

pub(in crate::store) fn drift_entry(drift: &Drift) -> Entry<'_> {
    Entry {
        kind: HistoryKind::Drifted,
        user: Some(drift.id),
        target: &drift.identity,
        before: state_json(&drift.planned),
        after: drift.current.as_ref().and_then(state_json),
        note: None,
    }
}

pub(in crate::store) fn drift(
    transaction: &Transaction<'_>,
    user: &PlannedUser,
    current: Option<PinState>,
) -> rusqlite::Result<Drift> {
    Ok(Drift {
        id: user.id,
        identity: user.identity.clone(),
        display_name: user.display_name.clone(),
        planned: user.before.clone(),
        current,
        changed_by: last_change(transaction, user.id)?,
    })
}

pub(in crate::store) fn is_covered(
    connection: &Connection,
    permission: &Permission,
    id: UserId,
) -> rusqlite::Result<bool> {
    if *permission == Permission::Everywhere {
        return Ok(true);
    }
    // Whoever is not in the store is in no unit.
    let dn: Option<Option<String>> = connection
        .prepare_cached("SELECT dn FROM users WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))
        .optional()?;
    let dn = dn.flatten();
    Ok(permission.covers(
        dn.and_then(|dn| DistinguishedName::parse(&dn).ok())
            .as_ref(),
    ))
}
