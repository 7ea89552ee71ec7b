//! One-time requests for the next frame: moving the focus, scrolling, copying.

use std::path::PathBuf;

use crate::app::views::settings::part::SettingsPart;
use crate::app::views::window_view::WindowView;

/// One-time requests for the next frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextFrame {
    pub focus: Option<FocusTarget>,
    pub scroll_to_row: Option<usize>,
    /// A text for the clipboard.
    pub copy: Option<String>,
    /// The row of the list of a file that gets the cursor, with the focus.
    pub list_row: Option<usize>,
    /// The file for a picture of the shown chart.
    pub chart_picture: Option<PathBuf>,
    /// Whether the text of the clipboard is wanted, as if it were pasted.
    pub pastes: bool,
    /// The byte of the text of the command box to which the text cursor moves.
    pub pipeline_cursor: Option<usize>,
    /// Whether the whole text of the command box is selected.
    pub selects_pipeline: bool,
    /// The part of the settings that is scrolled into view.
    pub settings_part: Option<SettingsPart>,
}

/// The control that gets the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FocusTarget {
    CommandBox,
    Search,
    /// The line in which the filter can be typed.
    FilterLine,
    /// The list of users, or the message that is shown instead of it.
    Grid,
    Apply,
    /// The reason of the preview.
    Reason,
    /// The ticket of the preview.
    Ticket,
    /// The digits of a new PIN.
    NewPin,
    /// The first menu.
    Menu,
    /// The answer of the confirmation question that changes nothing.
    BackToPreview,
    /// The question whether to give up new PINs.
    PinsQuestion,
    /// The text of the reading pane.
    Details,
    /// The users of the preview.
    Preview,
    /// The comment field of the plan in the panel.
    Comment,
    /// The list of submitted plans.
    Plans,
    /// The list of submitted plans, with the cursor where it was.
    PlansKept,
    /// The shown tab of the operators.
    Operators,
    /// The list of charts.
    Insights,
    /// The list of policies.
    Policies,
    /// The first choice of the settings.
    Settings,
    /// The shown view in the rail.
    Rail,
    /// The field for the number of changes in the confirmation question.
    TypedNumber,
    Confirm,
    /// The question whether the clock is right.
    ClockQuestion,
    HistoryQuestion,
    /// The first control of the current step of the import sheet.
    ImportSheet,
    /// The rows of the import sheet, with the cursor where it was.
    ImportRows,
    /// The search of the rows of a list.
    SearchRows,
    /// The question whether to leave a file.
    LeavingFile,
    /// The search of the history, used when the focused control is gone.
    History,
    /// The text of a dialog of the Help menu.
    Help,
    /// The main step of the dialog of the key.
    Keys,
    KeyQuestion,
}

impl FocusTarget {
    /// The control of a view that gets the focus when the view is shown.
    pub fn of_view(view: WindowView) -> Self {
        match view {
            WindowView::Users => Self::Grid,
            WindowView::Lists => Self::ImportSheet,
            WindowView::Plans => Self::Plans,
            WindowView::History => Self::History,
            WindowView::Insights => Self::Insights,
            WindowView::Policies => Self::Policies,
            WindowView::Operators => Self::Operators,
            WindowView::Settings => Self::Settings,
        }
    }
}
