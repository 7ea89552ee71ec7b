//! Applying a plan: exactly the planned changes, in one transaction, together with their history.

use std::collections::HashMap;

use super::hooks::HookResult;
use super::two_pass_progress::TwoPassProgress;
use super::undo::Restorable;
use crate::domain::Time;
use crate::domain::dn::DistinguishedName;
use crate::domain::pin::PinState;
use crate::domain::pin_digits::Pin;
use crate::domain::role::{Operator, Permission, Permissions};
use crate::domain::text::beginning;
use crate::domain::user::UserId;
use crate::plan::{Action, BatchId, Outcome, Plan, PlanId, PlanItem, PlannedUser, Refusal};
use crate::progress::Progress;
use crate::store::access::reasons::check_reasons;
use crate::store::engine::{EngineResult, Transaction};
use crate::store::history::append::{Chain, Entry, append_batch, append_unasked_batch};
use crate::store::history::batch::Batch;
use crate::store::history::batch_note::BatchNote;
use crate::store::history::clock::time_of_batch;
use crate::store::history::entry::{HistoryKind, note_json, state_json};
use crate::store::pins::set_pin;
use crate::store::pins::set_pin::{DrawnPin, NewPins, PinSetting};
use crate::store::pins::update::change_pins;
use crate::store::plans::approval_check::check_approval;
use crate::store::plans::drift::{Drift, drifts};
use crate::store::plans::permitted_plan::without_role;
use crate::store::users::read_many::users_of;
use crate::store::users::resolver::permissions;
use crate::store::users::rows::PinOwner;
use crate::store::{Result, Store, StoreError, WriteError, next_version};

/// The characters that the history keeps of an identity that was refused.
const LONGEST_GIVEN: usize = 1024;

/// The outcome of applying a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// None if nothing was written.
    pub batch: Option<BatchId>,
    pub at: Time,
    pub changed: Vec<UserId>,
    /// Users who are no longer as the plan saw them, and were left alone.
    pub drifted: Vec<Drift>,
    /// PINs that were drawn. Nobody else knows them, and they can be shown only now.
    pub pins: Vec<DrawnPin>,
}

impl Applied {
    /// The PINs that were drawn, for the clipboard: identity, tab, PIN.
    pub fn drawn_lines(&self) -> String {
        // One text of the right length: a text that grows leaves copies of the digits in memory.
        let parts: Vec<&str> = self
            .pins
            .iter()
            .flat_map(|DrawnPin { identity, pin, .. }| [identity, "\t", pin.digits(), "\n"])
            .collect();
        parts.concat()
    }
}

impl Store {
    /// Applies a plan: changes each planned user who is still at the planned version, leaves the
    /// others alone and names them, and writes the history in the same transaction.
    ///
    /// # Errors
    /// The operator's roles do not permit it, it needs somebody else's approval, or a hook refuses it
    /// (these are recorded), the work was cancelled, or the store failed. Then no user was changed.
    pub fn apply(
        &mut self,
        plan: &Plan,
        operator: &Operator,
        at: Time,
        progress: &dyn Progress,
    ) -> Result<Applied> {
        self.apply_with(plan, None, operator, at, progress)
    }

    /// Applies a plan that sets PINs. With `pin`, the plan may have one user only, who gets that
    /// PIN. Otherwise each user gets a generated PIN.
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
        // Hashing takes long, so no PIN is hashed for an operator who is refused anyway.
        let is_hopeless = self
            .read(|connection| without_role(connection, plan, operator))?
            .is_some();
        let mut pins = if is_hopeless {
            NewPins::default()
        } else {
            set_pin::prepare(self, plan, pin, progress)?
        };
        let asked = self.ask_hook(plan.into(), operator, progress, |connection| {
            if let Some(cmdlet) = without_role(connection, plan, operator)? {
                return Err(StoreError::not_permitted(operator, cmdlet).into());
            }
            check_reasons(connection, plan.into())?;
            check_approval(connection, plan.into(), &self.id, operator, at).map(drop)
        })?;
        let store = self.id.clone();
        let applied = self.write_or_record(
            |transaction| {
                if let Some(cmdlet) = without_role(transaction, plan, operator)? {
                    return Err(StoreError::not_permitted(operator, cmdlet).into());
                }
                let at = time_of_batch(transaction, at)?;
                check_reasons(transaction, plan.into())?;
                let submitted = check_approval(transaction, plan.into(), &store, operator, at)?;
                asked.check(transaction)?;
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
        )?;
        if let Some(batch) = applied.batch {
            let changed = applied.changed.len() as u64;
            let result = HookResult::new(batch, changed, &applied.drifted);
            self.tell_hook(plan.into(), operator, &result);
        }
        Ok(applied)
    }
}

