//! The locks with which a transaction begins.

/// The locks that a transaction takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Locks {
    /// None until a statement needs one.
    Later,
    /// None of the store, which is only read; temporary tables are written.
    Trial,
    /// The lock for writing, at the beginning.
    Write,
}
