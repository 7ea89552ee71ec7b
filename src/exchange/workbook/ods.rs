//! OpenDocument spreadsheets (.ods, .ots; OpenDocument 1.3 part 3:
//! <https://docs.oasis-open.org/office/OpenDocument/v1.3/>). A cell has the text that a person sees beside
//! its value, so number formats are not needed.

use std::io::Read;

use quick_xml::events::{BytesStart, Event};

use super::error::WorkbookError;
use super::ods_cell::OdsCell;
use super::package::Package;
use super::part::{Piece, Visit};
use super::sheet_name::SheetName;
use super::xml::{XmlPart, attribute, skip};

/// An OpenDocument spreadsheet.
pub(super) struct OdsBook {
    package: Package,
    sheets: Vec<SheetName>,
}

const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
/// The rows and columns of a spreadsheet at most (LibreOffice).
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;
/// The most cells that repetitions may make of one row.
const MOST_REPEATED: u32 = 1 << 16;

impl OdsBook {
    pub fn open(mut package: Package) -> Result<Self, WorkbookError> {
        if is_encrypted(&mut package)? {
            return Err(WorkbookError::Encrypted);
        }
        let (mut part, mut buffer) = (package.needed(CONTENT)?, Vec::new());
        let (mut sheets, mut hidden_styles, mut style, mut has_sheets) =
            (Vec::new(), Vec::new(), None, false);
        loop {
            buffer.clear();
            match part.read_event_into(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "style" => style = attribute(&element, "name")?,
                    "table-properties"
                        if attribute(&element, "display")?.as_deref() == Some("false") =>
                    {
                        hidden_styles.extend(style.take());
                    }
                    "spreadsheet" => has_sheets = true,
                    "table" if has_sheets => {
                        let name = attribute(&element, "name")?.unwrap_or_default();
                        let style = attribute(&element, "style-name")?;
                        let is_hidden = style.is_some_and(|style| hidden_styles.contains(&style));
                        sheets.push(SheetName { name, is_hidden });
                        skip(&mut part, &mut buffer)?;
                    }
                    _ if has_sheets => skip(&mut part, &mut buffer)?,
                    _ => {}
                },
                Event::End(element) if element.local_name().as_ref() == "document-content" => break,
                Event::Eof => return Err(WorkbookError::cut_off()),
                _ => {}
            }
        }
        drop(part);
        if !has_sheets {
            return Err(WorkbookError::NotAWorkbook);
        }
        Ok(Self { package, sheets })
    }

    pub fn sheets(&self) -> &[SheetName] {
        &self.sheets
    }

    /// Hands over the pieces of the sheet with this index.
    pub fn read(&mut self, index: usize, visit: &mut Visit<'_>) -> Result<(), WorkbookError> {
        let (mut part, mut buffer) = (self.package.needed(CONTENT)?, Vec::new());
        let (mut has_sheets, mut before) = (false, index);
        loop {
            buffer.clear();
            match part.read_event_into(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "spreadsheet" => has_sheets = true,
                    "table" if has_sheets && before == 0 => break,
                    "table" if has_sheets => {
                        before -= 1;
                        skip(&mut part, &mut buffer)?;
                    }
                    _ if has_sheets => skip(&mut part, &mut buffer)?,
                    _ => {}
                },
                Event::Eof => return Err(WorkbookError::cut_off()),
                _ => {}
            }
        }
        let mut sheet = OdsSheet {
            part,
            row: 0,
            column: 0,
        };
        sheet.read(visit)
    }
}