fn apply(
    transaction: &Transaction<'_>,
    plan: &Plan,
    submitted: Option<&(PlanId, String)>,
    pins: &mut NewPins,
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
    let changes: Vec<(&PlanItem, &PlannedUser)> = plan.changes().collect();
    if changes.is_empty() && denied.is_empty() {
        return Ok(applied);
    }
    // Applying without changes is not recorded as a step of the review, since that would close a
    // plan that other operators can still apply.
    let submitted = submitted.filter(|_| !changes.is_empty());
    let version = next_version(transaction)?;
    let mut chain = append_batch(
        transaction,
        &Batch {
            plan: submitted,
            note: BatchNote::of_version(version).json(),
            ..batch(plan, operator, at)
        },
    )?;
    applied.batch = Some(BatchId(chain.batch));
    let applying = Applying {
        transaction,
        plan,
        operator,
        at,
        permissions: permissions(transaction, operator)?,
        version,
    };
    let mut two_passes = TwoPassProgress::of(progress, changes.len());
    for changes in changes.chunks(APPLIED_TOGETHER) {
        applying.apply(changes, &mut chain, pins, &mut two_passes, &mut applied)?;
    }
    record_denials(transaction, &mut chain, &denied)?;
    Ok(applied)
}

/// The number of users whose states are kept until their history is written.
const APPLIED_TOGETHER: usize = 1 << 17;

/// The facts that hold for every change while a plan is applied.
struct Applying<'a> {
    transaction: &'a Transaction<'a>,
    plan: &'a Plan,
    operator: &'a Operator,
    at: Time,
    permissions: Permissions,
    version: i64,
}

impl<'a> Applying<'a> {
    /// Changes users in the order of their IDs, and then appends their history in the order of the
    /// plan.
    fn apply(
        &self,
        changes: &[(&'a PlanItem, &'a PlannedUser)],
        chain: &mut Chain,
        pins: &mut NewPins,
        two_passes: &mut TwoPassProgress<'_>,
        applied: &mut Applied,
    ) -> std::result::Result<(), WriteError> {
        let Self {
            transaction,
            plan,
            operator,
            version,
            ..
        } = self;
        let ids: Vec<UserId> = changes.iter().map(|(_, user)| user.id).collect();
        let restorable = Restorable::read(transaction, plan, &ids)?;
        let states = change_pins(transaction, &ids, *version, |position, user| {
            two_passes.step()?;
            let (item, planned) = changes[position];
            match user.filter(|user| {
                planned.is_still_at(user.version, &user.pin, user.names) && !self.is_over(item)
            }) {
                Some(user) => self.state_after(item, user, &restorable).map(Some),
                None => Ok(None),
            }
        })?;
        let settings: Vec<PinSetting<'_>> = changes
            .iter()
            .zip(&states)
            .filter(|((item, _), _)| item.action == Action::SetPin)
            .filter_map(|((item, user), after)| {
                let after = after.as_ref()?;
                Some(PinSetting { item, user, after })
            })
            .collect();
        let mut hashes = HashMap::new();
        if !settings.is_empty() {
            let kept = set_pin::write(transaction, &settings, pins, operator)?;
            applied.pins.extend(kept.drawn);
            hashes = kept.hashes;
        }
        let pairs = || changes.iter().zip(&states);
        let left: Vec<&PlannedUser> = pairs()
            .filter(|(_, after)| after.is_none())
            .map(|((_, user), _)| *user)
            .collect();
        let drifted = drifts(transaction, &left)?;
        let mut drifts = drifted.iter();
        let entries = pairs().filter_map(|((item, user), after)| {
            let hash = after.as_ref().and_then(|_| hashes.get(&user.id));
            let note = note_json(item.own.as_deref(), hash);
            match after {
                Some(after) => Some(Entry {
                    kind: HistoryKind::Pin,
                    user: Some(user.id),
                    target: &user.identity,
                    before: state_json(&user.before),
                    after: state_json(after),
                    note,
                }),
                None => drifts.next().map(|drift| Entry {
                    note,
                    ..drift.entry()
                }),
            }
        });
        chain.append_all(transaction, entries, || two_passes.step())?;
        let changed = pairs().filter(|(_, after)| after.is_some());
        applied
            .changed
            .extend(changed.map(|((_, user), _)| user.id));
        applied.drifted.extend(drifted);
        Ok(())
    }

