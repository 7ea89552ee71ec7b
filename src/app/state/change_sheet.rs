//! The preview of a change that is not about PINs.

use super::notice::Notice;
use crate::app::views::plans::sheet_view::{SheetLine, sheet_lines};
use crate::domain::Time;
use crate::plan::words::{settings, users};
use crate::plan::{PlanRef, StorePlan};
use crate::zone::Zone;

/// The sheet that shows what a change of settings, or undoing one or an import, would do.
pub struct ChangeSheet {
    pub plan: StorePlan,
    /// All rows of the plan. Those that are left out come first.
    pub lines: Vec<SheetLine>,
    /// The reasons why it needs approval, in words. None if it needs none.
    pub needs: Option<String>,
    /// Why the last step failed.
    pub notice: Option<Notice>,
}

impl ChangeSheet {
    pub fn new(plan: StorePlan, needs: Option<String>, at: Time, zone: Zone) -> Self {
        Self {
            lines: sheet_lines(plan.as_ref(), Vec::new(), at, zone),
            plan,
            needs,
            notice: None,
        }
    }

    /// "Undo batch 12: 3 users", "PIN policy set: 1 setting"
    pub fn title(&self) -> String {
        let plan = self.plan.as_ref();
        let count = plan.change_count();
        let counted = match plan {
            PlanRef::Settings(_) => settings(count),
            _ => users(count),
        };
        match plan.undoes() {
            Some(batch) => format!("Undo batch {}: {counted}", batch.0),
            None => format!("{}: {counted}", plan.batch_action().label()),
        }
    }

    /// The outcome of applying it: "Batch 12 is undone."
    pub fn done(&self) -> String {
        match self.plan.as_ref().undoes() {
            Some(batch) => format!("Batch {} is undone.", batch.0),
            None => format!("{}. The change is applied.", self.title()),
        }
    }

    /// Why nothing can be applied. None if something can.
    pub fn obstacle(&self) -> Option<&'static str> {
        let plan = self.plan.as_ref();
        let why = match plan.undoes() {
            Some(_) => "There is nothing left of it to undo.",
            None => "It is so already.",
        };
        (plan.change_count() == 0).then_some(why)
    }
}
