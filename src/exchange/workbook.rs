//! Excel workbooks (.xlsx, ECMA-376: <https://ecma-international.org/publications-and-standards/standards/ecma-376/>):
//! the sheets of a file, and the rows of a sheet as texts, one row in memory at a time.

use std::fs::File;
use std::io::{BufReader, Read, Seek as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use chrono::{Days, NaiveDate, NaiveTime};
use memchr::memmem;
use zip::ZipArchive;

use super::limits::{MOST_COLUMNS, is_too_long, too_long, too_wide};
use crate::domain::text::shown;
use crate::io_words::cause;
use crate::time_format::{time_of_day, wall_clock};

/// A workbook whose parts were checked: they are not larger than the archive says.
pub struct Workbook {
    xlsx: Xlsx<BufReader<File>>,
    sheets: Vec<String>,
}

/// The reason why a workbook cannot be read. Nothing was imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookError {
    #[error("The file is no Excel workbook. Save it as an Excel workbook (.xlsx) or as CSV UTF-8.")]
    NotAWorkbook,
    #[error(
        "The workbook has a password, or is saved as Excel 97 did (.xls). Save it as an Excel workbook (.xlsx) without a \
         password."
    )]
    Encrypted,
    #[error("The workbook is larger than {} MB. Save the sheet as CSV UTF-8.", LARGEST_FILE >> 20)]
    TooLarge,
    #[error("The workbook is larger than {} MB when unpacked. Save the sheet as CSV UTF-8.", LARGEST_UNPACKED >> 20)]
    TooLargeUnpacked,
    #[error(
        "A part of the workbook becomes more than {MOST_RATIO} times larger when it is unpacked, as in files that were made to \
         do harm. Save the sheet as CSV UTF-8."
    )]
    PackedTooTightly,
    #[error("The sheet has too much text. Split it, or save it as CSV UTF-8.")]
    TooMuchText,
    #[error("The workbook is damaged: {}. Open it in Excel and save it again.", shown(.0))]
    Damaged(String),
    #[error("The workbook has no sheet {}.", shown(.0))]
    NoSuchSheet(String),
    #[error("The file cannot be read: {0}.")]
    Io(String),
}

const LARGEST_FILE: u64 = 100 << 20;
const LARGEST_UNPACKED: u64 = 512 << 20;
/// The most that a part may grow when it is unpacked, if it is then larger than `FREE_TO_GROW` bytes.
/// Sheets of Excel grow about ten times, deflate permits a thousand times.
const MOST_RATIO: u64 = 200;
const FREE_TO_GROW: u64 = 16 << 20;
/// The most bytes of the shared texts, which the reader keeps in memory.
const MOST_SHARED: u64 = 128 << 20;
/// The first bytes of a ZIP archive, such as a workbook.
const ZIP: &[u8] = b"PK\x03\x04";
/// The first bytes of a compound file, such as a file of Excel 97 or a workbook with a password.
const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
/// The part that only ZIP archives of Office have.
const CONTENT_TYPES: &str = "[Content_Types].xml";
/// The part with the texts of all cells, each once. It may be in any folder.
const SHARED_TEXTS: &str = "sharedstrings.xml";
/// Bytes of the shortest shared text: `<si><t/></si>`.
const SHORTEST_SHARED_TEXT: u64 = 13;
/// Shared texts that a file may announce in any case, since some programs count each use of a text.
const FEW_TEXTS: u64 = 4_000_000;
/// The first bytes of an entry of a ZIP directory, and the entries that a workbook may have: memory
/// for all of them is allocated at once.
const ENTRY: &[u8] = b"PK\x01\x02";
const MOST_PARTS: usize = 20_000;
/// The rows and columns of a sheet in Excel.
const ROWS: u32 = 1 << 20;
const COLUMNS: u32 = 1 << 14;
const SECONDS_OF_DAY: f64 = 86_400.0;

/// A row of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// The number of the row as Excel shows it.
    pub number: u64,
    pub cells: Vec<String>,
    /// The reason why the row cannot be read, if it cannot. Cells that are too far to the right are
    /// left out, and so are those that are too long.
    pub problem: Option<String>,
}

impl Workbook {
    /// Whether a file with these first bytes may be a workbook. [`Workbook::open`] decides.
    pub fn may_be(start: &[u8]) -> bool {
        start.starts_with(ZIP) || start.starts_with(COMPOUND_FILE)
    }

