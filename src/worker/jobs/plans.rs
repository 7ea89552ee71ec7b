//! Making and applying plans.

use std::sync::Arc;

use crate::directory::{Chosen, Directory};
use crate::domain::pin_digits::Pin;
use crate::domain::user::UserId;
use crate::plan::attack::Attack;
use crate::plan::{ApprovalNeed, BatchId, Plan, Request, StorePlan, Tally, Target};
use crate::store::{Applied, Store, StoreError};
use crate::worker::job::{Effect, Job, JobContext, JobFailed};

/// Plans a request. Selected users become its targets, in the order in which they are shown.
pub struct MakePlan {
    pub request: Request,
    pub selected: Option<(Chosen, Directory)>,
}

/// Plans undoing a batch.
pub struct PlanUndo {
    /// None: the last batch of the operator that can be undone.
    pub batch: Option<BatchId>,
    /// If set, only the change to this user is undone.
    pub only: Option<UserId>,
}

/// Applies exactly this plan.
pub struct ApplyPlan(pub Arc<Plan>);

/// Applies exactly this plan, which sets the PIN of one user to the one that was typed.
pub struct ApplyTypedPin(pub Arc<Plan>, pub Pin);

/// A plan and its counts. A plan of a million items is counted here, not on the window's thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedPlan {
    pub plan: Plan,
    pub tally: Tally,
    /// The attack of which a plan that was just made shows signs.
    pub attack: Option<Box<Attack>>,
}

impl CountedPlan {
    pub fn new(plan: Plan) -> Self {
        let tally = plan.tally();
        Self {
            plan,
            tally,
            attack: None,
        }
    }

    /// A plan that was just made from the store.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn made(plan: Plan, store: &Store) -> Result<Self, StoreError> {
        let attack = store.attack(&plan)?.map(Box::new);
        Ok(Self {
            attack,
            ..Self::new(plan)
        })
    }
}

impl Job for MakePlan {
    type Answer = CountedPlan;

    fn title(&self) -> &'static str {
        "Working out the preview"
    }

    fn run(self, context: JobContext<'_>) -> Result<CountedPlan, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            watch,
        } = context;
        let mut request = self.request;
        if let Some((chosen, directory)) = self.selected {
            let users = chosen.in_order(&directory);
            request.targets.extend(users.into_iter().map(Target::User));
        }
        let plan = store.plan(&request, operator, now, watch)?.plan;
        Ok(CountedPlan::made(plan, store)?)
    }
}

/// The plan of an undo, by what the batch changed.
#[derive(Debug)]
pub enum PlannedUndo {
    /// The operator has nothing to undo.
    Nothing,
    Pins(Box<CountedPlan>),
    Whole(Box<PlannedChange>),
}

/// The plan of a change that is not about PINs: settings, or the undo of an import.
#[derive(Debug)]
pub struct PlannedChange {
    pub plan: StorePlan,
    /// The reasons why it needs approval, in words. None if it needs none.
    pub needs: Option<String>,
}

impl PlanUndo {
    /// The plan that undoes a batch which is not about PINs.
    fn whole(
        &self,
        batch: BatchId,
        context: &JobContext<'_>,
    ) -> Result<Option<PlannedChange>, StoreError> {
        let JobContext {
            store, operator, ..
        } = context;
        // An entry that is undone alone is about a PIN.
        if self.only.is_some() {
            return Ok(None);
        }
        let settings = store.plan_undo_settings(batch, operator)?;
        let plan = match settings.map(StorePlan::Settings) {
            Some(plan) => Some(plan),
            None => store.plan_undo_import(batch)?.map(StorePlan::Import),
        };
        let Some(plan) = plan else { return Ok(None) };
        PlannedChange::of(plan, context).map(Some)
    }
}

impl PlannedChange {
    /// A plan, with the reasons why it needs approval.
    pub(super) fn of(plan: StorePlan, context: &JobContext<'_>) -> Result<Self, StoreError> {
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        let needs = store.approval_needs(plan.as_ref(), operator, *now)?;
        let words = ApprovalNeed::words(&needs);
        Ok(Self {
            plan,
            needs: Some(words).filter(|words| !words.is_empty()),
        })
    }
}

impl Job for PlanUndo {
    type Answer = PlannedUndo;

    fn title(&self) -> &'static str {
        "Working out the preview"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        let last = || {
            let (store, operator) = (&*context.store, context.operator);
            let (pins, settings) = (
                store.last_undoable(operator)?,
                store.last_undoable_settings(operator)?,
            );
            Ok::<_, StoreError>(pins.max(settings))
        };
        let Some(batch) = self.batch.map_or_else(last, |batch| Ok(Some(batch)))? else {
            return Ok(PlannedUndo::Nothing);
        };
        if let Some(whole) = self.whole(batch, &context)? {
            return Ok(PlannedUndo::Whole(Box::new(whole)));
        }
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        let plan = store.plan_undo(batch, self.only, operator, now)?;
        Ok(PlannedUndo::Pins(Box::new(CountedPlan::new(plan))))
    }
}

impl Job for ApplyPlan {
    type Answer = Applied;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Applying"
    }

    fn run(self, context: JobContext<'_>) -> Result<Applied, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            watch,
        } = context;
        if self.0.must_type_number(self.0.changes().count()) {
            store.copy_before_change(now)?;
        }
        Ok(store.apply(&self.0, operator, now, watch)?)
    }
}

impl Job for ApplyTypedPin {
    type Answer = Applied;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Applying"
    }

    fn run(self, context: JobContext<'_>) -> Result<Applied, JobFailed> {
        let Self(plan, pin) = self;
        let JobContext {
            store,
            operator,
            now,
            watch,
        } = context;
        Ok(store.apply_with(&plan, Some(&pin), operator, now, watch)?)
    }
}
