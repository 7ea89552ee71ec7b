//! A submitted plan that is not about PINs, as its sheet shows it.

use crate::app::state::notice::Notice;
use crate::app::state::review_words;
use crate::domain::Time;
use crate::plan::PlanRef;
use crate::store::{Decision, Reviewed, SubmittedPlan};
use crate::zone::Zone;

/// The sheet of a submitted import or change of settings.
pub struct PlanSheet {
    pub opened: Box<SubmittedPlan>,
    /// All rows of the plan. Those that are left out come first.
    pub lines: Vec<SheetLine>,
    /// The typed comment.
    pub comment: String,
    /// The outcome of the last step.
    pub notice: Option<Notice>,
}

/// A row of the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLine {
    pub text: String,
    /// Whether it has drifted or is left out.
    pub is_caution: bool,
}

impl PlanSheet {
    pub fn new(opened: Box<SubmittedPlan>, at: Time, zone: Zone) -> Self {
        let drifted = match &opened.reviewed {
            Reviewed::Pins(_) | Reviewed::Import(_) => Vec::new(),
            Reviewed::Settings(settings) => {
                let drifted = settings.drifted.iter();
                let line = drifted.map(|drift| format!("Changed since the plan: {drift}"));
                line.collect()
            }
        };
        Self {
            lines: sheet_lines(opened.reviewed.plan(), drifted, at, zone),
            opened,
            comment: String::new(),
            notice: None,
        }
    }

    /// "Plan 4: PIN policy set: 1 setting"
    pub fn title(&self) -> String {
        let summary = &self.opened.summary;
        format!("Plan {}: {}", summary.id.0, summary.what())
    }

    /// Why a step is not possible with the current comment. None if it is.
    pub fn obstacle(&self, decision: Decision) -> Option<String> {
        review_words::obstacle(&self.opened.may_not, decision, &self.comment)
    }
}

/// The rows of a plan that is not about PINs: what has drifted, what is left out, and the changes.
pub(in crate::app) fn sheet_lines(
    plan: PlanRef<'_>,
    drifted: Vec<String>,
    at: Time,
    zone: Zone,
) -> Vec<SheetLine> {
    let changes = plan.change_lines(at, zone);
    let line = |is_caution| move |text| SheetLine { text, is_caution };
    let cautions = drifted.into_iter().chain(plan.left_out());
    let changes = changes.iter().map(ToString::to_string).map(line(false));
    cautions.map(line(true)).chain(changes).collect()
}
