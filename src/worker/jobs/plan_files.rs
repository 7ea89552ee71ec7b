//! Opening a plan file.

use std::path::PathBuf;

use super::plans::CountedPlan;
use crate::domain::Time;
use crate::exchange;
use crate::store::{Drift, Refreshed};
use crate::worker::job::{Job, JobContext, JobFailed};

/// Opens a plan file, and refreshes the plan for the operator.
pub struct OpenPlanFile(pub PathBuf);

/// The refreshed plan of a file.
#[derive(Debug)]
pub struct OpenedPlanFile {
    pub plan: CountedPlan,
    /// Users that have changed since the plan was saved. They are left out of it.
    pub drifted: Vec<Drift>,
    /// The operator that made the plan.
    pub made_by: String,
    pub made_at: Time,
}

impl Job for OpenPlanFile {
    type Answer = OpenedPlanFile;

    fn title(&self) -> &'static str {
        "Opening the plan"
    }

    fn run(self, context: JobContext<'_>) -> Result<OpenedPlanFile, JobFailed> {
        let JobContext {
            store,
            operator,
            now,
            ..
        } = context;
        let permissions = store.permissions(operator)?;
        let plan = exchange::open_plan(&self.0, store.id(), permissions)?;
        let (made_by, made_at) = (plan.operator.clone(), plan.taken_at);
        let Refreshed { plan, drifted } = store.refresh(plan, operator, now)?;
        Ok(OpenedPlanFile {
            plan: CountedPlan::new(plan),
            drifted,
            made_by,
            made_at,
        })
    }
}
