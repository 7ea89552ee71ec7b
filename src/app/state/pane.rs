//! The panes of the window, between which F6 moves.

use strum::VariantArray as _;

/// A pane of the window, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::VariantArray)]
pub enum Pane {
    Rail,
    View,
    /// The what-if panel or the reading pane.
    Panel,
}

impl Pane {
    /// The pane `by` steps further to the right, and around.
    #[must_use]
    pub fn next(self, by: isize) -> Self {
        let count = Self::VARIANTS.len();
        let next = (self as usize).wrapping_add_signed(by).wrapping_add(count) % count;
        Self::VARIANTS.get(next).copied().unwrap_or(self)
    }
}
