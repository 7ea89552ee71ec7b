//! Commands of the list of submitted plans.

use super::{App, FocusTarget, JobSlot, PlansView};
use crate::store::{PlanStatus, PlanSummary};
use crate::worker::JobFailed;
use crate::worker::jobs::ReadPlans;

impl App {
    pub(super) fn open_plans(&mut self) {
        if self.import.is_some() || self.view.is_none() {
            return;
        }
        self.back_to_preview();
        self.plans = Some(PlansView::default());
        self.read_plans();
    }

    /// Reads the list again if it is shown.
    pub(super) fn read_plans(&mut self) {
        if self.plans.is_some() {
            let (done, failed) = (Self::plans_read, Self::plans_failed);
            self.submit(JobSlot::PLANS, ReadPlans, done, failed);
        }
    }

    fn plans_read(&mut self, all: Vec<PlanSummary>) {
        if let Some(plans) = &mut self.plans {
            let is_first = plans.all.is_none();
            plans.all = Some(all);
            if is_first {
                self.next_frame.focus = Some(FocusTarget::Plans);
            }
        }
    }

    fn plans_failed(&mut self, failed: &JobFailed) {
        self.plans = None;
        self.report(failed);
    }

    pub(super) fn show_plans_of(&mut self, status: Option<PlanStatus>) {
        if let Some(plans) = &mut self.plans {
            plans.status = status;
        }
    }

    pub(super) fn close_plans(&mut self) {
        self.cancel(JobSlot::PLANS);
        self.plans = None;
        self.next_frame.focus = Some(FocusTarget::Grid);
    }
}
