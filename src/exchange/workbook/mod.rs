//! Workbooks of spreadsheet programs: the sheets of a file, and the rows of a sheet as a person sees
//! them, one row in memory at a time.

mod address;
mod bounds;
mod compound;
mod error;
mod format_code;
mod number_format;
mod ods;
mod ods_cell;
mod package;
mod part;
mod rows;
mod serial_date;
mod shared_texts;
mod sheet_name;
mod xls;
mod xls_records;
mod xlsb;
mod xlsx;
mod xlsx_parts;
mod xml;

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;

pub use error::WorkbookError;
pub use part::CellFault;
pub(super) use part::column_name;
pub use rows::{SheetRow, SheetShape};

use crate::io_words::cause;
use error::LARGEST_FILE;
use ods::OdsBook;
use package::Package;
use part::Visit;
use rows::RowBuilder;
use sheet_name::SheetName;
use xls::XlsBook;
use xlsb::XlsbBook;
use xlsx::XlsxBook;

/// A workbook whose parts were checked: they are not larger than the archive says.
pub struct Workbook {
    book: Book,
    /// The names of the worksheets that have any cell: those that are seen, and hidden ones.
    sheets: Vec<String>,
    hidden_sheets: Vec<String>,
}

enum Book {
    Xlsx(XlsxBook),
    Xlsb(XlsbBook),
    Xls(XlsBook),
    Ods(OdsBook),
}

/// The first bytes of a ZIP archive, such as a workbook.
const ZIP: &[u8] = b"PK\x03\x04";
/// The first bytes of a compound file, such as a file of Excel 97 or a workbook with a password.
const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// The part that only ZIP archives of Office have.
const CONTENT_TYPES: &str = "[Content_Types].xml";

impl Workbook {
    /// Whether a file with these first bytes may be a workbook. [`Workbook::open`] decides.
    pub fn may_be(start: &[u8]) -> bool {
        start.starts_with(ZIP) || start.starts_with(COMPOUND_FILE)
    }

    /// Checks all parts of a file and opens it. The name of the file does not matter.
    ///
    /// # Errors
    /// The file cannot be read, is no workbook, or is too large to be read in one go.
    pub fn open(path: &Path) -> Result<Self, WorkbookError> {
        let io = |error: std::io::Error| WorkbookError::Io(cause(&error));
        let mut file = File::open(path).map_err(io)?;
        if file.metadata().map_err(io)?.len() > LARGEST_FILE {
            return Err(WorkbookError::TooLarge);
        }
        let mut start = Vec::new();
        file.by_ref().take(8).read_to_end(&mut start).map_err(io)?;
        file.rewind().map_err(io)?;
        let book = if start.starts_with(COMPOUND_FILE) {
            Book::Xls(XlsBook::open(file)?)
        } else if start.starts_with(ZIP) {
            bounds::check(&file)?;
            file.rewind().map_err(io)?;
            packed(Package::open(file)?)?
        } else {
            return Err(WorkbookError::NotAWorkbook);
        };
        Self::with(book)
    }

    fn with(mut book: Book) -> Result<Self, WorkbookError> {
        let names = book.sheets().to_vec();
        if names.is_empty() {
            return Err(WorkbookError::NotAWorkbook);
        }
        let (mut sheets, mut hidden_sheets) = (Vec::new(), Vec::new());
        for (index, SheetName { name, is_hidden }) in names.into_iter().enumerate() {
            // A damaged sheet stays in the list, so that choosing it shows the error.
            if book.has_any_row(index) != Ok(false) {
                let list = if is_hidden {
                    &mut hidden_sheets
                } else {
                    &mut sheets
                };
                list.push(name);
            }
        }
        Ok(Self {
            book,
            sheets,
            hidden_sheets,
        })
    }

    /// The visible worksheets that have any cell, in the workbook's order.
    pub fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// The hidden worksheets that have any cell.
    pub fn hidden_sheets(&self) -> &[String] {
        &self.hidden_sheets
    }

