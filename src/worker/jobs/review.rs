//! Submitted plans: listing and opening them, submitting one, and deciding about one.

use std::sync::Arc;

use crate::plan::{PlanId, PlanRef, SettingsPlan, SettingsWish};
use crate::store::{Decision, PlanSummary, SubmittedPlan};
use crate::worker::job::{Effect, Job, JobContext, JobFailed};

/// Reads all submitted plans, newest first.
pub struct ReadPlans;

/// Opens a submitted plan, refreshed for the operator.
pub struct OpenSubmittedPlan(pub PlanId);

/// Submits exactly this plan, of any kind, for review.
pub struct SubmitPlan<P>(pub P);

/// Submits a change of settings for review.
pub struct SubmitSettings {
    pub wish: SettingsWish,
    pub reason: String,
}

/// Applies exactly this submitted plan about settings.
pub struct ApplySettings(pub Arc<SettingsPlan>);

/// Takes a step in the review of a plan.
pub struct DecideOnPlan {
    pub plan: PlanId,
    pub decision: Decision,
    pub comment: String,
}

impl Job for ReadPlans {
    type Answer = Vec<PlanSummary>;

    fn title(&self) -> &'static str {
        "Reading the plans"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        Ok(context.store.plans()?)
    }
}

impl Job for OpenSubmittedPlan {
    type Answer = Box<SubmittedPlan>;

    fn title(&self) -> &'static str {
        "Opening the plan"
    }

    fn run(self, context: JobContext<'_>) -> Result<Self::Answer, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        Ok(Box::new(store.submitted(self.0, operator, now)?))
    }
}

impl<P: Send + 'static> Job for SubmitPlan<P>
where
    for<'a> PlanRef<'a>: From<&'a P>,
{
    type Answer = PlanId;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Submitting the plan"
    }

    fn run(self, context: JobContext<'_>) -> Result<PlanId, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        Ok(store.submit(&self.0, operator, now)?)
    }
}

impl Job for SubmitSettings {
    type Answer = PlanId;
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Submitting the plan"
    }

    fn run(self, context: JobContext<'_>) -> Result<PlanId, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        let plan = SettingsPlan {
            reason: self.reason.trim().to_owned(),
            ..store.plan_settings(vec![self.wish], operator)?
        };
        Ok(store.submit(&plan, operator, now)?)
    }
}

impl Job for ApplySettings {
    type Answer = ();
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Applying"
    }

    fn run(self, context: JobContext<'_>) -> Result<(), JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        store.apply_settings(&self.0, operator, now)?;
        Ok(())
    }
}

impl Job for DecideOnPlan {
    type Answer = ();
    const EFFECT: Effect = Effect::WritesStore;

    fn title(&self) -> &'static str {
        "Deciding about the plan"
    }

    fn run(self, context: JobContext<'_>) -> Result<(), JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        store.decide(self.plan, self.decision, &self.comment, operator, now)?;
        Ok(())
    }
}
