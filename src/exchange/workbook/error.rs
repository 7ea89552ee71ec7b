//! Reasons why a workbook cannot be read.

use std::fmt::Display;

use crate::domain::text::shown;

/// The largest file of a workbook, in bytes.
pub(super) const LARGEST_FILE: u64 = 100 << 20;
/// The most bytes of all parts of a workbook when they are unpacked.
pub(super) const LARGEST_UNPACKED: u64 = 512 << 20;
/// The most that a part may grow when it is unpacked, if it is then larger than `FREE_TO_GROW` bytes.
/// Sheets of Excel grow about ten times, deflate permits a thousand times.
pub(super) const MOST_RATIO: u64 = 200;
pub(super) const FREE_TO_GROW: u64 = 16 << 20;

/// The reason why a workbook cannot be read. Nothing was imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookError {
    #[error("The file is no workbook. Save it as an Excel workbook (.xlsx) or as CSV UTF-8.")]
    NotAWorkbook,
    /// The file is of another kind.
    #[error("This is {what}. {hint}")]
    Foreign {
        what: &'static str,
        hint: &'static str,
    },
    #[error(
        "The workbook has a password. Open it, save it without a password, and choose the new file."
    )]
    Encrypted,
    #[error("The workbook is larger than {} MB. Save the sheet as CSV UTF-8.", LARGEST_FILE >> 20)]
    TooLarge,
    #[error("The workbook is larger than {} MB when unpacked. Save the sheet as CSV UTF-8.", LARGEST_UNPACKED >> 20)]
    TooLargeUnpacked,
    #[error(
        "A part of the workbook becomes more than {MOST_RATIO} times larger when it is unpacked, as in files that were made to \
         do harm. Save the sheet as CSV UTF-8."
    )]
    PackedTooTightly,
    #[error("The sheet has too much text. Split it, or save it as CSV UTF-8.")]
    TooMuchText,
    #[error(
        "The sheets reach too far: cells stand far to the right of or below the others. Save the list as an Excel workbook \
         (.xlsx) or as CSV UTF-8."
    )]
    TooWide,
    #[error("The workbook is damaged: {}. Open it in a spreadsheet program and save it again.", shown(.0))]
    Damaged(String),
    #[error(
        "The workbook has no sheet {}. Its sheets are {}.",
        shown(wanted),
        shown(sheets)
    )]
    NoSuchSheet { wanted: String, sheets: String },
    #[error("The file cannot be read: {0}.")]
    Io(String),
}

impl WorkbookError {
    /// A damage, named by a clause or by the error of a library.
    pub(super) fn damaged(what: impl Display) -> Self {
        Self::Damaged(what.to_string())
    }

    /// The damage of a part that ends before its end.
    pub(super) fn cut_off() -> Self {
        Self::damaged("a part of it ends in the middle")
    }
}
