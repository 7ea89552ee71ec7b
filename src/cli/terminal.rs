//! The terminal that results go to.

/// The abilities of the terminal to which results are written. `Default` is a file or a pipe: lines
/// of any length, without colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    /// The number of columns of a line. None if lines may be of any length.
    pub width: Option<usize>,
    /// Whether it is a terminal at all, which must not get control characters of names and files.
    pub is_terminal: bool,
    pub is_coloured: bool,
}
