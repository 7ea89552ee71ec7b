//! The position of a user in the directory.

/// The index of a user in the order of IDs. Valid only for the directory it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position(pub u32);

impl Position {
    /// The position of an index. A directory has fewer users than four thousand million.
    pub(super) fn of(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }
}