    /// Checks all parts of a file and opens it.
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
        if start.starts_with(COMPOUND_FILE) {
            return Err(WorkbookError::Encrypted);
        }
        if !start.starts_with(ZIP) {
            return Err(WorkbookError::NotAWorkbook);
        }
        file.rewind().map_err(io)?;
        if count_parts(&file).map_err(io)? > MOST_PARTS {
            return Err(WorkbookError::Damaged("it has too many parts".to_owned()));
        }
        file.rewind().map_err(io)?;
        check_parts(&file)?;
        file.rewind().map_err(io)?;
        let mut xlsx = guarded(|| Xlsx::new(BufReader::new(file)))?;
        let all = xlsx.sheets_metadata();
        if all.is_empty() {
            return Err(WorkbookError::NotAWorkbook);
        }
        let visible = all.iter().filter(|sheet| {
            sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
        });
        let mut sheets: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
        // A damaged sheet stays in the list, so that choosing it shows the error.
        sheets.retain(|sheet| rows(&mut xlsx, sheet, |_| false) != Ok(false));
        Ok(Self { xlsx, sheets })
    }

    /// The visible worksheets that have any cell, in the workbook's order.
    pub fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Hands every row of a sheet to `visit`, until `visit` returns false.
    ///
    /// Rows without any text are left out. A row is at least as wide as the first one, which is the
    /// header.
    ///
    /// # Errors
    /// There is no such sheet, or it is damaged; then rows may have been visited already.
    pub fn for_each_row(
        &mut self,
        sheet: &str,
        visit: impl FnMut(SheetRow) -> bool,
    ) -> Result<(), WorkbookError> {
        rows(&mut self.xlsx, sheet, visit).map(|_any| ())
    }
}

/// Visits the rows of a sheet. False: it has none.
fn rows(
    xlsx: &mut Xlsx<BufReader<File>>,
    sheet: &str,
    mut visit: impl FnMut(SheetRow) -> bool,
) -> Result<bool, WorkbookError> {
    let is_1904 = xlsx.has_1904_epoch();
    let mut cells = guarded(|| xlsx.worksheet_cells_reader(sheet))?;
    let (mut width, mut row) = (0, RowOfTexts::default());
    let mut hand_over = |mut row: RowOfTexts| {
        width = if width == 0 { row.texts.len() } else { width };
        row.texts.resize(width.max(row.texts.len()), String::new());
        visit(SheetRow {
            number: u64::from(row.number) + 1,
            cells: row.texts,
            problem: row.problem,
        })
    };
    while let Some(cell) = guarded(|| cells.next_cell())? {
        let (number, column) = cell.get_position();
        if number >= ROWS || column >= COLUMNS {
            return Err(WorkbookError::Damaged(
                "a cell lies outside of the sheet".to_owned(),
            ));
        }
        let value = cell.get_value();
        let is_long = matches!(value, DataRef::SharedString(text) if is_too_long(text))
            || matches!(value, DataRef::String(text) if is_too_long(text));
        let text = if is_long {
            String::new()
        } else {
            text(value, is_1904)
        };
        if text.is_empty() && !is_long {
            continue;
        }
        if number != row.number && row.has_any() {
            if number < row.number {
                return Err(WorkbookError::Damaged(
                    "its rows are not in order".to_owned(),
                ));
            }
            if !hand_over(std::mem::take(&mut row)) {
                return Ok(true);
            }
        }
        row.number = number;
        row.add(column as usize, (!is_long).then_some(text));
    }
    let any = row.has_any();
    if any {
        hand_over(row);
    }
    Ok(any)
}

/// A row while its cells are read.
#[derive(Default)]
struct RowOfTexts {
    number: u32,
    texts: Vec<String>,
    problem: Option<String>,
}

impl RowOfTexts {
    fn has_any(&self) -> bool {
        !self.texts.is_empty() || self.problem.is_some()
    }

    /// Adds a cell. It has no text if that is too long.
    fn add(&mut self, column: usize, text: Option<String>) {
        if column >= MOST_COLUMNS {
            self.problem.get_or_insert_with(|| too_wide(column));
            return;
        }
        if self.texts.len() <= column {
            self.texts.resize(column + 1, String::new());
        }
        match text {
            Some(text) => self.texts[column] = text,
            None => {
                self.problem.get_or_insert_with(|| too_long(column));
            }
        }
    }
}

/// The highest possible number of entries in a ZIP directory, counted before memory is allocated
/// for them.
fn count_parts(mut file: &File) -> std::io::Result<usize> {
    let (mut chunk, mut kept, mut count) = (vec![0; 1 << 16], 0, 0);
    loop {
        let read = file.read(&mut chunk[kept..])?;
        if read == 0 {
            return Ok(count);
        }
        let filled = kept + read;
        count += memmem::find_iter(&chunk[..filled], ENTRY).count();
        // The last bytes may be the beginning of another entry.
        kept = filled.min(ENTRY.len() - 1);
        chunk.copy_within(filled - kept..filled, 0);
    }
}

