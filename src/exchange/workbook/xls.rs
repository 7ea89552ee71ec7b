//! Workbooks of Excel 5 to 2003 (.xls, .xlt; MS-XLS:
//! <https://learn.microsoft.com/openspecs/office_file_formats/ms-xls>). `calamine` reads the values of
//! cells. This module reads what it does not give: number formats, hidden rows and columns, and formulas.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, Read, Seek as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Range, Reader as _, Xls, XlsError, XlsOptions};

use super::compound::CompoundFile;
use super::error::WorkbookError;
use super::number_format::NumberFormat;
use super::part::{CellValue, Piece, RawCell, Visit};
use super::sheet_name::SheetName;
use super::xls_records::{Globals, SheetFacts};
use super::xlsx_parts::format;

/// A workbook of Excel 5 to 2003.
pub(super) struct XlsBook {
    xls: Xls<BufReader<File>>,
    sheets: Vec<SheetName>,
    facts: Vec<SheetFacts>,
    formats: Vec<NumberFormat>,
}

/// The names of the stream with the workbook. A file for two versions of Excel has both.
const STREAMS: [&str; 2] = ["Workbook", "Book"];
/// The stream of a workbook that is encrypted as a whole (MS-OFFCRYPTO 2.3.4.4).
const ENCRYPTED: &str = "EncryptedPackage";

impl XlsBook {
    pub fn open(mut file: File) -> Result<Self, WorkbookError> {
        let stream = workbook_stream(&file)?;
        let globals = Globals::read(&stream)?;
        if globals.is_encrypted {
            return Err(WorkbookError::Encrypted);
        }
        let mut facts = Vec::new();
        for sheet in &globals.sheets {
            facts.push(SheetFacts::read(&stream, sheet.offset)?);
        }
        // The reader allocates memory for whole rectangles.
        let area = facts
            .iter()
            .map(SheetFacts::area)
            .fold(0, u64::saturating_add);
        if area > MOST_AREA {
            return Err(WorkbookError::TooWide);
        }
        drop(stream);
        file.rewind().map_err(WorkbookError::damaged)?;
        let mut options = XlsOptions::default();
        // Since Excel 97 all texts are UTF-16, whatever code page a file names.
        options.force_codepage = globals.is_unicode.then_some(UTF_16);
        let xls = guarded(|| Xls::new_with_options(BufReader::new(file), options))?;
        let names = xls.sheets_metadata();
        if names.len() != globals.sheets.len() {
            return Err(WorkbookError::damaged("its list of sheets cannot be read"));
        }
        let (mut sheets, mut kept) = (Vec::new(), Vec::new());
        for ((sheet, name), facts) in globals.sheets.iter().zip(names).zip(facts) {
            if sheet.is_worksheet {
                let (name, is_hidden) = (name.name.clone(), sheet.is_hidden);
                sheets.push(SheetName { name, is_hidden });
                kept.push(facts);
            }
        }
        let codes: HashMap<u16, String> = globals.formats.into_iter().collect();
        let formats = globals
            .styles
            .iter()
            .map(|id| format((*id).into(), codes.get(id).map(String::as_str)));
        Ok(Self {
            formats: formats.collect(),
            xls,
            sheets,
            facts: kept,
        })
    }

    pub fn sheets(&self) -> &[SheetName] {
        &self.sheets
    }

    /// Hands over the pieces of the sheet with this index.
    pub fn read(&mut self, index: usize, visit: &mut Visit<'_>) -> Result<(), WorkbookError> {
        let (name, facts) = (&self.sheets[index].name, &self.facts[index]);
        let is_1904 = self.xls.has_1904_epoch();
        let values = guarded(|| self.xls.worksheet_range(name))?;
        for columns in &facts.hidden_columns {
            visit(Piece::HiddenColumns(columns.clone()));
        }
        let hidden: HashSet<u32> = facts.hidden_rows.iter().copied().collect();
        let mut last = None;
        for fact in &facts.cells {
            if last != Some(fact.row) {
                last = Some(fact.row);
                if hidden.contains(&fact.row) && !visit(Piece::HiddenRow(fact.row)) {
                    return Ok(());
                }
            }
            let cell = RawCell {
                value: value(&values, (fact.row, fact.column), fact.has_value)?,
                is_formula: fact.is_formula,
                format: self.formats.get(usize::from(fact.style)),
            };
            let cell = cell.seen(is_1904);
            let (row, column) = (fact.row, fact.column);
            if !visit(Piece::Cell { row, column, cell }) {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// The number of UTF-16 among code pages.
const UTF_16: u16 = 1200;
/// The largest file of an old workbook in bytes. The reader keeps several copies of it in memory.
const LARGEST_OLD_FILE: u64 = 40 << 20;
/// The most cells in the rectangles around the cells of all sheets.
const MOST_AREA: u64 = 2 << 20;

/// The bytes of the workbook, or the reason why there is none in the file.
fn workbook_stream(mut file: &File) -> Result<Vec<u8>, WorkbookError> {
    if file.metadata().map_err(WorkbookError::damaged)?.len() > LARGEST_OLD_FILE {
        return Err(WorkbookError::TooLarge);
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(WorkbookError::damaged)?;
    let compound = CompoundFile::of(&bytes)?;
    if compound.has(ENCRYPTED) {
        return Err(WorkbookError::Encrypted);
    }
    for name in STREAMS {
        if let Some(stream) = compound.stream(name)? {
            return Ok(stream);
        }
    }
    if !compound.is_whole() {
        return Err(WorkbookError::cut_off());
    }
    Err(WorkbookError::Foreign {
        what: "an old Office file without a workbook",
        hint: "Save the list as an Excel workbook (.xlsx) or as CSV UTF-8.",
    })
}

fn value(
    values: &Range<Data>,
    at: (u32, u32),
    has_value: bool,
) -> Result<CellValue<'_>, WorkbookError> {
    Ok(match values.get_value(at) {
        None | Some(Data::Empty) if has_value => {
            return Err(WorkbookError::damaged(
                "a cell has a text that is not in the file",
            ));
        }
        None | Some(Data::Empty) => CellValue::Empty,
        #[expect(clippy::cast_precision_loss, reason = "the file has 30 bits")]
        Some(Data::Int(number)) => CellValue::Number(*number as f64),
        Some(Data::Float(number)) => CellValue::Number(*number),
        Some(Data::DateTime(at)) => CellValue::Number(at.as_f64()),
        Some(Data::Bool(truth)) => CellValue::Truth(*truth),
        Some(Data::String(text)) => CellValue::Text(Cow::Borrowed(text)),
        Some(Data::Error(error)) => CellValue::Error(Cow::Owned(error.to_string())),
        Some(Data::DateTimeIso(text) | Data::DurationIso(text)) => {
            CellValue::IsoDate(Cow::Borrowed(text))
        }
    })
}

/// Runs the reader of old workbooks. It adds numbers from the file without checking, so a damaged file
/// makes it panic.
fn guarded<T>(work: impl FnOnce() -> Result<T, XlsError>) -> Result<T, WorkbookError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(XlsError::Password)) => Err(WorkbookError::Encrypted),
        Ok(Err(error)) => Err(WorkbookError::damaged(error)),
        Err(_panic) => Err(WorkbookError::damaged("it has numbers beyond all bounds")),
    }
}