/// Whether the manifest names the encryption of a part.
fn is_encrypted(package: &mut Package) -> Result<bool, WorkbookError> {
    if !package.has(MANIFEST) {
        return Ok(false);
    }
    let (mut part, mut buffer) = (package.needed(MANIFEST)?, Vec::new());
    loop {
        buffer.clear();
        match part.read_event_into(&mut buffer)? {
            Event::Start(element) if element.local_name().as_ref() == "encryption-data" => {
                return Ok(true);
            }
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

/// A sheet while it is read.
struct OdsSheet<R> {
    part: XmlPart<R>,
    row: u32,
    /// The next column, of cells or of the descriptions of columns.
    column: u32,
}

impl<R: Read> OdsSheet<R> {
    fn read(&mut self, visit: &mut Visit<'_>) -> Result<(), WorkbookError> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match self.part.read_event_into(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "table-column" => {
                        let first = self.column;
                        self.column =
                            first.saturating_add(repeated(&element, "number-columns-repeated")?);
                        if is_hidden(&element)?
                            && !visit(Piece::HiddenColumns(first..=self.column - 1))
                        {
                            return Ok(());
                        }
                    }
                    "table-row" => {
                        let times = repeated(&element, "number-rows-repeated")?;
                        let is_hidden = is_hidden(&element)?;
                        let cells = self.row()?;
                        if !self.hand_over(&cells, times, is_hidden, visit)? {
                            return Ok(());
                        }
                    }
                    // Groups and headers have rows and columns in them.
                    "table-columns"
                    | "table-header-columns"
                    | "table-column-group"
                    | "table-rows"
                    | "table-header-rows"
                    | "table-row-group" => {}
                    _ => skip(&mut self.part, &mut buffer)?,
                },
                Event::End(element) if element.local_name().as_ref() == "table" => return Ok(()),
                Event::Eof => return Err(WorkbookError::cut_off()),
                _ => {}
            }
        }
    }

    /// The cells of a row that has begun, with their columns.
    fn row(&mut self) -> Result<Vec<(u32, OdsCell)>, WorkbookError> {
        let (mut cells, mut buffer, mut column) = (Vec::new(), Vec::new(), 0_u32);
        loop {
            buffer.clear();
            match self.part.read_event_into(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "table-cell" | "covered-table-cell" => {
                        let times = repeated(&element, "number-columns-repeated")?;
                        let cell = OdsCell::read(&element, &mut self.part)?;
                        if !cell.is_blank() {
                            // Cells beyond the last column that is read are refused one by one.
                            for index in 0..times.min(MOST_REPEATED) {
                                cells.push((column.saturating_add(index), cell.clone()));
                            }
                        }
                        column = column.saturating_add(times).min(COLUMNS);
                    }
                    _ => skip(&mut self.part, &mut buffer)?,
                },
                Event::End(element) if element.local_name().as_ref() == "table-row" => {
                    return Ok(cells);
                }
                Event::Eof => return Err(WorkbookError::cut_off()),
                _ => {}
            }
        }
    }

    /// Hands over a row as often as it is repeated.
    fn hand_over(
        &mut self,
        cells: &[(u32, OdsCell)],
        times: u32,
        is_hidden: bool,
        visit: &mut Visit<'_>,
    ) -> Result<bool, WorkbookError> {
        let first = self.row;
        self.row = first.saturating_add(times).min(ROWS);
        if cells.is_empty() {
            return Ok(true);
        }
        for row in first..first.saturating_add(times) {
            if row >= ROWS {
                return Err(WorkbookError::damaged("a cell lies outside of the sheet"));
            }
            if is_hidden && !visit(Piece::HiddenRow(row)) {
                return Ok(false);
            }
            for (column, cell) in cells {
                let piece = Piece::Cell {
                    row,
                    column: *column,
                    cell: cell.seen(),
                };
                if !visit(piece) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// How often a row, column or cell is repeated.
fn repeated(element: &BytesStart<'_>, name: &str) -> Result<u32, WorkbookError> {
    let times = super::xml::number(element, name)?;
    Ok(times.unwrap_or(1).max(1))
}

/// Whether a row or column is hidden, or filtered out.
fn is_hidden(element: &BytesStart<'_>) -> Result<bool, WorkbookError> {
    let visibility = attribute(element, "visibility")?;
    Ok(matches!(visibility.as_deref(), Some("collapse" | "filter")))
}
