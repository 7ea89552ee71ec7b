//! The list of submitted plans.

use super::{App, FocusWish, Purpose};
use crate::store::{PlanStatus, PlanSummary};
use crate::worker::Job;

/// The submitted plans as they are shown.
#[derive(Default)]
pub struct Plans {
    /// None until they have been read.
    pub all: Option<Vec<PlanSummary>>,
    /// Only plans with this status are listed.
    pub status: Option<PlanStatus>,
}

impl Plans {
    /// Those that are listed, newest first.
    pub fn listed(&self) -> Vec<&PlanSummary> {
        let is_listed =
            |plan: &&PlanSummary| self.status.is_none_or(|status| plan.status == status);
        self.all.iter().flatten().filter(is_listed).collect()
    }

    /// How many have a status; without one, how many there are.
    pub fn count(&self, status: Option<PlanStatus>) -> usize {
        self.all
            .iter()
            .flatten()
            .filter(|plan| status.is_none_or(|status| plan.status == status))
            .count()
    }
}

impl App {
    pub(super) fn open_plans(&mut self) {
        if self.import.is_some() || self.view.is_none() {
            return;
        }
        self.back_to_preview();
        self.plans = Some(Plans::default());
        self.read_plans();
    }

    /// Reads the list where it is shown.
    pub(super) fn read_plans(&mut self) {
        if self.plans.is_some() {
            self.submit(Purpose::Plans, "Reading the plans", Job::Plans);
        }
    }

    pub(super) fn plans_read(&mut self, all: Vec<PlanSummary>) {
        if let Some(plans) = &mut self.plans {
            let is_first = plans.all.is_none();
            plans.all = Some(all);
            if is_first {
                self.wishes.focus = Some(FocusWish::Plans);
            }
        }
    }

    pub(super) fn show_plans_of(&mut self, status: Option<PlanStatus>) {
        if let Some(plans) = &mut self.plans {
            plans.status = status;
        }
    }

    pub(super) fn close_plans(&mut self) {
        self.cancel(Purpose::Plans);
        self.plans = None;
        self.wishes.focus = Some(FocusWish::Grid);
    }
}
