//! The first lines of a file as they are, from which a user chooses the one with the names of the
//! columns.

use super::error::ReadError;
use super::how_read::FileForm;
use super::input::Input;
use super::lines::{Line, Lines, is_blank};
use super::table::Table;
use crate::domain::text::beginning;

/// A line of a text file or a row of a sheet, by its number from 1, and the beginning of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopLine {
    pub number: u64,
    pub text: String,
}

/// Lines that are offered.
const MOST: u64 = 60;
/// Characters that are shown of each.
const SHOWN: usize = 60;

/// The first lines of a file that have a text, before and after the header.
///
/// # Errors
/// The file cannot be read.
pub(super) fn top_lines(table: &Table, input: &Input) -> Result<Vec<TopLine>, ReadError> {
    let mut top = Vec::new();
    match (&table.how_read().form, table.sheet()) {
        (FileForm::Text { encoding, .. }, _) => {
            let mut lines = Lines::new(input.open()?, *encoding)?;
            let mut line = Line::default();
            while line.number < MOST && lines.next(&mut line)? {
                if !is_blank(&line.text) {
                    top.push(TopLine {
                        number: line.number,
                        text: beginning(&line.text, SHOWN),
                    });
                }
            }
        }
        (FileForm::Workbook { .. }, Some(rows)) => {
            let rows = (0..).map_while(|index| rows.get(index));
            for row in rows.take_while(|row| row.line <= MOST) {
                let filled = row.fields.iter().filter(|cell| !cell.trim().is_empty());
                let cells: Vec<&str> = filled.map(String::as_str).collect();
                top.push(TopLine {
                    number: row.line,
                    text: beginning(&cells.join(" | "), SHOWN),
                });
            }
        }
        (FileForm::Workbook { .. }, None) => {}
    }
    Ok(top)
}
