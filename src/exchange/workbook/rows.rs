//! Puts the pieces of a sheet together to rows of texts.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use super::error::WorkbookError;
use super::part::{CellFault, Piece, SeenCell};
use crate::exchange::limits::{MOST_COLUMNS, given_twice, is_too_long, too_long, too_wide};

/// A row of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// The number of the row as spreadsheets show it.
    pub number: u64,
    pub cells: Vec<String>,
    /// Cells whose texts are not what their author meant, by column.
    pub faults: Vec<(usize, CellFault)>,
    /// Whether nobody sees the row: it is hidden or filtered out.
    pub is_hidden: bool,
    /// Whether it is the row of totals of a table.
    pub is_total: bool,
    /// The reason why the row cannot be read, if it cannot. Cells that are too far to the right are
    /// left out, and so are those that are too long.
    pub problem: Option<String>,
}

/// The facts about a sheet that are known after its last row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetShape {
    /// Columns that nobody sees, from 0.
    pub hidden_columns: Vec<RangeInclusive<u32>>,
}

/// The rows and columns of a sheet in Excel.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;

/// A sheet while its pieces arrive.
pub(super) struct RowBuilder<'v> {
    visit: &'v mut dyn FnMut(SheetRow) -> bool,
    shape: SheetShape,
    /// The number of columns of the first row.
    width: usize,
    row: RowOfTexts,
    hidden_row: Option<u32>,
    totals: HashSet<u32>,
    failure: Option<WorkbookError>,
    is_stopped: bool,
}

/// A row while its cells are read.
#[derive(Default)]
struct RowOfTexts {
    number: u32,
    texts: Vec<String>,
    faults: Vec<(usize, CellFault)>,
    problem: Option<String>,
}

impl<'v> RowBuilder<'v> {
    pub fn new(visit: &'v mut dyn FnMut(SheetRow) -> bool) -> Self {
        Self {
            visit,
            shape: SheetShape::default(),
            width: 0,
            row: RowOfTexts::default(),
            hidden_row: None,
            totals: HashSet::new(),
            failure: None,
            is_stopped: false,
        }
    }

    /// Takes the next piece. Returns false if no more are wanted.
    pub fn take(&mut self, piece: Piece<'_>) -> bool {
        match piece {
            Piece::HiddenColumns(columns) => self.shape.hidden_columns.push(columns),
            Piece::HiddenRow(row) => {
                if !self.end_row(row) {
                    return false;
                }
                self.hidden_row = Some(row);
            }
            Piece::Totals(row) => {
                self.totals.insert(row);
            }
            Piece::Cell { row, column, .. } if row >= ROWS || column >= COLUMNS => {
                return self.fail("a cell lies outside of the sheet");
            }
            Piece::Cell { row, column, cell } => {
                let is_long = is_too_long(&cell.text);
                let is_blank = cell.text.is_empty() && cell.fault.is_none_or(CellFault::is_blank);
                if is_blank && !self.row.is_in(row) {
                    return true;
                }
                if !self.end_row(row) {
                    return false;
                }
                self.row.number = row;
                self.row.add(column as usize, cell, is_long);
            }
        }
        true
    }

    /// Hands over the last row, and returns what is known about the sheet.
    pub fn end(mut self) -> Result<SheetShape, WorkbookError> {
        if !self.is_stopped && self.row.has_any() {
            self.hand_over();
        }
        match self.failure {
            Some(failure) => Err(failure),
            None => Ok(self.shape),
        }
    }

    /// Ends the row before this one, if there is one.
    fn end_row(&mut self, row: u32) -> bool {
        if row == self.row.number || !self.row.has_any() {
            return true;
        }
        if row < self.row.number {
            return self.fail("its rows are not in order");
        }
        self.hand_over()
    }

    fn hand_over(&mut self) -> bool {
        let mut row = std::mem::take(&mut self.row);
        self.width = if self.width == 0 {
            row.texts.len()
        } else {
            self.width
        };
        row.texts
            .resize(self.width.max(row.texts.len()), String::new());
        let goes_on = (self.visit)(SheetRow {
            number: u64::from(row.number) + 1,
            cells: row.texts,
            faults: row.faults,
            is_hidden: self.hidden_row == Some(row.number),
            is_total: self.totals.contains(&row.number),
            problem: row.problem,
        });
        self.is_stopped = !goes_on;
        goes_on
    }

    fn fail(&mut self, what: &str) -> bool {
        self.failure = Some(WorkbookError::damaged(what));
        self.is_stopped = true;
        false
    }
}

impl RowOfTexts {
    fn has_any(&self) -> bool {
        !self.texts.is_empty() || self.problem.is_some()
    }

    fn is_in(&self, row: u32) -> bool {
        self.has_any() && self.number == row
    }

    /// Adds a cell. A text that is too long is left out.
    fn add(&mut self, column: usize, cell: SeenCell<'_>, is_long: bool) {
        if column >= MOST_COLUMNS {
            if !cell.text.is_empty() {
                self.problem.get_or_insert_with(|| too_wide(column));
            }
            return;
        }
        if let Some(fault) = cell.fault {
            self.faults.push((column, fault));
        }
        if is_long {
            self.problem.get_or_insert_with(|| too_long(column));
        }
        if self.texts.get(column).is_some_and(|text| !text.is_empty()) {
            self.problem.get_or_insert_with(|| given_twice(column));
        }
        if self.texts.len() <= column {
            self.texts.resize(column + 1, String::new());
        }
        if !is_long {
            self.texts[column] = cell.text.into_owned();
        }
    }
}
