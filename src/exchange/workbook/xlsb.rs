//! Binary workbooks of Excel (.xlsb, MS-XLSB:
//! <https://learn.microsoft.com/openspecs/office_file_formats/ms-xlsb>).

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{BufReader, Read};

use encoding_rs::UTF_16LE;

use super::error::WorkbookError;
use super::number_format::NumberFormat;
use super::package::Package;
use super::part::{CellValue, Piece, RawCell, Visit};
use super::shared_texts::SharedTexts;
use super::sheet_name::SheetName;
use super::xlsx_parts::format;

/// A workbook of binary parts.
pub(super) struct XlsbBook {
    package: Package,
    sheets: Vec<SheetName>,
    /// The part of each sheet.
    parts: Vec<String>,
    texts: SharedTexts,
    formats: Vec<NumberFormat>,
    is_1904: bool,
}

/// The largest record, in bytes. Those with texts are far smaller.
const LARGEST_RECORD: usize = 1 << 24;

// Kinds of records (MS-XLSB 2.3).
const ROW: u16 = 0;
const FIRST_CELL: u16 = 1;
const FORMULA_TEXT: u16 = 8;
const FORMULA_ERROR: u16 = 11;
const SHARED_TEXT: u16 = 19;
const NUMBER_FORMAT: u16 = 44;
const STYLE: u16 = 47;
const COLUMNS: u16 = 60;
/// Cells without a column, which is the next one (MS-XLSB 2.3.1). They are the kinds 1 to 7 otherwise.
const FIRST_SHORT_CELL: u16 = 12;
const LAST_SHORT_CELL: u16 = 18;
const RICH_TEXT: u16 = 62;
const END_OF_CELLS: u16 = 146;
const WORKBOOK: u16 = 153;
const SHEET: u16 = 156;
const CELL_STYLES: u16 = 617;
const END_OF_CELL_STYLES: u16 = 618;

impl XlsbBook {
    /// Reads the workbook in this part of a package.
    pub fn open(mut package: Package, workbook: &str) -> Result<Self, WorkbookError> {
        let relations = package.relations(workbook)?;
        let (mut sheets, mut parts, mut is_1904) = (Vec::new(), Vec::new(), false);
        let mut records = BinaryRecords::of(&mut package, workbook)?;
        while let Some(kind) = records.next()? {
            match kind {
                WORKBOOK => is_1904 = records.byte(0)? & 1 == 1,
                SHEET => {
                    let (id, length) = records.text(8)?;
                    let (name, _) = records.text(8 + length)?;
                    let relation = relations.iter().find(|relation| relation.id == id);
                    if let Some(relation) = relation.filter(|relation| relation.kind == "worksheet")
                    {
                        let is_hidden = records.number(0)? != 0;
                        sheets.push(SheetName { name, is_hidden });
                        parts.push(relation.target.clone());
                    }
                }
                _ => {}
            }
        }
        drop(records);
        let texts = match package.related(workbook, "sharedStrings", "sharedStrings.bin")? {
            Some(name) => shared_texts(&mut BinaryRecords::of(&mut package, &name)?)?,
            None => SharedTexts::default(),
        };
        let formats = match package.related(workbook, "styles", "styles.bin")? {
            Some(name) => formats(&mut BinaryRecords::of(&mut package, &name)?)?,
            None => Vec::new(),
        };
        Ok(Self {
            package,
            sheets,
            parts,
            texts,
            formats,
            is_1904,
        })
    }

    pub fn sheets(&self) -> &[SheetName] {
        &self.sheets
    }

    /// Hands over the pieces of the sheet with this index.
    pub fn read(&mut self, index: usize, visit: &mut Visit<'_>) -> Result<(), WorkbookError> {
        let name = self.parts[index].clone();
        let mut records = BinaryRecords::of(&mut self.package, &name)?;
        let (mut row, mut column) = (0, 0);
        while let Some(kind) = records.next()? {
            let goes_on = match kind {
                COLUMNS if records.byte(16)? & 1 == 1 => visit(Piece::HiddenColumns(
                    records.number(0)?..=records.number(4)?,
                )),
                ROW => {
                    row = records.number(0)?;
                    column = 0;
                    // The bit `fDyZero` (MS-XLSB 2.4.740).
                    records.byte(11)? & 0x10 == 0 || visit(Piece::HiddenRow(row))
                }
                FIRST_CELL..=LAST_SHORT_CELL | RICH_TEXT => {
                    let is_short = (FIRST_SHORT_CELL..=LAST_SHORT_CELL).contains(&kind);
                    let (kind, start) = if is_short {
                        (kind - FORMULA_ERROR, 0)
                    } else {
                        column = records.number(0)?;
                        (kind, 4)
                    };
                    let style = records.number(start)? & 0x00FF_FFFF;
                    let cell = RawCell {
                        value: records.value(kind, start + 4, &self.texts)?,
                        is_formula: (FORMULA_TEXT..=FORMULA_ERROR).contains(&kind),
                        format: self.formats.get(style as usize),
                    };
                    let piece = Piece::Cell {
                        row,
                        column,
                        cell: cell.seen(self.is_1904),
                    };
                    column = column.saturating_add(1);
                    visit(piece)
                }
                END_OF_CELLS => return Ok(()),
                _ => true,
            };
            if !goes_on {
                return Ok(());
            }
        }
        Err(WorkbookError::cut_off())
    }
}

fn shared_texts(records: &mut BinaryRecords<impl Read>) -> Result<SharedTexts, WorkbookError> {
    let mut texts = SharedTexts::default();
    while let Some(kind) = records.next()? {
        if kind == SHARED_TEXT {
            texts.push(&records.text(1)?.0);
        }
    }
    Ok(texts)
}