    /// The name of its kind of file.
    pub fn kind(&self) -> &'static str {
        match self.book {
            Book::Xlsx(_) | Book::Xlsb(_) => "Excel workbook",
            Book::Xls(_) => "Excel 97 workbook",
            Book::Ods(_) => "OpenDocument spreadsheet",
        }
    }

    /// Hands every row of a sheet to `visit`, until `visit` returns false.
    ///
    /// Rows without any text are left out. A row is at least as wide as the first one.
    ///
    /// # Errors
    /// There is no such sheet, or it is damaged; then rows may have been visited already.
    pub fn for_each_row(
        &mut self,
        sheet: &str,
        mut visit: impl FnMut(SheetRow) -> bool,
    ) -> Result<SheetShape, WorkbookError> {
        let names = self.book.sheets();
        let index = names.iter().position(|known| known.name == sheet);
        let index = index.ok_or_else(|| WorkbookError::NoSuchSheet {
            wanted: sheet.to_owned(),
            sheets: self.sheets.join(", "),
        })?;
        let mut rows = RowBuilder::new(&mut visit);
        self.book.read(index, &mut |piece| rows.take(piece))?;
        rows.end()
    }
}

impl Book {
    fn sheets(&self) -> &[SheetName] {
        match self {
            Self::Xlsx(book) => book.sheets(),
            Self::Xlsb(book) => book.sheets(),
            Self::Xls(book) => book.sheets(),
            Self::Ods(book) => book.sheets(),
        }
    }

    fn read(&mut self, index: usize, visit: &mut Visit<'_>) -> Result<(), WorkbookError> {
        match self {
            Self::Xlsx(book) => book.read(index, visit),
            Self::Xlsb(book) => book.read(index, visit),
            Self::Xls(book) => book.read(index, visit),
            Self::Ods(book) => book.read(index, visit),
        }
    }

    fn has_any_row(&mut self, index: usize) -> Result<bool, WorkbookError> {
        let mut has_any = false;
        let mut visit = |_row| {
            has_any = true;
            false
        };
        let mut rows = RowBuilder::new(&mut visit);
        self.read(index, &mut |piece| rows.take(piece))?;
        rows.end()?;
        Ok(has_any)
    }
}

/// The workbook in a ZIP archive.
fn packed(mut package: Package) -> Result<Book, WorkbookError> {
    const NO_SHEET: &str = "an OpenDocument file without a sheet";
    const SAVE: &str = "Save the list as an Excel workbook (.xlsx) or as CSV UTF-8.";
    let foreign = |what| Err(WorkbookError::Foreign { what, hint: SAVE });
    if package.has(CONTENT_TYPES) {
        let relations = package.relations("")?;
        let workbook = relations
            .into_iter()
            .find(|relation| relation.kind == "officeDocument");
        let workbook =
            workbook.map_or_else(|| "xl/workbook.xml".to_owned(), |relation| relation.target);
        return match workbook.split('/').next() {
            Some("word") => foreign("a Word document"),
            Some("ppt") => foreign("a PowerPoint presentation"),
            _ if workbook.to_lowercase().ends_with(".bin") => {
                Ok(Book::Xlsb(XlsbBook::open(package, &workbook)?))
            }
            _ if !package.has(&workbook) => Err(WorkbookError::NotAWorkbook),
            _ => Ok(Book::Xlsx(XlsxBook::open(package, &workbook)?)),
        };
    }
    if is_open_document(&mut package)? {
        if !package.has("content.xml") {
            return foreign(NO_SHEET);
        }
        return match OdsBook::open(package) {
            Err(WorkbookError::NotAWorkbook) => foreign(NO_SHEET),
            book => book.map(Book::Ods),
        };
    }
    if package.has("Index/Document.iwa") || package.has("Index.zip") {
        return foreign("a Numbers document");
    }
    Err(WorkbookError::NotAWorkbook)
}

/// Whether a package says that it is of OpenDocument, or has the parts of one.
fn is_open_document(package: &mut Package) -> Result<bool, WorkbookError> {
    const KIND: &[u8] = b"application/vnd.oasis.opendocument";
    let mut kind = Vec::new();
    if let Some(part) = package.part("mimetype")? {
        let mut start = part.take(KIND.len() as u64);
        start
            .read_to_end(&mut kind)
            .map_err(WorkbookError::damaged)?;
    }
    Ok(kind == KIND || package.has("content.xml") && package.has("META-INF/manifest.xml"))
}
