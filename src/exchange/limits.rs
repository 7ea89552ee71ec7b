//! Limits of the tables that are read, so that a small file cannot take all memory. Larger ones are
//! refused in words.

use crate::domain::text::beginning;

/// The most characters of a cell, which is also Excel's own limit
/// (<https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3>). A row with a longer
/// one cannot be read.
pub(super) const LONGEST_CELL: usize = 32_767;
/// The most columns of a sheet.
pub(super) const MOST_COLUMNS: usize = 1_024;
/// The most columns of a text file, whose rows are in memory one at a time.
pub(super) const MOST_TEXT_COLUMNS: usize = 32_768;
/// The characters that are kept of a cell that is too long, to say which one it is.
const KEPT_OF_LONG_CELL: usize = 100;

/// Shortens cells that are too long. The first one becomes the problem of its row.
pub(super) fn limit_cells(fields: &mut [String], problem: &mut Option<String>) {
    for (index, field) in fields.iter_mut().enumerate() {
        if field.len() > LONGEST_CELL && is_too_long(field) {
            problem.get_or_insert_with(|| too_long(index));
            *field = beginning(field, KEPT_OF_LONG_CELL);
        }
    }
}

pub(super) fn is_too_long(cell: &str) -> bool {
    cell.len() > LONGEST_CELL && cell.chars().nth(LONGEST_CELL).is_some()
}

/// The problem of a row whose cell in this column (from 0) is too long.
pub(super) fn too_long(column: usize) -> String {
    format!(
        "The cell in column {} has more than 32,767 characters, the most that Excel takes.",
        column + 1
    )
}

/// The problem of a row of a damaged workbook that has two cells in this column (from 0).
pub(super) fn given_twice(column: usize) -> String {
    format!(
        "It has two cells in column {}, so it is not known which one counts. Open the workbook in a spreadsheet and save it again.",
        column + 1
    )
}

/// The problem of a row with a cell in this column (from 0), which is beyond all that are read.
pub(super) fn too_wide(column: usize) -> String {
    format!(
        "It has a cell in column {}. Columns after {MOST_COLUMNS} are not read; delete it.",
        column + 1
    )
}
