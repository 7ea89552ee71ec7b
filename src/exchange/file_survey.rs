//! A survey of a file before it is used: its layout, its first rows and its probable purpose.

use super::column_guess::ListColumns;
use super::detect::{Certainty, Survey};
use super::error::ReadError;
use super::how_read::{FileForm, HowRead, ReadOptions};
use super::input::Input;
use super::lines::Lines;
use super::pins::PinColumns;
use super::records::{FileRow, Records};
use super::table::Table;
use super::top_lines::{TopLine, top_lines};
use crate::plan::RowPosition;
use crate::progress::{Progress, Unwatched};
use crate::store::Store;

/// Rows that are shown before the file is read as a whole.
const FIRST_ROWS: usize = 30;
/// Logon domains that are offered for a list of bare logon names.
const DOMAINS: usize = 20;

/// The way in which a file was read, and its first rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSurvey {
    pub how_read: HowRead,
    pub headers: Vec<String>,
    pub first: Vec<FileRow>,
    /// Rows after the first ones whose text depends on a guessed or chosen encoding.
    pub doubtful: Vec<FileRow>,
    /// The first lines as they are, from which the line of the header is chosen.
    pub top: Vec<TopLine>,
    pub columns: ListColumns,
    /// The detected encoding, for [`ReadOptions::surveyed`].
    pub survey: Option<Survey>,
    /// Logon domains of the directory, for a list of bare logon names.
    pub domains: Vec<String>,
    pub guess: FileKind,
}

/// The purpose of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A list of users whose PINs are to be locked or unlocked.
    List,
    /// The directory, from `Get-CsUser`.
    Users,
    /// PIN states, from `Get-CsClientPinInfo`.
    Pins,
}

/// Surveys a file.
///
/// # Errors
/// The file cannot be read as a table, the store could not be read, or the work was cancelled.
pub fn survey_file(
    store: &Store,
    input: &Input,
    options: &ReadOptions,
    progress: &dyn Progress,
) -> Result<FileSurvey, ReadError> {
    let mut table = Table::open_to_look(input, options, progress)?;
    let first = first_rows(&mut table).map_err(|error| input.named(error))?;
    let headers = table.headers().to_vec();
    let doubtful = doubtful_rows(&mut table, progress)?;
    let top = top_lines(&table, input).map_err(|error| input.named(error))?;
    let how_read = table.how_read().clone();
    let columns = ListColumns::guess(&headers, how_read.has_header, &first);
    let guess = guess(&table, &columns);
    let survey = match how_read.form {
        FileForm::Text {
            encoding,
            certainty,
            ..
        } => Some(Survey {
            encoding,
            certainty,
            size: input.size,
        }),
        FileForm::Workbook { .. } => None,
    };
    Ok(FileSurvey {
        how_read,
        headers,
        first,
        doubtful,
        top,
        columns,
        survey,
        domains: store.logon_domains(DOMAINS)?,
        guess,
    })
}

/// The rows that are shown before the file is read as a whole.
pub(super) fn first_rows(table: &mut Table) -> Result<Vec<FileRow>, ReadError> {
    let mut first = Vec::new();
    while first.len() < FIRST_ROWS
        && let Some(row) = table.next_row()?
    {
        first.push(row);
    }
    Ok(first)
}

/// The next rows whose text depends on a guessed or chosen encoding. In a large file they may stand far
/// below.
fn doubtful_rows(table: &mut Table, progress: &dyn Progress) -> Result<Vec<FileRow>, ReadError> {
    const MOST: usize = 5;
    const LOOKED_THROUGH: usize = 200_000;
    let mut doubtful = Vec::new();
    let is_open = matches!(
        table.how_read().form,
        FileForm::Text {
            certainty: Certainty::Guess | Certainty::Chosen,
            ..
        }
    );
    for _ in 0..LOOKED_THROUGH {
        if doubtful.len() >= MOST || !is_open {
            break;
        }
        // A row that ends the reading is reported when the whole file is read.
        let Ok(Some(row)) = table.next_row() else {
            break;
        };
        if !row.raw.is_ascii() {
            doubtful.push(row);
        }
        if progress.is_cancelled() {
            return Err(ReadError::Cancelled);
        }
    }
    Ok(doubtful)
}

/// The probable purpose of a file. The user confirms it: nothing is done on a guess.
fn guess(table: &Table, columns: &ListColumns) -> FileKind {
    let has = |name: &str| table.column(&[name]).is_some();
    let type_line = table.how_read().type_line().unwrap_or_default();
    if PinColumns::fits(table) {
        FileKind::Pins
    } else if columns.action.is_none()
        && (type_line.ends_with("ADUser")
            || (has("DisplayName") || has("Name"))
                && has("SipAddress")
                && (has("DistinguishedName") || has("Identity")))
    {
        FileKind::Users
    } else {
        FileKind::List
    }
}

/// The row at a position of a file.
///
/// # Errors
/// The row cannot be read, or is no longer there.
pub fn row_at(
    input: &Input,
    options: &ReadOptions,
    how_read: &HowRead,
    position: RowPosition,
) -> Result<FileRow, ReadError> {
    let row = match &how_read.form {
        FileForm::Text {
            encoding,
            delimiter,
            ..
        } => {
            let lines =
                Lines::new(input.open_at(position.byte)?, *encoding)?.numbered_from(position.line);
            Records::new(lines, *delimiter).next()?
        }
        FileForm::Workbook { .. } => {
            let mut table = Table::open(input, options, &Unwatched)?;
            loop {
                match table.next_row()? {
                    Some(row) if row.line != position.line => {}
                    row => break row,
                }
            }
        }
    };
    row.filter(|row| row.line == position.line)
        .ok_or(ReadError::Changed)
}
