//! The dialogs of the Help menu.

/// A dialog of the Help menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HelpDialog {
    UserGuide,
    Shortcuts,
    About,
}
