//! The records of a workbook of Excel 5 to 2003: its sheets, number formats, hidden rows and columns,
//! and where cells stand. The values of cells are not read here.

use std::ops::RangeInclusive;

use encoding_rs::{UTF_16LE, WINDOWS_1252};

use super::error::WorkbookError;

/// The facts about a whole workbook.
#[derive(Default)]
pub(super) struct Globals {
    pub sheets: Vec<SheetPlace>,
    /// The ID of the number format of each style.
    pub styles: Vec<u16>,
    /// The code of each number format that is not built in.
    pub formats: Vec<(u16, String)>,
    pub is_encrypted: bool,
    /// Whether the texts are Unicode, as since Excel 97.
    pub is_unicode: bool,
}

/// Where a sheet begins.
pub(super) struct SheetPlace {
    pub offset: usize,
    pub is_worksheet: bool,
    pub is_hidden: bool,
}

/// The facts about a sheet.
#[derive(Default)]
pub(super) struct SheetFacts {
    pub hidden_rows: Vec<u32>,
    pub hidden_columns: Vec<RangeInclusive<u32>>,
    /// The cells with a value or a formula, by row and column.
    pub cells: Vec<CellFact>,
    /// The size that the sheet claims to have.
    claimed: u64,
}

/// The facts about a cell.
#[derive(Clone, Copy)]
pub(super) struct CellFact {
    pub row: u32,
    pub column: u32,
    pub style: u16,
    pub is_formula: bool,
    /// Whether the cell has a value that is kept elsewhere in the file.
    pub has_value: bool,
}

// Kinds of records (MS-XLS 2.3).
const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const ENCRYPTION: u16 = 0x002F;
const SHEET: u16 = 0x0085;
const STYLE: u16 = 0x00E0;
const NUMBER_FORMAT: u16 = 0x041E;
const DIMENSIONS: u16 = 0x0200;
const ROW: u16 = 0x0208;
const COLUMNS: u16 = 0x007D;
const FORMULA: u16 = 0x0006;
const NUMBERS: u16 = 0x00BD;
const SHARED_TEXT: u16 = 0x00FD;
/// Number, text, truth value or error, compact number, and rich text.
const OTHER_CELLS: [u16; 5] = [0x0203, 0x0204, 0x0205, 0x027E, 0x00D6];
/// The version number of Excel 97 and later, in which texts are Unicode.
const UNICODE: u16 = 0x0600;

/// The most columns and rows of such a sheet.
const COLUMNS_OF_SHEET: u64 = 256;

/// A record: its kind and its bytes.
struct Record<'a> {
    kind: u16,
    data: &'a [u8],
}

/// The records from an offset. Bytes that are too few for a record end them with an error.
fn records(
    stream: &[u8],
    offset: usize,
) -> impl Iterator<Item = Result<Record<'_>, WorkbookError>> {
    let mut rest = stream.get(offset..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (head, behind) = rest.split_at_checked(4)?;
        let (kind, length) = (short(head, 0).ok()?, short(head, 2).ok()?);
        let Some((data, behind)) = behind.split_at_checked(usize::from(length)) else {
            rest = &[];
            return Some(Err(WorkbookError::cut_off()));
        };
        rest = behind;
        Some(Ok(Record { kind, data }))
    })
}

fn short(data: &[u8], at: usize) -> Result<u16, WorkbookError> {
    let bytes = data.get(at..at + 2).and_then(|bytes| bytes.try_into().ok());
    let bytes = bytes.ok_or_else(|| WorkbookError::damaged("it has a record that is too short"))?;
    Ok(u16::from_le_bytes(bytes))
}

impl Globals {
    /// # Errors
    /// The stream is damaged, or ends too early.
    pub fn read(stream: &[u8]) -> Result<Self, WorkbookError> {
        let mut globals = Self::default();
        for record in records(stream, 0) {
            let Record { kind, data } = record?;
            match kind {
                BEGIN => globals.is_unicode = short(data, 0)? == UNICODE,
                ENCRYPTION => globals.is_encrypted |= data.iter().any(|&byte| byte != 0),
                SHEET => {
                    let (low, high) = (short(data, 0)?, short(data, 2)?);
                    let state = short(data, 4)?;
                    globals.sheets.push(SheetPlace {
                        offset: usize::from(low) | usize::from(high) << 16,
                        is_worksheet: state >> 8 == 0,
                        is_hidden: state & 3 != 0,
                    });
                }
                STYLE => globals.styles.push(short(data, 2)?),
                NUMBER_FORMAT => globals
                    .formats
                    .push((short(data, 0)?, code(data, globals.is_unicode)?)),
                END => return Ok(globals),
                _ => {}
            }
            if globals.is_encrypted {
                return Ok(globals);
            }
        }
        Err(WorkbookError::cut_off())
    }
}

