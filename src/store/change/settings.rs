//! Changes of settings: previewed in copies of their tables, and made and recorded in one
//! transaction. Direct commands, windows and submitted plans all go through [`perform`].

use super::hooks::HookResult;
use super::settings_words::{joined, refused_words, target, words};
use super::weakening::BeforeChange;
use crate::domain::Time;
use crate::domain::hook::HookNames;
use crate::domain::policy::{NamedPolicy, PolicyName};
use crate::domain::role::{Operator, Permission, Role};
use crate::plan::settings::batch_action;
use crate::plan::{BatchId, PlanRef, SettingsPlan, SettingsWish};
use crate::progress::Unwatched;
use crate::store::access::grants::{Grant, grant};
use crate::store::access::reasons;
use crate::store::access::{approval, custom_roles, hook_names, roles};
use crate::store::engine::{Connection, EngineResult, Transaction};
use crate::store::history::append::{append_batch, record_denied};
use crate::store::history::batch::Batch;
use crate::store::history::settings::Settings;
use crate::store::pins::policies;
use crate::store::plans::approval_check::check_approval;
use crate::store::plans::refresh_settings::{check_store, drifted_settings};
use crate::store::users::find::user;
use crate::store::users::protection::protect;
use crate::store::{Result, Store, StoreError, WriteError};

impl Store {
    /// The plan that carries wishes out: what each setting is, and what it becomes. The wishes are
    /// carried out in copies of the settings for it, so nothing is locked or written.
    ///
    /// # Errors
    /// The operator's roles do not permit a wish, a wish cannot be carried out, or the store failed.
    pub fn plan_settings(
        &self,
        wishes: Vec<SettingsWish>,
        operator: &Operator,
    ) -> Result<SettingsPlan> {
        let plan: SettingsPlan = wishes.into();
        self.try_out(&plan.wishes, |transaction| {
            Ok(SettingsPlan {
                store: self.id.clone(),
                ..previewed(transaction, &plan, operator)?
            })
        })
    }

    /// Carries out exactly the changes that a plan shows, or none. Returns the batch, or None if the
    /// plan changes nothing.
    ///
    /// # Errors
    /// The operator's roles do not permit it or it needs somebody else's approval (both are
    /// recorded), a setting has changed since the plan was made, or the store failed.
    pub fn apply_settings(
        &mut self,
        plan: &SettingsPlan,
        operator: &Operator,
        at: Time,
    ) -> Result<Option<BatchId>> {
        self.make_settings(plan, true, operator, at)
    }

    /// Carries wishes out at once, whatever the settings are now. Returns whether that changed any;
    /// otherwise nothing is recorded.
    ///
    /// # Errors
    /// As [`Store::apply_settings`].
    pub fn change_settings(
        &mut self,
        wishes: Vec<SettingsWish>,
        operator: &Operator,
        at: Time,
    ) -> Result<bool> {
        let plan = SettingsPlan::from(wishes);
        // Hooks get a plan that shows its changes.
        let has_hooks = plan.sets_hooks() || self.hook_names()? != HookNames::default();
        if has_hooks && let Ok(plan) = self.plan_settings(plan.wishes.clone(), operator) {
            let made = self.apply_settings(&plan, operator, at)?;
            return Ok(made.is_some());
        }
        let done = self.make_settings(&plan, false, operator, at)?;
        Ok(done.is_some())
    }

    /// Makes the changes of a plan and records them. `is_previewed`: they must be those that the plan
    /// shows.
    fn make_settings(
        &mut self,
        plan: &SettingsPlan,
        is_previewed: bool,
        operator: &Operator,
        at: Time,
    ) -> Result<Option<BatchId>> {
        let store = self.id.clone();
        let action = if is_previewed {
            plan.batch_action()
        } else {
            batch_action(&plan.wishes)
        };
        let batch = Batch {
            ticket: &plan.ticket,
            undoes: plan.undoes,
            ..Batch::new(action, at, operator)
        };
        let asked = self.ask_hook(plan.into(), operator, &Unwatched, |connection| {
            check_cmdlets(connection, plan, operator)?;
            check_approval(connection, plan.into(), &self.id, operator, at).map(drop)
        })?;
        let work = |transaction: &Transaction<'_>| {
            let now = previewed(transaction, plan, operator)?;
            if is_previewed {
                check_store(plan, &store)?;
                check_as_previewed(transaction, plan, &now)?;
            }
            let submitted =
                check_approval(transaction, PlanRef::Settings(&now), &store, operator, at)?;
            if now.changes.is_empty() {
                return Ok(None);
            }
            asked.check(transaction)?;
            let before = Settings::read(transaction)?;
            let words = perform_all(transaction, &now.wishes, operator)?;
            let reason = reason(plan, &words);
            let mut chain = append_batch(
                transaction,
                &Batch {
                    reason: &reason,
                    plan: submitted.as_ref(),
                    ..batch.clone()
                },
            )?;
            let after = Settings::read(transaction)?;
            before.append_changes(&after, transaction, &mut chain)?;
            Ok(Some(BatchId(chain.batch)))
        };
        let made = self.write_or_record(work, |transaction| {
            let all = plan.wishes.iter();
            let words = all
                .map(|wish| refused_words(transaction, wish))
                .collect::<EngineResult<Vec<_>>>()?;
            let reason = reason(plan, &words);
            let target = target(transaction, plan.wishes.first())?;
            record_denied(
                transaction,
                &Batch {
                    reason: &reason,
                    ..batch.clone()
                },
                &target,
            )
        })?;
        if let Some(batch) = made {
            let result = HookResult::new(batch, plan.changes.len() as u64, &[]);
            self.tell_hook(plan.into(), operator, &result);
        }
        Ok(made)
    }
}

