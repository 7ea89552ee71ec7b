//! A table in a text file: the lines before the header, the header, and then row after row, never the whole file at once.

use std::io::{Cursor, Read};

use super::source::Source;

/// A file that is being read as a table.
pub struct Table {
    reader: csv::Reader<std::io::Chain<Cursor<Vec<u8>>, Source>>,
    headers: Vec<String>,
    /// Lines before the header, which the CSV reader does not see.
    lines_before: u64,
    how_read: HowRead,
}

/// How a file was read, for the people who decide whether that is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HowRead {
    pub encoding: &'static str,
    pub delimiter: char,
    /// What follows `#TYPE` in the first line, where there is such a line.
    pub type_line: Option<String>,
    pub rows: u64,
    /// The order of dates such as 9/25/2012 and the line that proves it, where the file has any.
    pub dates: Option<String>,
}

/// Why a file cannot be read as a table at all. Nothing was imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    #[error("The file cannot be read: {0}.")]
    Io(String),
    #[error("The file is empty.")]
    Empty,
    #[error("The file is saved as {0}. Save it as UTF-8: in PowerShell, add -Encoding UTF8 to Export-Csv.")]
    Encoding(&'static str),
    #[error("The header has the column \"{0}\" twice.")]
    DuplicateHeader(String),
    #[error("This is neither a list of users nor of PINs: the column {missing} is missing. Columns found: {found}.")]
    MissingColumn { missing: String, found: String },
    #[error(
        "The dates of this file can be read as month/day or as day/month, and none of them shows which: the first is \
         {example} on line {line}. Choose the order."
    )]
    DateOrderOpen { example: String, line: u64 },
    #[error("Line {month_first} shows that dates are month/day, line {day_first} that they are day/month.")]
    DateOrderMixed { month_first: u64, day_first: u64 },
    #[error("{0}")]
    Store(#[from] crate::store::StoreError),
    #[error("Cancelled. Nothing was changed.")]
    Cancelled,
}

/// A row that cannot be read; the rows after it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    pub line: u64,
    pub what: String,
}

/// One row, with the line it starts on.
pub struct Row {
    pub line: u64,
    pub fields: Vec<String>,
}

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";
/// No header, and no line before one, is longer than this.
const LONGEST_HEADER: usize = 1 << 20;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

