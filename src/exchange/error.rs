//! Reasons why a file or one of its rows cannot be read.

use super::limits::MOST_TEXT_COLUMNS;
use super::workbook::WorkbookError;
use crate::domain::text::shown;
use crate::io_words::cause;
use crate::pipeline::Fault;

/// The reason why a file cannot be read or written as a whole. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("The file cannot be read: {0}.")]
    Io(String),
    #[error("The file cannot be written: {0}.")]
    Write(String),
    #[error("The file is empty.")]
    Empty,
    /// The chosen line of the header is behind the end of the file.
    #[error("The file has no line {line} for a header.")]
    NoSuchLine { line: u64 },
    /// The file is not a table.
    #[error("This is {what}, not a CSV file. {hint}")]
    Foreign {
        what: &'static str,
        hint: &'static str,
    },
    #[error("{0}")]
    Workbook(#[from] WorkbookError),
    #[error(
        "Line {line} (byte {byte}) is longer than {} MB. This is no table, or a quote in it lacks its end.", limit >> 20
    )]
    LineTooLong { line: u64, byte: u64, limit: usize },
    #[error(
        "The row that starts on line {line} (byte {byte}) has a quote that is never closed, so where it ends is not known. \
         Close the quote; nothing was read."
    )]
    OpenQuote { line: u64, byte: u64 },
    #[error("The file has more than {} rows. Split it.", crate::plan::words::thousands(*limit))]
    TooManyRows { limit: usize },
    #[error(
        "The first row has more than {MOST_TEXT_COLUMNS} columns. Delete those that are not needed."
    )]
    TooManyColumns,
    #[error("The header has the column \"{}\" twice.", shown(.0))]
    DuplicateHeader(String),
    #[error(
        "This is neither a list of users nor of PINs: the column {missing} is missing. Columns found: {}. Say which column \
         has it with --column HEADING={missing}.", shown(.found)
    )]
    MissingColumn { missing: String, found: String },
    /// The user has chosen a column that the file does not have.
    #[error("There is no column {}. Columns found: {}.", shown(.chosen), shown(.found))]
    NoSuchColumn { chosen: String, found: String },
    /// A name is accepted that the file does not have.
    #[error(
        "No row has the display name or identity \"{}\", so there is no such name to accept.", shown(.0)
    )]
    NoRowHasName(String),
    #[error(
        "A file of PIN states changes no names, so there is none to accept. Leave --accept-name out."
    )]
    NoNamesInPins,
    /// The user must choose something before the file can be used.
    #[error("{0}")]
    Choose(String),
    #[error(
        "The dates of this file can be read as month/day or as day/month, and none of them shows which: the first is \
         {} on line {line}. Choose the order.", shown(.example)
    )]
    DateOrderOpen { example: String, line: u64 },
    #[error(
        "Line {month_first} shows that dates are month/day, line {day_first} that they are day/month."
    )]
    DateOrderMixed { month_first: u64, day_first: u64 },
    /// A row cannot be read of a file that is read as a whole or not at all.
    #[error("Line {line}: {} Nothing was done.", shown(.what))]
    BrokenRow { line: u64, what: String },
    /// An error about a file that a pipeline names.
    #[error("{path}: {error}")]
    Of { path: String, error: Box<ReadError> },
    #[error("{0}")]
    Pipeline(#[from] Fault),
    #[error("The file has changed since the preview was made. Read it again.")]
    Changed,
    #[error("{0}")]
    Store(#[from] crate::store::StoreError),
    #[error("Cancelled. Nothing was changed.")]
    Cancelled,
}

/// The reason why one row cannot be read. The rows after it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    pub line: u64,
    pub what: String,
}

impl ReadError {
    /// The error with the path of its file, unless its message has it already.
    #[must_use]
    pub fn of(self, path: &std::path::Path) -> Self {
        match self {
            // These errors have the path already, or do not concern a file.
            Self::Io(_) | Self::Write(_) | Self::Cancelled | Self::Store(_) | Self::Of { .. } => {
                self
            }
            error => Self::Of {
                path: path.display().to_string(),
                error: Box::new(error),
            },
        }
    }
}

impl From<std::io::Error> for ReadError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(cause(&error))
    }
}