    /// Whether the planned change no longer makes sense at this time: its lock would have ended
    /// already, or restoring the state is now another action than the plan shows.
    fn is_over(&self, item: &PlanItem) -> bool {
        let until = item.own.as_ref().and_then(|own| own.until);
        until.is_some_and(|until| until <= self.at) || !item.is_its_action(self.at)
    }

    /// The state of a user who is still as planned, after the change.
    ///
    /// # Errors
    /// The operator may not make the change, or it gives back a state that the history does not
    /// have.
    fn state_after(
        &self,
        item: &PlanItem,
        user: &PinOwner<'_>,
        restorable: &Restorable,
    ) -> std::result::Result<PinState, WriteError> {
        if !covers(self.permissions.of(item.action), user) {
            return Err(StoreError::not_permitted(self.operator, item.action.permission()).into());
        }
        if !restorable.allows(item, user.id) {
            return Err(StoreError::NotTheUndo {
                identity: user.names.identity(),
            }
            .into());
        }
        let Self {
            plan, operator, at, ..
        } = self;
        Ok(plan.after(item, &user.pin, &operator.account, *at))
    }
}

/// Whether a permission covers a user.
fn covers(permission: &Permission, user: &PinOwner<'_>) -> bool {
    if *permission == Permission::Everywhere {
        return true;
    }
    let dn = user.names.dn;
    permission.covers(dn.and_then(|dn| DistinguishedName::parse(dn).ok()).as_ref())
}

/// The batch under which a plan is recorded, whether it is applied or refused.
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
        ..Batch::new(plan.batch_action(), at, operator)
    }
}

fn record_refusal(
    transaction: &Transaction<'_>,
    plan: &Plan,
    operator: &Operator,
    at: Time,
) -> EngineResult<()> {
    let mut chain = append_unasked_batch(transaction, &batch(plan, operator, at))?;
    let items: Vec<&PlanItem> = plan.items.iter().collect();
    match record_denials(transaction, &mut chain, &items) {
        Err(WriteError::Engine(error)) => Err(error),
        Err(WriteError::Store(_)) | Ok(()) => Ok(()),
    }
}

/// Appends that the operator's roles do not permit these items. A user is named as the store has
/// them, since a plan may come from a file that names somebody else.
fn record_denials(
    transaction: &Transaction<'_>,
    chain: &mut Chain,
    items: &[&PlanItem],
) -> std::result::Result<(), WriteError> {
    let planned: Vec<&PlannedUser> = items
        .iter()
        .filter_map(|item| item.user.as_deref())
        .collect();
    let ids: Vec<UserId> = planned.iter().map(|user| user.id).collect();
    let mut users = users_of(transaction, &ids)?.into_iter();
    let mut target = |item: &PlanItem| {
        let Some(planned) = item.user.as_ref() else {
            // An operator without any role may have given a text of any length.
            return beginning(&item.given, LONGEST_GIVEN);
        };
        let user = users.next().flatten();
        user.map_or_else(|| planned.identity.clone(), |user| user.names.identity())
    };
    let targets: Vec<String> = items.iter().map(|item| target(item)).collect();
    let entries = items.iter().zip(&targets).map(|(item, target)| Entry {
        kind: HistoryKind::Denied,
        user: item.user.as_ref().map(|user| user.id),
        target,
        before: None,
        after: None,
        note: note_json(item.own.as_deref(), None),
    });
    chain.append_all(transaction, entries, || Ok(()))
}
