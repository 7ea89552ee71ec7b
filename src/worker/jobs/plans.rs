//! Making and applying plans.

use std::sync::Arc;

use crate::directory::{Chosen, Directory};
use crate::domain::user::UserId;
use crate::plan::{BatchId, Plan, Request, Tally, Target};
use crate::store::Applied;
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

/// A plan and its counts. A plan of a million items is counted here, not on the window's thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedPlan {
    pub plan: Plan,
    pub tally: Tally,
}

impl CountedPlan {
    pub fn new(plan: Plan) -> Self {
        let tally = plan.tally();
        Self { plan, tally }
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
        Ok(CountedPlan::new(
            store.plan(&request, operator, now, watch)?.plan,
        ))
    }
}

impl Job for PlanUndo {
    /// None: the operator has nothing to undo.
    type Answer = Option<CountedPlan>;

    fn title(&self) -> &'static str {
        "Working out the preview"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        let last = || store.last_undoable(operator);
        let Some(batch) = self.batch.map_or_else(last, |batch| Ok(Some(batch)))? else {
            return Ok(None);
        };
        let plan = store.plan_undo(batch, self.only, operator, now)?;
        Ok(Some(CountedPlan::new(plan)))
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
            store.back_up_before_change(now)?;
        }
        Ok(store.apply(&self.0, operator, now, watch)?)
    }
}