/// The number format of each style.
fn formats(records: &mut BinaryRecords<impl Read>) -> Result<Vec<NumberFormat>, WorkbookError> {
    let (mut formats, mut codes, mut is_in_styles) = (Vec::new(), HashMap::new(), false);
    while let Some(kind) = records.next()? {
        match kind {
            NUMBER_FORMAT => {
                codes.insert(records.short(0)?, records.text(2)?.0);
            }
            CELL_STYLES => is_in_styles = true,
            END_OF_CELL_STYLES => break,
            STYLE if is_in_styles => {
                let id = records.short(2)?;
                formats.push(format(id.into(), codes.get(&id).map(String::as_str)));
            }
            _ => {}
        }
    }
    Ok(formats)
}

/// The records of a part (MS-XLSB 2.1.4).
struct BinaryRecords<R> {
    part: BufReader<R>,
    data: Vec<u8>,
}

impl BinaryRecords<()> {
    fn of<'p>(
        package: &'p mut Package,
        name: &str,
    ) -> Result<BinaryRecords<impl Read + use<'p>>, WorkbookError> {
        let part = package.part(name)?;
        let missing = || WorkbookError::damaged(format!("its part {name} is missing"));
        let part = BufReader::new(part.ok_or_else(missing)?);
        Ok(BinaryRecords {
            part,
            data: Vec::new(),
        })
    }
}

impl<R: Read> BinaryRecords<R> {
    /// Reads the next record, and returns its kind. None at the end of the part.
    fn next(&mut self) -> Result<Option<u16>, WorkbookError> {
        let Some(first) = self.read_byte()? else {
            return Ok(None);
        };
        let mut kind = u16::from(first & 0x7F);
        if first & 0x80 != 0 {
            kind |= u16::from(self.needed_byte()? & 0x7F) << 7;
        }
        let mut length = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.needed_byte()?;
            length |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > LARGEST_RECORD {
            return Err(WorkbookError::damaged("it has a record that is too long"));
        }
        self.data.clear();
        let part = (&mut self.part).take(length as u64);
        let read = { part }
            .read_to_end(&mut self.data)
            .map_err(WorkbookError::damaged)?;
        if read < length {
            return Err(WorkbookError::cut_off());
        }
        Ok(Some(kind))
    }

    fn read_byte(&mut self) -> Result<Option<u8>, WorkbookError> {
        let mut byte = [0];
        let read = self.part.read(&mut byte).map_err(WorkbookError::damaged)?;
        Ok((read == 1).then_some(byte[0]))
    }

    fn needed_byte(&mut self) -> Result<u8, WorkbookError> {
        self.read_byte()?.ok_or_else(WorkbookError::cut_off)
    }

    fn bytes<const N: usize>(&self, at: usize) -> Result<[u8; N], WorkbookError> {
        let bytes = self
            .data
            .get(at..at + N)
            .and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| WorkbookError::damaged("it has a record that is too short"))
    }

    fn byte(&self, at: usize) -> Result<u8, WorkbookError> {
        Ok(self.bytes::<1>(at)?[0])
    }

    fn short(&self, at: usize) -> Result<u16, WorkbookError> {
        Ok(u16::from_le_bytes(self.bytes(at)?))
    }

    fn number(&self, at: usize) -> Result<u32, WorkbookError> {
        Ok(u32::from_le_bytes(self.bytes(at)?))
    }

    /// A text with its length in characters before it, and the bytes of both.
    fn text(&self, at: usize) -> Result<(String, usize), WorkbookError> {
        let length = match self.number(at)? {
            // A missing text.
            u32::MAX => 0,
            characters => (characters as usize).saturating_mul(2),
        };
        let bytes = self
            .data
            .get(at + 4..)
            .and_then(|bytes| bytes.get(..length));
        let bytes =
            bytes.ok_or_else(|| WorkbookError::damaged("it has a text that is too short"))?;
        let text = UTF_16LE.decode_without_bom_handling(bytes).0.into_owned();
        Ok((text, 4 + length))
    }

    /// The value at this byte of a cell of this kind.
    fn value<'t>(
        &self,
        kind: u16,
        at: usize,
        texts: &'t SharedTexts,
    ) -> Result<CellValue<'t>, WorkbookError> {
        Ok(match kind {
            2 => CellValue::Number(compact_number(self.number(at)?)),
            3 | 11 => CellValue::Error(Cow::Borrowed(error_text(self.byte(at)?))),
            4 | 10 => CellValue::Truth(self.byte(at)? != 0),
            5 | 9 => CellValue::Number(f64::from_le_bytes(self.bytes(at)?)),
            6 | 8 => CellValue::Text(Cow::Owned(self.text(at)?.0)),
            RICH_TEXT => CellValue::Text(Cow::Owned(self.text(at + 1)?.0)),
            7 => {
                let text = texts.get(self.number(at)? as usize);
                let missing =
                    || WorkbookError::damaged("a cell has a text that is not in the file");
                CellValue::Text(Cow::Borrowed(text.ok_or_else(missing)?))
            }
            _ => CellValue::Empty,
        })
    }
}

/// A number in 30 bits: whole, or the upper part of a float; hundredths if the first bit is set
/// (MS-XLSB 2.5.122).
fn compact_number(bits: u32) -> f64 {
    let number = if bits & 2 == 0 {
        f64::from_bits(u64::from(bits & !3) << 32)
    } else {
        f64::from(bits.cast_signed() >> 2)
    };
    if bits & 1 == 0 {
        number
    } else {
        number / 100.0
    }
}

/// The text of an error by its number (MS-XLSB 2.5.97.2).
pub(super) fn error_text(number: u8) -> &'static str {
    match number {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        0x2B => "#GETTING_DATA",
        _ => "#ERROR!",
    }
}