/// Unpacks each part once without keeping it, since the sizes in a ZIP directory may be false.
fn check_parts(file: &File) -> Result<(), WorkbookError> {
    let damaged = |error: zip::result::ZipError| WorkbookError::Damaged(error.to_string());
    let mut zip = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    if zip.index_for_name(CONTENT_TYPES).is_none() {
        return Err(WorkbookError::NotAWorkbook);
    }
    let mut promised = 0_u64;
    for place in 0..zip.len() {
        promised = promised.saturating_add(zip.by_index_raw(place).map_err(damaged)?.size());
    }
    if promised > LARGEST_UNPACKED {
        return Err(WorkbookError::TooLargeUnpacked);
    }
    let (mut unpacked, mut chunk) = (0_u64, vec![0; 1 << 16]);
    for place in 0..zip.len() {
        let mut part = zip.by_index(place).map_err(damaged)?;
        let packed = part.compressed_size().max(1);
        let has_texts = part
            .name()
            .map_err(damaged)?
            .to_ascii_lowercase()
            .ends_with(SHARED_TEXTS);
        let (mut counts, mut size) = (SharedTexts::default(), 0_u64);
        loop {
            let read = part
                .read(&mut chunk)
                .map_err(|error| WorkbookError::Damaged(error.to_string()))?;
            if read == 0 {
                break;
            }
            size += read as u64;
            if size > FREE_TO_GROW && size / packed > MOST_RATIO {
                return Err(WorkbookError::PackedTooTightly);
            }
            if has_texts && size > MOST_SHARED {
                return Err(WorkbookError::TooMuchText);
            }
            if unpacked + size > LARGEST_UNPACKED {
                return Err(WorkbookError::TooLargeUnpacked);
            }
            if has_texts {
                chunk[..read].iter().for_each(|&byte| counts.see(byte));
            }
        }
        // The reader allocates memory for all announced texts before it reads the first one.
        if counts.most > FEW_TEXTS.max(size / SHORTEST_SHARED_TEXT) {
            return Err(WorkbookError::Damaged(
                "it promises more texts than it has".to_owned(),
            ));
        }
        unpacked += size;
    }
    Ok(())
}

/// Looks for `uniqueCount="12"` in the bytes of a part, and keeps the largest number.
#[derive(Default)]
struct SharedTexts {
    matched: usize,
    number: u64,
    most: u64,
}

impl SharedTexts {
    const NAME: &[u8] = b"uniqueCount";

    fn see(&mut self, byte: u8) {
        match byte {
            // In UTF-16 every other byte of such a text is zero.
            0 => {}
            byte if Self::NAME.get(self.matched) == Some(&byte) => self.matched += 1,
            b'0'..=b'9' if self.matched == Self::NAME.len() => {
                self.number = self
                    .number
                    .saturating_mul(10)
                    .saturating_add(u64::from(byte - b'0'));
                self.most = self.most.max(self.number);
            }
            b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\''
                if self.matched == Self::NAME.len() => {}
            byte => {
                self.matched = usize::from(byte == Self::NAME[0]);
                self.number = 0;
            }
        }
    }
}

/// A cell as a text.
fn text(cell: &DataRef<'_>, is_1904: bool) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(true) => "True".to_owned(),
        DataRef::Bool(false) => "False".to_owned(),
        DataRef::String(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::DateTimeIso(text) => text.replacen('T', " ", 1),
        DataRef::DateTime(at) if at.is_duration() => duration(at.as_f64()),
        DataRef::DateTime(at) => {
            moment(at.as_f64(), is_1904).unwrap_or_else(|| at.as_f64().to_string())
        }
        DataRef::Error(error) => error.to_string(),
    }
}

/// A serial number as a date and time, to the second, or only a time for day 0. None when it is no
/// date.
fn moment(serial: f64, is_1904: bool) -> Option<String> {
    let seconds = (serial * SECONDS_OF_DAY).round();
    if !(0.0..=3e11).contains(&seconds) {
        return None;
    }
    let days = (seconds / SECONDS_OF_DAY).floor();
    let time = NaiveTime::from_num_seconds_from_midnight_opt(
        to_u64(seconds % SECONDS_OF_DAY).try_into().ok()?,
        0,
    )?;
    let epoch = match to_u64(days) {
        0 => return Some(time_of_day(time)),
        _ if is_1904 => NaiveDate::from_ymd_opt(1904, 1, 1),
        1..60 => NaiveDate::from_ymd_opt(1899, 12, 31),
        // Excel's 29 February 1900 did not exist.
        60 => None,
        _ => NaiveDate::from_ymd_opt(1899, 12, 30),
    }?;
    let date = epoch.checked_add_days(Days::new(to_u64(days)))?;
    Some(wall_clock(date.and_time(time)))
}

/// `[h]:mm:ss`
fn duration(days: f64) -> String {
    let seconds = to_u64((days.abs() * SECONDS_OF_DAY).round());
    let sign = if days < 0.0 { "-" } else { "" };
    format!(
        "{sign}{}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[expect(
    clippy::cast_sign_loss,
    reason = "whole numbers that were checked, or are absolute; others become the nearest"
)]
fn to_u64(number: f64) -> u64 {
    number as u64
}

/// Runs the reader of workbooks. It adds numbers from the file without checking, so a damaged file
/// makes it panic in builds with overflow checks.
fn guarded<T>(work: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, WorkbookError> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(XlsxError::WorksheetNotFound(sheet))) => Err(WorkbookError::NoSuchSheet(sheet)),
        Ok(Err(XlsxError::Io(error))) => Err(WorkbookError::Io(cause(&error))),
        Ok(Err(XlsxError::Password)) => Err(WorkbookError::Encrypted),
        Ok(Err(error)) => Err(WorkbookError::Damaged(error.to_string())),
        Err(_panic) => Err(WorkbookError::Damaged(
            "it has numbers beyond all bounds".to_owned(),
        )),
    }
}
