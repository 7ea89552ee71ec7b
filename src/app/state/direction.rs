//! Directions in lists.

/// A direction in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
}

impl Direction {
    /// The index one step from `index` in a list of `count` rows.
    pub(in crate::app) fn from(self, index: usize, count: usize) -> usize {
        match self {
            Self::Up => index.saturating_sub(1),
            Self::Down => (index + 1).min(count.saturating_sub(1)),
        }
    }
}
