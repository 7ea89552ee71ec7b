//! The rows of a sheet in memory: only the cells that have a text, one after the other in one text.

use super::limits::MOST_COLUMNS;
use super::records::FileRow;
use super::workbook::SheetRow;

/// The most bytes of all texts of a sheet. A text that the workbook has once may stand in a million
/// cells.
const MOST_TEXT: usize = 256 << 20;

/// The rows of a sheet. They are widened one by one when they are taken, since a single cell far to
/// the right must not widen all of them in memory.
#[derive(Default)]
pub(super) struct SheetRows {
    rows: Vec<KeptRow>,
    cells: Vec<KeptCell>,
    text: String,
    width: usize,
    taken: usize,
}

struct KeptRow {
    number: u64,
    /// The end of its cells in the list of all.
    cells_end: usize,
    problem: Option<String>,
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
        if is_blank && row.problem.is_none() {
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
        self.rows.push(KeptRow {
            number: row.number,
            cells_end: self.cells.len(),
            problem: row.problem,
        });
        self.text.len() <= MOST_TEXT
    }

    /// The first row.
    pub fn first(&self) -> Option<FileRow> {
        self.row(0)
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

    fn row(&self, index: usize) -> Option<FileRow> {
        let kept = self.rows.get(index)?;
        let begin = match index {
            0 => 0,
            _ => self.rows.get(index - 1)?.cells_end,
        };
        let mut fields = vec![String::new(); self.width];
        for at in begin..kept.cells_end {
            let cell = self.cells.get(at)?;
            let text_begin = match at {
                0 => 0,
                _ => self.cells.get(at - 1)?.text_end as usize,
            };
            let text = self.text.get(text_begin..cell.text_end as usize)?;
            text.clone_into(fields.get_mut(usize::from(cell.column))?);
        }
        Some(FileRow {
            line: kept.number,
            fields,
            problem: kept.problem.clone(),
            ..FileRow::default()
        })
    }
}
