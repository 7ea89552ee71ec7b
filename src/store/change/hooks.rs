//! The hooks of a store: a program is asked before a change is written, and one is told after it.
//!
//! All changes of PINs, users and settings pass here. A hook runs outside of any transaction, so that
//! it never keeps others from writing; the transaction then checks that it was the right one. A tried
//! PIN, the steps of a review and the making of a store ask no hook.

use std::sync::Arc;

use serde::Serialize;

use crate::domain::hook::{HookFault, HookMoment};
use crate::domain::role::Operator;
use crate::plan::document::NoPlan;
use crate::plan::{BatchId, PlanRef};
use crate::progress::{Progress, Unwatched};
use crate::store::access::hook_names::names;
use crate::store::access::hook_runner::{HookCall, HookRunner};
use crate::store::engine::{Connection, Transaction};
use crate::store::plans::drift::Drift;
use crate::store::{Result, Store, StoreError, WriteError};

/// The document of a hook, without the plan. Other programs rely on the names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HookHeading<'a> {
    moment: HookMoment,
    store: &'a str,
    operator: &'a str,
    machine: &'a str,
    action: &'a str,
    /// The numbers of what was changed. None before a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a HookResult<'a>>,
}

/// The numbers of users or settings that a batch has changed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HookResult<'a> {
    pub batch: i64,
    pub added: u64,
    pub changed: u64,
    pub removed: u64,
    /// The identities of users who were left alone, since they changed after the plan was made.
    pub drifted: Vec<&'a str>,
}

/// The answer of the hook before a change.
pub(super) struct Asked {
    /// The hook that was asked. None: there was none, or the change would be refused in any case.
    hook: Option<String>,
    refused: Option<HookFault>,
    /// Whether a hook is to be asked about this change.
    is_needed: bool,
}

impl Store {
    /// Sets what runs the hooks of the store. Without it no hook is allowed.
    pub fn set_hooks(&mut self, runner: Arc<dyn HookRunner>) {
        self.hooks.runner = Some(runner);
    }

    /// The program that this computer runs for a hook, in words.
    ///
    /// # Errors
    /// It allows none; the text says why.
    pub fn hook_program(&self, hook: &str) -> std::result::Result<String, String> {
        match &self.hooks.runner {
            Some(runner) => runner.describe(hook),
            None => Err(NO_RUNNER.to_owned()),
        }
    }

    /// Takes the sentences about hooks that failed after changes of this connection. The changes
    /// were made all the same.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.hooks.warnings)
    }

    /// Asks the hook about exactly this plan, unless `check` says that the store refuses it anyway.
    ///
    /// # Errors
    /// The operator has cancelled, or the store failed.
    pub(super) fn ask_hook(
        &self,
        plan: PlanRef<'_>,
        operator: &Operator,
        progress: &dyn Progress,
        check: impl FnOnce(&Connection) -> std::result::Result<(), WriteError>,
    ) -> Result<Asked> {
        let mut asked = Asked {
            hook: None,
            refused: None,
            is_needed: is_needed(plan),
        };
        let changes = asked.is_needed && plan.change_count() > 0;
        let Some(hook) = self.read(names)?.before.filter(|_| changes) else {
            return Ok(asked);
        };
        // The transaction finds the fault again, and records it where it is a refusal.
        if self.try_read(check).is_err() {
            return Ok(asked);
        }
        let ran = self.run_hook(&hook, HookMoment::Before, plan, operator, None, progress);
        asked.hook = Some(hook);
        match ran {
            Err(HookFault::Cancelled) => Err(StoreError::Cancelled),
            ran => {
                asked.refused = ran.err();
                Ok(asked)
            }
        }
    }

    /// Tells the hook about a change that was made. Its faults become warnings.
    pub(super) fn tell_hook(
        &mut self,
        plan: PlanRef<'_>,
        operator: &Operator,
        result: &HookResult<'_>,
    ) {
        if plan.change_count() == 0 {
            return;
        }
        let batch = result.batch;
        let warning = match self.read(names) {
            Ok(names) => names.after.and_then(|hook| {
                let (moment, result) = (HookMoment::After, Some(result));
                let ran = self.run_hook(&hook, moment, plan, operator, result, &Unwatched);
                Some(format!(
                    "{} Batch {batch} was made all the same.",
                    ran.err()?
                ))
            }),
            Err(error) => Some(format!(
                "Batch {batch} was made, but the hook after it was not run: {error}"
            )),
        };
        if let Some(warning) = warning {
            log::warn!("{warning}");
            self.hooks.warnings.push(warning);
        }
    }

    fn run_hook(
        &self,
        hook: &str,
        moment: HookMoment,
        plan: PlanRef<'_>,
        operator: &Operator,
        result: Option<&HookResult<'_>>,
        progress: &dyn Progress,
    ) -> std::result::Result<(), HookFault> {
        let Some(runner) = &self.hooks.runner else {
            return Err(HookFault::NotAllowed {
                hook: hook.to_owned(),
                why: NO_RUNNER.to_owned(),
            });
        };
        let action = plan.batch_action();
        let document = || {
            let heading = HookHeading {
                moment,
                store: &self.id,
                operator: &operator.account,
                machine: &operator.machine,
                action: action.word(),
                result,
            };
            let heading = serde_json::to_string(&heading);
            let heading = heading.map_err(|error| NoPlan(error.to_string()))?;
            // The plan has the form of a plan file, which is JSON of its own.
            let heading = heading.strip_suffix('}').unwrap_or_default();
            Ok(format!("{heading},\"plan\":{}}}\n", plan.line(&self.id)?))
        };
        runner.run(&HookCall {
            hook,
            moment,
            action: &action,
            document: &document,
            progress,
        })
    }
}

/// The reason why a program that runs no hooks allows none.
const NO_RUNNER: &str = "this program runs no hooks";

/// Whether the hook before changes must have let a plan pass that changes something. Wishes about
/// settings that were not tried out yet may change some.
fn is_needed(plan: PlanRef<'_>) -> bool {
    match plan {
        PlanRef::Settings(plan) => !plan.sets_hooks(),
        plan => plan.change_count() > 0,
    }
}

impl Asked {
    /// Checks in the transaction of the change that the hook of now has let it pass.
    ///
    /// # Errors
    /// The hook refused the change, or another hook was set after it was asked.
    pub fn check(&self, transaction: &Transaction<'_>) -> std::result::Result<(), WriteError> {
        if let Some(fault) = &self.refused {
            return Err(StoreError::Hook(fault.clone()).into());
        }
        if self.is_needed && names(transaction)?.before != self.hook {
            return Err(StoreError::Hook(HookFault::Changed).into());
        }
        Ok(())
    }
}

impl<'a> HookResult<'a> {
    pub fn new(batch: BatchId, changed: u64, drifted: &'a [Drift]) -> Self {
        Self {
            batch: batch.0,
            added: 0,
            changed,
            removed: 0,
            drifted: drifted.iter().map(|drift| &*drift.identity).collect(),
        }
    }
}
