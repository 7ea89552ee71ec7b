//! The stage of the preview or the import of a file.

use std::sync::Arc;

use strum::EnumCount as _;

use crate::exchange::HowRead;
use crate::plan::import::{ImportGroup, ImportPlan};
use crate::store::Imported;

/// The stage of the preview or the import of a file.
pub enum ImportStage {
    /// There is no preview yet, or it is outdated.
    NotYet,
    Reading,
    /// A list was planned. Its plan is the preview of the what-if panel.
    List {
        how_read: HowRead,
    },
    Preview {
        how_read: HowRead,
        plan: Arc<ImportPlan>,
        counts: ImportCounts,
        group: Option<ImportGroup>,
        listed: Vec<usize>,
    },
    Importing {
        plan: Arc<ImportPlan>,
    },
    /// The store asks for the approval of somebody else, so the import can only be submitted.
    NeedsApproval {
        text: String,
        plan: Arc<ImportPlan>,
    },
    Done {
        imported: Imported,
        plan: Arc<ImportPlan>,
    },
    Failed {
        text: String,
        asks_date_order: bool,
    },
}

/// The number of rows of each group, counted once instead of in every frame.
pub struct ImportCounts([usize; ImportGroup::COUNT]);

impl ImportStage {
    /// The preview of an import plan. Lists one group, or all rows if `group` is None.
    pub fn preview(how_read: HowRead, plan: Arc<ImportPlan>, group: Option<ImportGroup>) -> Self {
        let mut groups: [Vec<usize>; ImportGroup::COUNT] = Default::default();
        let mut counts = ImportCounts([0; ImportGroup::COUNT]);
        counts.0[ImportGroup::Unchanged as usize] = plan.unchanged;
        for (index, row) in plan.rows.iter().enumerate() {
            let of = row.verdict.group();
            counts.0[of as usize] += 1;
            if group.is_none_or(|group| group == of) {
                groups[of as usize].push(index);
            }
        }
        let [new, changed, unchanged, conflicts] = groups;
        let listed = [conflicts, new, changed, unchanged].concat();
        Self::Preview {
            how_read,
            plan,
            counts,
            group,
            listed,
        }
    }
}

impl ImportCounts {
    pub fn of(&self, group: ImportGroup) -> usize {
        self.0[group as usize]
    }
}
