//! One-time requests for the next frame: moving the focus, scrolling, copying.

/// One-time requests for the next frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    pub focus: Option<FocusWish>,
    pub scroll_to_row: Option<usize>,
    /// A text for the clipboard.
    pub copy: Option<String>,
}

/// The control that gets the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FocusWish {
    CommandBox,
    Search,
    /// The list of users, or the message in its place.
    Grid,
    Apply,
    /// The users of the preview.
    Preview,
    /// The comment on the plan in the panel.
    Comment,
    /// The list of submitted plans.
    Plans,
    Typed,
    Confirm,
    /// The first control of the current step of the import sheet.
    Sheet,
    /// The rows of the import sheet, with the cursor where it was.
    Rows,
    /// The search of the history, used when the focused control is gone.
    History,
    UserGuide,
}
