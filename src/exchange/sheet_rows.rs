//! The rows of a sheet in memory: only the cells that have a text, one after the other in one text.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use super::limits::MOST_COLUMNS;
use super::records::FileRow;
use super::workbook::{CellFault, SheetRow};

/// The most bytes of all texts of a sheet. A text that the workbook has once may stand in a million
/// cells.
const MOST_TEXT: usize = 96 << 20;
/// The most cells of a sheet that have a text.
const MOST_CELLS: usize = 8_000_000;

/// The rows of a sheet. They are widened one by one when they are taken, since a single cell far to
/// the right must not widen all of them in memory.
#[derive(Default)]
pub(super) struct SheetRows {
    rows: Vec<KeptRow>,
    cells: Vec<KeptCell>,
    text: String,
    width: usize,
    /// Columns that are left out.
    dropped: Vec<usize>,
    /// The faults and the problem of the few rows that have any, by index.
    remarks: HashMap<usize, Remarks>,
    taken: usize,
}

type Remarks = (Vec<(usize, CellFault)>, Option<String>);

struct KeptRow {
    number: u32,
    /// The end of its cells in the list of all, which has at most [`MOST_CELLS`].
    cells_end: u32,
}

struct KeptCell {
    column: u16,
    /// The end of its text in the text of all.
    text_end: u32,
}

impl SheetRows {
    /// Adds a row, unless it is blank. False if the sheet has too much text.
    pub fn add(&mut self, row: SheetRow) -> bool {
        let is_blank = row.cells.iter().all(|cell| cell.trim().is_empty());
        let has_fault = row.faults.iter().any(|(_, fault)| !fault.is_blank());
        if is_blank && !has_fault && row.problem.is_none() {
            return true;
        }
        self.width = self.width.max(row.cells.len()).min(MOST_COLUMNS);
        for (column, cell) in (0..).zip(&row.cells) {
            if !cell.is_empty() {
                self.text.push_str(cell);
                let Ok(text_end) = u32::try_from(self.text.len()) else {
                    return false;
                };
                self.cells.push(KeptCell { column, text_end });
            }
        }
        if !row.faults.is_empty() || row.problem.is_some() {
            let remarks = (row.faults, row.problem);
            self.remarks.insert(self.rows.len(), remarks);
        }
        let cells_end = u32::try_from(self.cells.len());
        let (Ok(number), Ok(cells_end)) = (u32::try_from(row.number), cells_end) else {
            return false;
        };
        self.rows.push(KeptRow { number, cells_end });
        self.text.len() <= MOST_TEXT && self.cells.len() <= MOST_CELLS
    }

    /// The row at an index, with all columns that are not left out.
    pub fn get(&self, index: usize) -> Option<FileRow> {
        self.row(index)
    }

    /// Skips the rows before this index.
    pub fn skip_to(&mut self, index: usize) {
        self.taken = index;
    }

    /// Leaves out these columns, and the empty ones before the first column with a text in a row that
    /// is not skipped. Returns the names of the given columns that have any text: those that they
    /// have in the first row that is not skipped.
    pub fn drop_columns(&mut self, unseen: &[RangeInclusive<u32>]) -> Vec<String> {
        let begin = self.begin_of(self.taken);
        let mut used = vec![false; self.width];
        for cell in &self.cells[begin..] {
            if let Some(used) = used.get_mut(usize::from(cell.column)) {
                *used = true;
            }
        }
        let header = self.row(self.taken).unwrap_or_default();
        let is_unseen = |column: usize| {
            u32::try_from(column)
                .is_ok_and(|column| unseen.iter().any(|range| range.contains(&column)))
        };
        let (mut names, mut dropped) = (Vec::new(), Vec::new());
        let first = (0..self.width).find(|&column| used[column] && !is_unseen(column));
        for (column, &is_used) in used.iter().enumerate() {
            let is_unseen = is_unseen(column);
            if is_unseen && is_used {
                let name = header.fields.get(column).map_or("", |name| name.trim());
                names.push(if name.is_empty() {
                    super::workbook::column_name(column)
                } else {
                    name.to_owned()
                });
            }
            if is_unseen || first.is_some_and(|first| column < first) {
                dropped.push(column);
            }
        }
        self.dropped = dropped;
        names
    }

    /// The index of the first row with this number or a later one.
    pub fn index_from(&self, number: u64) -> usize {
        let is_before = |row: &&KeptRow| u64::from(row.number) < number;
        self.rows.iter().take_while(is_before).count()
    }

    /// Takes the next row. It has as many fields as the widest row.
    pub fn take_next(&mut self) -> Option<FileRow> {
        let row = self.row(self.taken);
        self.taken += 1;
        row
    }

    /// Rows that were taken, and all rows.
    pub fn progress(&self) -> (u64, u64) {
        let all = self.rows.len();
        (self.taken.min(all) as u64, all as u64)
    }

    /// The index of the first cell of a row.
    fn begin_of(&self, row: usize) -> usize {
        let before = row.checked_sub(1).and_then(|before| self.rows.get(before));
        before.map_or(0, |before| before.cells_end as usize)
    }

    fn row(&self, index: usize) -> Option<FileRow> {
        let kept = self.rows.get(index)?;
        let mut fields = vec![String::new(); self.width];
        for at in self.begin_of(index)..kept.cells_end as usize {
            let cell = self.cells.get(at)?;
            let text_begin = match at {
                0 => 0,
                _ => self.cells.get(at - 1)?.text_end as usize,
            };
            let text = self.text.get(text_begin..cell.text_end as usize)?;
            text.clone_into(fields.get_mut(usize::from(cell.column))?);
        }
        let (mut faults, problem) = self.remarks.get(&index).cloned().unwrap_or_default();
        for &column in self.dropped.iter().rev() {
            fields.remove(column);
            faults.retain(|(faulty, _)| *faulty != column);
            for (faulty, _) in &mut faults {
                *faulty -= usize::from(*faulty > column);
            }
        }
        Some(FileRow {
            line: kept.number.into(),
            fields,
            faults,
            problem,
            ..FileRow::default()
        })
    }
}
