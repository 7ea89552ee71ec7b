//! The preview of undoing a batch that is not about PINs.

use super::notice::Notice;
use crate::app::views::plans::sheet_view::{SheetLine, sheet_lines};
use crate::domain::Time;
use crate::plan::words::{settings, users};
use crate::plan::{PlanRef, StorePlan};
use crate::zone::Zone;

/// The sheet that shows what undoing an import or a change of settings would do.
pub struct UndoSheet {
    pub plan: StorePlan,
    /// All rows of the plan. Those that are left out come first.
    pub lines: Vec<SheetLine>,
    /// The reasons why it needs approval, in words. None if it needs none.
    pub needs: Option<String>,
    /// Why the last step failed.
    pub notice: Option<Notice>,
}

impl UndoSheet {
    pub fn new(plan: StorePlan, needs: Option<String>, at: Time, zone: Zone) -> Self {
        Self {
            lines: sheet_lines(plan.as_ref(), Vec::new(), at, zone),
            plan,
            needs,
            notice: None,
        }
    }

    /// "Undo batch 12: 3 users"
    pub fn title(&self) -> String {
        let plan = self.plan.as_ref();
        let count = plan.change_count();
        let counted = match plan {
            PlanRef::Settings(_) => settings(count),
            _ => users(count),
        };
        let batch = plan.undoes().map_or(0, |batch| batch.0);
        format!("Undo batch {batch}: {counted}")
    }

    /// Why nothing can be applied. None if something can.
    pub fn obstacle(&self) -> Option<&'static str> {
        let is_empty = self.plan.as_ref().change_count() == 0;
        is_empty.then_some("There is nothing left of it to undo.")
    }
}
