//! Commands of the list of submitted plans.

use crate::app::{App, FocusTarget, JobSlot, WindowView};
use crate::store::{PlanStatus, PlanSummary};
use crate::worker::JobFailed;
use crate::worker::jobs::ReadPlans;

impl App {
    /// Shows the plans as they are now. The chosen status and the cursor stay.
    pub(in crate::app) fn enter_plans(&mut self) {
        let plans = self.plans.get_or_insert_default();
        plans.takes_focus = plans.all.is_none();
        if plans.all.is_some() {
            self.next_frame.focus = Some(FocusTarget::PlansKept);
        }
        self.read_plans();
    }

    /// Reads the list again if it is shown.
    pub(in crate::app) fn read_plans(&mut self) {
        if self.plans.is_some() && self.shown_view() == WindowView::Plans {
            let (done, failed) = (Self::plans_read, Self::plans_failed);
            self.submit(JobSlot::PLANS, ReadPlans, done, failed);
        }
    }

    fn plans_read(&mut self, all: Vec<PlanSummary>) {
        if let Some(plans) = &mut self.plans {
            plans.all = Some(all);
            if std::mem::take(&mut plans.takes_focus) {
                self.next_frame.focus = Some(FocusTarget::Plans);
            }
        }
    }

    fn plans_failed(&mut self, failed: &JobFailed) {
        self.report(failed);
    }

    pub(in crate::app) fn show_plans_of(&mut self, status: Option<PlanStatus>) {
        if let Some(plans) = &mut self.plans {
            plans.status = status;
        }
    }
}