/// The code of a number format.
fn code(data: &[u8], is_unicode: bool) -> Result<String, WorkbookError> {
    let too_short = || WorkbookError::damaged("it has a record that is too short");
    if !is_unicode {
        let bytes = data.get(3..).ok_or_else(too_short)?;
        return Ok(WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned());
    }
    // The characters have one byte each, or two if the first bit is set.
    let (flags, bytes) = data
        .get(4..)
        .and_then(<[u8]>::split_first)
        .ok_or_else(too_short)?;
    Ok(if flags & 1 == 1 {
        UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
    } else {
        bytes.iter().copied().map(char::from).collect()
    })
}

impl SheetFacts {
    /// # Errors
    /// The sheet is damaged, or ends too early.
    pub fn read(stream: &[u8], offset: usize) -> Result<Self, WorkbookError> {
        let (mut facts, mut depth) = (Self::default(), 0_usize);
        for record in records(stream, offset) {
            let Record { kind, data } = record?;
            match kind {
                BEGIN => depth += 1,
                END if depth <= 1 => {
                    facts.cells.sort_by_key(|cell| (cell.row, cell.column));
                    return Ok(facts);
                }
                END => depth -= 1,
                // A chart in the sheet has records of its own.
                _ if depth == 1 => facts.add(kind, data)?,
                _ => {}
            }
        }
        Err(WorkbookError::cut_off())
    }

    fn add(&mut self, kind: u16, data: &[u8]) -> Result<(), WorkbookError> {
        match kind {
            // The bit `fDyZero` (MS-XLS 2.4.221).
            ROW if short(data, 12)? & 0x20 != 0 => self.hidden_rows.push(short(data, 0)?.into()),
            COLUMNS if short(data, 8)? & 1 == 1 => {
                let (first, last) = (short(data, 0)?, short(data, 2)?);
                self.hidden_columns.push(first.into()..=last.into());
            }
            FORMULA => self.cell(data, true, false)?,
            SHARED_TEXT => self.cell(data, false, true)?,
            kind if OTHER_CELLS.contains(&kind) => self.cell(data, false, false)?,
            NUMBERS => {
                let (row, first) = (short(data, 0)?.into(), short(data, 2)?.into());
                let numbers = data
                    .get(4..data.len().saturating_sub(2))
                    .unwrap_or_default();
                for (column, number) in (first..).zip(numbers.chunks_exact(6)) {
                    let style = short(number, 0)?;
                    self.cells.push(CellFact {
                        row,
                        column,
                        style,
                        is_formula: false,
                        has_value: false,
                    });
                }
            }
            DIMENSIONS if data.len() >= 12 => {
                let row = |at| {
                    Ok::<_, WorkbookError>(
                        u64::from(short(data, at)?) | u64::from(short(data, at + 2)?) << 16,
                    )
                };
                let rows = row(4)?.saturating_sub(row(0)?) + 1;
                self.claimed = rows.saturating_mul(
                    COLUMNS_OF_SHEET
                        .min(u64::from(short(data, 10)?.saturating_sub(short(data, 8)?)) + 1),
                );
            }
            _ => {}
        }
        Ok(())
    }

    fn cell(
        &mut self,
        data: &[u8],
        is_formula: bool,
        has_value: bool,
    ) -> Result<(), WorkbookError> {
        self.cells.push(CellFact {
            row: short(data, 0)?.into(),
            column: short(data, 2)?.into(),
            style: short(data, 4)?,
            is_formula,
            has_value,
        });
        Ok(())
    }

    /// Cells in the rectangle around all cells, or in the one that the sheet claims if it is larger.
    pub fn area(&self) -> u64 {
        let span = |of: fn(&CellFact) -> u32| {
            let least = self.cells.iter().map(of).min()?;
            let most = self.cells.iter().map(of).max()?;
            Some(u64::from(most - least) + 1)
        };
        let rows = span(|cell| cell.row).unwrap_or(0);
        let columns = span(|cell| cell.column).unwrap_or(0);
        (rows * columns).max(self.claimed)
    }
}
