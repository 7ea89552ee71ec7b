//! Opens the sheet of a workbook that is meant, and its rows from the header on.

use std::path::Path;

use super::error::ReadError;
use super::header_row::{has_known_name, is_identity, looks_like_header, names_users};
use super::how_read::{FileForm, ReadOptions};
use super::sheet_rows::SheetRows;
use super::unseen::UnseenParts;
use super::workbook::{SheetRow, Workbook, WorkbookError};
use crate::domain::text::shown;
use crate::progress::Progress;

/// A sheet, ready to be read row by row.
pub(super) struct OpenedSheet {
    pub rows: SheetRows,
    pub form: FileForm,
    pub has_header: bool,
}

/// Rows that decide whether a sheet has a list, and where its header is.
const LOOKED_AT: usize = 50;

/// Opens the sheet of a workbook that was chosen or is the only one with a list. If several have
/// lists, the first of them is opened, and its form has the question which is meant.
///
/// # Errors
/// The file is no workbook or cannot be read, there is no such sheet, or the work was cancelled.
pub(super) fn open_sheet(
    path: &Path,
    options: &ReadOptions,
    progress: &dyn Progress,
) -> Result<OpenedSheet, ReadError> {
    let mut workbook = Workbook::open(path)?;
    let (sheet, question) = choose(&mut workbook, options)?;
    let (mut rows, mut fits) = (SheetRows::default(), true);
    let mut unseen = UnseenParts {
        are_taken: options.with_hidden,
        ..UnseenParts::default()
    };
    let shape = workbook.for_each_row(&sheet, |row| {
        unseen.rows += usize::from(row.is_hidden);
        unseen.totals += usize::from(row.is_total);
        if !row.is_total && (!row.is_hidden || options.with_hidden) {
            fits = rows.add(row);
        }
        fits && !progress.is_cancelled()
    })?;
    if progress.is_cancelled() {
        return Err(ReadError::Cancelled);
    }
    if !fits {
        return Err(WorkbookError::TooMuchText.into());
    }
    let above = match (options.header_line, options.has_header) {
        (Some(number), _) => rows.index_from(number),
        (None, Some(false)) => 0,
        (None, Some(true) | None) => header_index(&rows).unwrap_or(0),
    };
    rows.skip_to(above);
    unseen.above = above;
    let header = rows.get(above).ok_or(match options.header_line {
        Some(line) => ReadError::NoSuchLine { line },
        None => ReadError::Empty,
    })?;
    if let Some(what) = header.problem {
        let line = header.line;
        return Err(ReadError::BrokenRow { line, what });
    }
    let columns = shape.hidden_columns;
    unseen.columns = rows.drop_columns(&columns);
    if options.with_hidden {
        rows.drop_columns(&[]);
    }
    if !options.with_hidden {
        let hidden = workbook.hidden_sheets().iter();
        unseen.sheets = hidden.filter(|name| **name != sheet).cloned().collect();
    }
    let chosen = options.header_line.map(|_| true).or(options.has_header);
    let has_header = chosen.unwrap_or_else(|| looks_like_header(&header.fields, &[]));
    Ok(OpenedSheet {
        rows,
        form: FileForm::Workbook {
            kind: workbook.kind(),
            sheets: offered(&workbook, options),
            sheet,
            unseen,
            question,
        },
        has_header,
    })
}

/// The sheets to choose from.
fn offered(workbook: &Workbook, options: &ReadOptions) -> Vec<String> {
    let mut sheets = workbook.sheets().to_vec();
    if options.with_hidden {
        sheets.extend_from_slice(workbook.hidden_sheets());
    }
    sheets
}

/// The sheet that is meant, and the question if that is open.
fn choose(
    workbook: &mut Workbook,
    options: &ReadOptions,
) -> Result<(String, Option<String>), ReadError> {
    let sheets = offered(workbook, options);
    if let Some(wanted) = &options.sheet {
        return Ok((named(workbook, &sheets, wanted)?, None));
    }
    let only = |sheets: &[String]| match sheets {
        [only] => Some(only.clone()),
        _ => None,
    };
    if let Some(only) = only(&sheets) {
        return Ok((only, None));
    }
    let mut lists = Vec::new();
    for sheet in &sheets {
        if has_list(workbook, sheet, options.with_hidden) {
            lists.push(sheet.clone());
        }
    }
    if let Some(only) = only(&lists) {
        return Ok((only, None));
    }
    let lists = if lists.is_empty() { sheets } else { lists };
    let first = lists.first().ok_or(ReadError::Empty)?.clone();
    let question = format!(
        "The workbook has {} sheets that may be meant: {}. Choose the sheet (--sheet NAME on the command line).",
        lists.len(),
        in_words(&lists)
    );
    Ok((first, Some(question)))
}

/// The sheet with this name or number.
fn named(workbook: &Workbook, sheets: &[String], wanted: &str) -> Result<String, ReadError> {
    let all = || sheets.iter().chain(workbook.hidden_sheets());
    let lower = wanted.trim().to_lowercase();
    let found = all()
        .find(|sheet| *sheet == wanted)
        .or_else(|| all().find(|sheet| sheet.trim().to_lowercase() == lower));
    let by_number = || {
        let number: usize = wanted.trim().parse().ok()?;
        sheets.get(number.checked_sub(1)?)
    };
    found.or_else(by_number).cloned().ok_or_else(|| {
        WorkbookError::NoSuchSheet {
            wanted: shown(wanted).into_owned(),
            sheets: in_words(sheets),
        }
        .into()
    })
}

/// The names of sheets, for a message. A damaged workbook may have control characters in them.
fn in_words(sheets: &[String]) -> String {
    let names: Vec<_> = sheets.iter().map(|name| shown(name)).collect();
    format!("\"{}\"", names.join("\", \""))
}

/// Whether a sheet has a list of people: a header that names them, or rows that are identities. A sheet
/// that cannot be read may have one.
fn has_list(workbook: &mut Workbook, sheet: &str, with_hidden: bool) -> bool {
    let mut first: Vec<SheetRow> = Vec::new();
    let read = workbook.for_each_row(sheet, |row| {
        if !row.is_hidden || with_hidden {
            first.push(row);
        }
        first.len() < LOOKED_AT
    });
    if read.is_err() {
        return true;
    }
    let names_people = |row: &SheetRow| {
        row.cells.iter().any(|cell| names_users(cell)) && !has_identity(&row.cells)
    };
    let people = first.iter().filter(|row| has_identity(&row.cells)).count();
    let has_header = first.iter().rev().skip(1).any(names_people);
    has_header || people * 2 > first.len()
}

fn has_identity(cells: &[String]) -> bool {
    cells.iter().any(|cell| is_identity(cell.trim()))
}

/// The index of the header: the first row with the name of a known column, before all rows with an
/// identity. Titles stand above it, and have one cell.
fn header_index(rows: &SheetRows) -> Option<usize> {
    let mut single = None;
    for index in 0..LOOKED_AT {
        let Some(row) = rows.get(index) else { break };
        if has_identity(&row.fields) {
            break;
        }
        let filled = row.fields.iter().filter(|cell| !cell.trim().is_empty());
        if has_known_name(&row.fields) {
            if filled.count() > 1 {
                return Some(index);
            }
            single.get_or_insert(index);
        }
    }
    single
}