/// The reason that the history keeps: that of the plan, or descriptions of its wishes.
fn reason(plan: &SettingsPlan, words: &[String]) -> String {
    if plan.reason.is_empty() {
        joined(words)
    } else {
        plan.reason.clone()
    }
}

/// The plan with the changes that its wishes make now.
pub(super) fn previewed(
    transaction: &Transaction<'_>,
    plan: &SettingsPlan,
    operator: &Operator,
) -> std::result::Result<SettingsPlan, WriteError> {
    check_cmdlets(transaction, plan, operator)?;
    let before = Settings::read(transaction)?;
    let before_change = BeforeChange::read(transaction, &plan.wishes)?;
    transaction.execute_batch("SAVEPOINT try_out")?;
    let tried = perform_all(transaction, &plan.wishes, operator).and_then(|_words| {
        let after = Settings::read(transaction)?;
        let changes = before.planned_changes(&after);
        let weakening = before_change.weakening(transaction, &changes)?;
        Ok(SettingsPlan {
            changes,
            weakening,
            ..plan.clone()
        })
    });
    transaction.execute_batch("ROLLBACK TO try_out; RELEASE try_out")?;
    tried
}

/// Checks that the operator's roles permit all wishes of a plan.
fn check_cmdlets(
    connection: &Connection,
    plan: &SettingsPlan,
    operator: &Operator,
) -> std::result::Result<(), WriteError> {
    for cmdlet in plan.cmdlets() {
        if roles::permission(connection, operator, cmdlet)? != Permission::Everywhere {
            return Err(StoreError::not_permitted(operator, cmdlet).into());
        }
    }
    Ok(())
}

/// Checks that the changes that a plan makes now are those that it shows.
fn check_as_previewed(
    transaction: &Transaction<'_>,
    plan: &SettingsPlan,
    now: &SettingsPlan,
) -> std::result::Result<(), WriteError> {
    if plan.changes == now.changes {
        return Ok(());
    }
    let drifted = drifted_settings(plan, &Settings::read(transaction)?);
    let what: Vec<String> = drifted.iter().map(ToString::to_string).collect();
    let what = if what.is_empty() {
        "it would change other settings now".to_owned()
    } else {
        what.join("; ")
    };
    Err(StoreError::SettingsDrifted { what }.into())
}

/// Carries wishes out in their order. Returns the descriptions of those that changed something.
fn perform_all(
    transaction: &Transaction<'_>,
    wishes: &[SettingsWish],
    operator: &Operator,
) -> std::result::Result<Vec<String>, WriteError> {
    let mut done = Vec::new();
    for wish in wishes {
        // A removed role is described by what it was.
        let words = words(transaction, wish)?;
        if perform(transaction, wish, operator)? {
            done.push(words);
        }
    }
    Ok(done)
}

/// Carries one wish out. Returns whether that was a change.
fn perform(
    transaction: &Transaction<'_>,
    wish: &SettingsWish,
    operator: &Operator,
) -> std::result::Result<bool, WriteError> {
    if let Some(id) = wish.user()
        && user(transaction, id)?.is_none()
    {
        return Err(StoreError::NoSuchUser.into());
    }
    let named = |name: &str| PolicyName::parse(name).map_err(StoreError::WrongPolicy);
    match wish {
        SettingsWish::SetPolicy { policy, settings } => policies::set(
            transaction,
            &NamedPolicy {
                name: named(policy)?,
                policy: settings.clone(),
            },
        ),
        SettingsWish::RemovePolicy { policy } => policies::remove(transaction, &named(policy)?),
        SettingsWish::GrantPolicy { user, policy } => {
            let name = policy.as_deref().map(named).transpose()?;
            policies::grant(transaction, *user, name.as_ref())
        }
        SettingsWish::GiveRole { role, account } => {
            grant(transaction, Grant::Give, role, account.trim(), operator)
        }
        SettingsWish::TakeRole { role, account } => {
            grant(transaction, Grant::Take, role, account.trim(), operator)
        }
        SettingsWish::SetRole {
            role,
            cmdlets,
            units,
        } => {
            let role = Role::read(role, cmdlets, units)?;
            custom_roles::set(transaction, &role, operator)
        }
        SettingsWish::RemoveRole { role } => {
            Ok(custom_roles::remove(transaction, role.trim())?.is_some())
        }
        SettingsWish::SetApproval { rules } => Ok(approval::set_rules(transaction, *rules)?),
        SettingsWish::SetReasonRules { rules } => reasons::set(transaction, rules),
        SettingsWish::SetHooks { hooks } => hook_names::set(transaction, hooks),
        SettingsWish::Protect { user, protects } => Ok(protect(transaction, *user, *protects)?),
    }
}