impl Table {
    /// Reads up to and including the header.
    ///
    /// # Errors
    /// The file cannot be read, is empty, is not UTF-8, or has a column twice.
    pub fn open(bytes: Box<dyn Read + Send>) -> Result<Self, ReadError> {
        let io = |error: std::io::Error| ReadError::Io(error.to_string());
        let mut source = Source::new(bytes);
        let start = source.peek().map_err(io)?;
        let encoding = match start {
            [] => return Err(ReadError::Empty),
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Err(ReadError::Encoding("UTF-16")),
            _ if start.starts_with(b"PK\x03\x04") => return Err(ReadError::Encoding("an Excel workbook or archive")),
            _ if start.iter().take(256).any(|&byte| byte == 0) => {
                return Err(ReadError::Encoding("UTF-16 or binary data"));
            }
            _ if start.starts_with(UTF8_BOM) => "UTF-8 with byte-order mark",
            _ => "UTF-8",
        };
        if start.starts_with(UTF8_BOM) {
            source.take_peeked(UTF8_BOM.len());
        }
        let (mut lines_before, mut type_line) = (0, None);
        let header = loop {
            let line = source.take_line(LONGEST_HEADER).map_err(io)?;
            if line.is_empty() {
                return Err(ReadError::Empty);
            }
            let text = line.trim_ascii();
            if text.starts_with(b"#") {
                let is_type = text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"#TYPE"));
                if is_type && type_line.is_none() {
                    type_line = Some(String::from_utf8_lossy(text.get(5..).unwrap_or_default()).trim().to_owned());
                }
            } else if !text.is_empty() {
                break line;
            }
            lines_before += 1;
        };
        let delimiter = delimiter_of(&header);
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(true)
            // With the default, which also ends rows at CR, the rows of a CRLF file count one line too few.
            .terminator(csv::Terminator::Any(b'\n'))
            .from_reader(Cursor::new(header).chain(source));
        let how_read = HowRead { encoding, delimiter: char::from(delimiter), type_line, rows: 0, dates: None };
        let mut table = Self { reader, headers: Vec::new(), lines_before, how_read };
        table.read_headers()?;
        Ok(table)
    }

    /// The columns' names, without spaces around them.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The place of the first column with one of these names, in any case.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.headers.iter().position(|header| header.eq_ignore_ascii_case(name)))
    }

    /// The next row; None at the end. Rows that are not UTF-8 or have too few or too many fields are problems of their own.
    ///
    /// # Errors
    /// The file cannot be read to its end.
    pub fn next_row(&mut self) -> Result<Option<Result<Row, RowProblem>>, ReadError> {
        let mut record = csv::ByteRecord::new();
        let line = loop {
            let before = self.reader.position().line();
            if !self.reader.read_byte_record(&mut record).map_err(|error| ReadError::Io(error.to_string()))? {
                return Ok(None);
            }
            // Of the lines that were read, one is the row's own and some are inside of its fields: the others were blank.
            let lines = self.reader.position().line() - before;
            let own = 1 + memchr::memchr_iter(b'\n', record.as_slice()).count() as u64;
            let line = self.lines_before + before + lines.saturating_sub(own);
            without_carriage_return(&mut record);
            let is_blank = record.len() == 1 && record.as_slice().is_empty();
            if !is_blank {
                break line;
            }
        };
        self.how_read.rows += 1;
        if record.len() != self.headers.len() {
            let what = format!("It has {} fields; the header has {}.", record.len(), self.headers.len());
            return Ok(Some(Err(RowProblem { line, what })));
        }
        let fields: Result<Vec<String>, _> =
            record.iter().map(|field| std::str::from_utf8(field).map(str::to_owned)).collect();
        Ok(Some(fields.map(|fields| Row { line, fields }).map_err(|_not_utf8| {
            let column = record.iter().position(|field| std::str::from_utf8(field).is_err()).unwrap_or(0);
            let name = self.headers.get(column).map_or("", String::as_str);
            RowProblem { line, what: format!("The column {name} is not UTF-8. Save the file as UTF-8.") }
        })))
    }

    /// How many bytes have been read so far, for progress.
    pub fn bytes_read(&self) -> u64 {
        self.reader.get_ref().get_ref().1.bytes_read()
    }

    /// The SHA-256 of the whole file; only right after the last row.
    pub fn sha256(&self) -> String {
        self.reader.get_ref().get_ref().1.sha256()
    }

    pub fn how_read(&self) -> &HowRead {
        &self.how_read
    }

    /// An error that names a missing column, and those that are there.
    pub fn missing(&self, column: &str) -> ReadError {
        ReadError::MissingColumn { missing: column.to_owned(), found: self.headers.join(", ") }
    }

    fn read_headers(&mut self) -> Result<(), ReadError> {
        let headers = self.reader.byte_headers().map_err(|error| ReadError::Io(error.to_string()))?;
        for header in headers {
            let name =
                std::str::from_utf8(header).map_err(|_not_utf8| ReadError::Encoding("another code page than UTF-8"))?;
            let name = name.trim().to_owned();
            // Columns without a name are what a spreadsheet leaves behind; nobody looks for them.
            if !name.is_empty() && self.headers.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                return Err(ReadError::DuplicateHeader(name));
            }
            self.headers.push(name);
        }
        Ok(())
    }
}

/// Takes away the CR of a line end that the last field has got.
fn without_carriage_return(record: &mut csv::ByteRecord) {
    let Some(last) = record.len().checked_sub(1).filter(|&last| record[last].ends_with(b"\r")) else { return };
    let mut fields = csv::ByteRecord::with_capacity(record.as_slice().len(), record.len());
    for (place, field) in record.iter().enumerate() {
        fields.push_field(if place == last { &field[..field.len() - 1] } else { field });
    }
    fields.set_position(record.position().cloned());
    *record = fields;
}

/// The sign that most often separates the header's fields, outside of quotes.
fn delimiter_of(header: &[u8]) -> u8 {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for &byte in header {
        if byte == b'"' {
            quoted = !quoted;
        } else if !quoted && let Some(place) = DELIMITERS.iter().position(|&delimiter| delimiter == byte) {
            counts[place] += 1;
        }
    }
    let most = (0..DELIMITERS.len()).rev().max_by_key(|&place| counts[place]).unwrap_or(0);
    DELIMITERS[most]
}
