//! The terminal that results go to.

/// What the place of results can show. Nothing of it holds for a file or a pipe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    /// How many columns a line has; None where lines may be of any length.
    pub width: Option<usize>,
    pub is_coloured: bool,
}
