//! The import sheet: how a file was read, what importing it would do, and the choices it leaves open.

use std::path::PathBuf;
use std::sync::Arc;

use crate::exchange::{DateOrder, HowRead};
use crate::plan::import::{ImportGroup, ImportPlan};
use crate::store::Imported;

/// A file on its way in.
pub struct ImportSheet {
    pub path: PathBuf,
    pub stage: ImportStage,
    pub date_order: Option<DateOrder>,
    /// Read times without a zone as UTC rather than as local ones.
    pub is_utc: bool,
}

pub enum ImportStage {
    Reading,
    Preview { how_read: HowRead, plan: Arc<ImportPlan>, group: Option<ImportGroup>, listed: Vec<usize> },
    Importing { plan: Arc<ImportPlan> },
    Done { imported: Imported, plan: Arc<ImportPlan> },
    Failed { text: String, asks_date_order: bool },
}

impl ImportStage {
    /// The preview of a plan, listing one group or all.
    pub fn preview(how_read: HowRead, plan: Arc<ImportPlan>, group: Option<ImportGroup>) -> Self {
        let rows = plan.rows.iter().enumerate();
        let wanted = |of: ImportGroup| group.is_none_or(|group| group == of);
        let mut listed: Vec<(ImportGroup, usize)> =
            rows.map(|(place, row)| (row.verdict.group(), place)).filter(|(of, _)| wanted(*of)).collect();
        listed.sort_by_key(|(group, place)| (*group != ImportGroup::Conflict, *group, *place));
        let listed = listed.into_iter().map(|(_, place)| place).collect();
        Self::Preview { how_read, plan, group, listed }
    }
}
