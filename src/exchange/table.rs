//! A table in a file, of whatever encoding and layout: the header, and then row after row, never the whole file at once.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use super::csv_injection::as_meant;
use super::detect::{A_ZIP_ARCHIVE, Certainty, Survey, survey};
use super::encoding::TextEncoding;
use super::error::ReadError;
use super::layout;
use super::layout::{BYTES_LOOKED_AT, Delimiter, LINES_LOOKED_AT, Layout};
use super::lines::{Line, LineEnd, Lines};
use super::list_columns::plain;
use super::records::{Records, Row};
use super::source::Source;
use super::workbook::{Workbook, WorkbookError};
use crate::progress::Progress;

/// A file that can be opened again and again, since it is looked at before it is read.
pub struct Input {
    pub name: String,
    pub path: Option<PathBuf>,
    pub size: u64,
    open: Box<dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync>,
}

/// What somebody chose where the file does not tell, or tells wrongly. None: what the file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    pub encoding: Option<TextEncoding>,
    pub delimiter: Option<Delimiter>,
    pub has_header: Option<bool>,
    /// Of a workbook.
    pub sheet: Option<String>,
    /// What an earlier look at the same file has found: it need not be looked through once more.
    pub surveyed: Option<Survey>,
}

/// How a file was read, for the people who decide whether that is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HowRead {
    pub form: Form,
    /// None where the file has no header and starts with its first row.
    pub has_header: bool,
    pub rows: u64,
    /// The order of dates such as 9/25/2012 and the line that proves it, where the file has any.
    pub dates: Option<String>,
}

/// What kind of file it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    Text {
        encoding: TextEncoding,
        certainty: Certainty,
        delimiter: Delimiter,
        /// What follows `#TYPE` in the first line, where there is such a line.
        type_line: Option<String>,
        line_end: LineEnd,
    },
    Workbook {
        sheet: String,
        sheets: Vec<String>,
    },
}

/// A file that is being read as a table.
pub struct Table {
    rows: Rows,
    headers: Vec<String>,
    /// The header as it stands in the file, and the lines before it.
    header_row: Option<Row>,
    how_read: HowRead,
    lines_before: u64,
    /// A row that was looked at, and not yet taken.
    next: Option<Row>,
}

enum Rows {
    Text(Box<Records>),
    Sheet {
        rows: std::vec::IntoIter<(u64, Vec<String>)>,
        width: usize,
        done: u64,
        sha256: String,
        size: u64,
    },
}

impl Input {
    /// A file on disk.
    ///
    /// # Errors
    /// There is none, or it cannot be looked at.
    pub fn file(path: &Path) -> Result<Self, ReadError> {
        let in_words = |error: io::Error| ReadError::Io(format!("{error}: {}", path.display()));
        let found = std::fs::metadata(path).map_err(in_words)?;
        if found.is_dir() {
            return Err(ReadError::Io(format!("it is a folder: {}", path.display())));
        }
        let name = path.file_name().map_or_else(
            || path.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let owned = path.to_owned();
        let open = move || Ok(Box::new(File::open(&owned)?) as Box<dyn Read + Send>);
        Ok(Self {
            name,
            path: Some(path.to_owned()),
            size: found.len(),
            open: Box::new(open),
        })
    }

    /// Bytes from somewhere else: `open` begins them anew.
    pub fn of(
        name: &str,
        size: u64,
        open: impl Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.to_owned(),
            path: None,
            size,
            open: Box::new(open),
        }
    }

    /// Bytes that are in memory already.
    pub fn bytes(name: &str, bytes: impl AsRef<[u8]> + Clone + Send + Sync + 'static) -> Self {
        let size = bytes.as_ref().len() as u64;
        Self::of(name, size, move || {
            Ok(Box::new(io::Cursor::new(bytes.clone())) as Box<dyn Read + Send>)
        })
    }

    pub(super) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        (self.open)()
    }

    /// From a byte on.
    pub(super) fn open_at(&self, byte: u64) -> Result<Box<dyn Read + Send>, ReadError> {
        if let Some(path) = &self.path {
            let mut file = File::open(path)?;
            file.seek(SeekFrom::Start(byte))?;
            return Ok(Box::new(file));
        }
        let mut bytes = self.open()?;
        io::copy(&mut (&mut bytes).take(byte), &mut io::sink())?;
        Ok(bytes)
    }

    /// An error of reading, with the file's name.
    pub(super) fn named(&self, error: ReadError) -> ReadError {
        match (error, &self.path) {
            (ReadError::Io(detail), Some(path)) => {
                ReadError::Io(format!("{detail}: {}", path.display()))
            }
            (error, _) => error,
        }
    }
}

impl Table {
    /// Looks through the file and reads up to and including the header.
    ///
    /// # Errors
    /// The file cannot be read, is empty, or is something else than a table.
    pub fn open(
        input: &Input,
        options: &ReadOptions,
        progress: &dyn Progress,
    ) -> Result<Self, ReadError> {
        Self::open_as(input, options, progress).map_err(|error| input.named(error))
    }

    fn open_as(
        input: &Input,
        options: &ReadOptions,
        progress: &dyn Progress,
    ) -> Result<Self, ReadError> {
        let mut start = Vec::new();
        input.open()?.take(8).read_to_end(&mut start)?;
        match &input.path {
            Some(path) if Workbook::may_be(&start) => Self::open_workbook(path, options, progress),
            _ => Self::open_text(input, options, progress),
        }
    }

    fn open_text(
        input: &Input,
        options: &ReadOptions,
        progress: &dyn Progress,
    ) -> Result<Self, ReadError> {
        let is_same = |found: &Survey| {
            found.size == input.size
                && options
                    .encoding
                    .is_none_or(|encoding| encoding == found.encoding)
        };
        let found = match options.surveyed.filter(is_same) {
            Some(found) => found,
            None => survey(&mut *input.open()?, input.size, options.encoding, progress)?,
        };
        let chosen = layout::Chosen {
            delimiter: options.delimiter,
            has_header: options.has_header,
        };
        let (first, line_end) = first_lines(input, found.encoding)?;
        let layout = layout::find(&first, line_end, chosen, in_memory)?;
        let lines = Lines::new(input.open()?, found.encoding)?;
        let mut records = Records::new(lines, layout.delimiter);
        records.skip_lines(layout.lines_before)?;
        records.last_end = line_end;
        let Layout {
            delimiter,
            has_header,
            lines_before,
            type_line,
            line_end,
        } = layout;
        let form = Form::Text {
            encoding: found.encoding,
            certainty: found.certainty,
            delimiter,
            type_line,
            line_end,
        };
        Self::begin(
            Rows::Text(Box::new(records)),
            form,
            has_header,
            lines_before,
        )
    }

    fn open_workbook(
        path: &Path,
        options: &ReadOptions,
        progress: &dyn Progress,
    ) -> Result<Self, ReadError> {
        let mut workbook = Workbook::open(path).map_err(|error| match error {
            WorkbookError::NotAWorkbook => A_ZIP_ARCHIVE,
            error => error.into(),
        })?;
        let sheets = workbook.sheets().to_vec();
        let chosen = options
            .sheet
            .as_ref()
            .filter(|sheet| sheets.contains(sheet));
        let sheet = chosen
            .or_else(|| sheets.first())
            .cloned()
            .ok_or(ReadError::Empty)?;
        let mut rows = Vec::new();
        workbook.for_each_row(&sheet, |number, cells| {
            rows.push((number, cells));
            !progress.is_cancelled()
        })?;
        if progress.is_cancelled() {
            return Err(ReadError::Cancelled);
        }
        rows.retain(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()));
        let first = rows
            .first()
            .map(|(_, cells)| cells.as_slice())
            .ok_or(ReadError::Empty)?;
        let has_header = options
            .has_header
            .unwrap_or_else(|| super::list_columns::looks_like_header(first));
        // A sheet has as many columns as its widest row.
        let width = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let (sha256, size) = hash_file(path)?;
        Self::begin(
            Rows::Sheet {
                rows: rows.into_iter(),
                width,
                done: 0,
                sha256,
                size,
            },
            Form::Workbook { sheet, sheets },
            has_header,
            0,
        )
    }

    fn begin(
        rows: Rows,
        form: Form,
        has_header: bool,
        lines_before: u64,
    ) -> Result<Self, ReadError> {
        let how_read = HowRead {
            form,
            has_header,
            rows: 0,
            dates: None,
        };
        let mut table = Self {
            rows,
            headers: Vec::new(),
            header_row: None,
            how_read,
            lines_before,
            next: None,
        };
        let first = table.rows.next()?;
        if has_header {
            let mut first = first.ok_or(ReadError::Empty)?;
            // What a spreadsheet leaves behind the last column.
            while first.fields.len() > 1
                && first
                    .fields
                    .last()
                    .is_some_and(|name| name.trim().is_empty())
            {
                first.fields.pop();
            }
            table.headers = names(&first.fields);
            table.header_row = Some(first);
        } else {
            let width = first.as_ref().map_or(0, |row| row.fields.len());
            table.headers = (1..=width)
                .map(|number| format!("Column {number}"))
                .collect();
            table.next = first;
        }
        Ok(table)
    }

    /// The columns' names, without spaces around them; a name that stands there again is followed by its number.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The header as it stands in the file.
    pub(super) fn header_row(&self) -> Option<&Row> {
        self.header_row.as_ref()
    }

    /// How many lines stand before the header or the first row.
    pub fn lines_before(&self) -> u64 {
        self.lines_before
    }

    /// The place of the first column with one of these names, in any case and spacing.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| {
            self.headers
                .iter()
                .position(|header| plain(header) == plain(name))
        })
    }

    /// The next row; None at the end. A row that cannot be read, or has too few or too many fields, says so itself.
    ///
    /// # Errors
    /// The file cannot be read to its end.
    pub fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        let next = match self.next.take() {
            Some(row) => Some(row),
            None => self.rows.next()?,
        };
        let Some(mut row) = next else { return Ok(None) };
        self.how_read.rows += 1;
        let width = self.headers.len();
        // Empty cells behind the last column are what a spreadsheet leaves behind, in the header too. Where the header has
        // none, they tell of a comma too many before them.
        let is_spare = row.cells
            <= self
                .header_row
                .as_ref()
                .map_or(width, |header| header.cells);
        while is_spare
            && row.fields.len() > width
            && row
                .fields
                .last()
                .is_some_and(|field| field.trim().is_empty())
        {
            row.fields.pop();
        }
        if row.problem.is_none() && row.fields.len() != width {
            let (has, fields) = (
                row.fields.len(),
                if row.fields.len() == 1 {
                    "field"
                } else {
                    "fields"
                },
            );
            let other = if self.header_row.is_some() {
                "the header"
            } else {
                "the first row"
            };
            row.problem = Some(format!("It has {has} {fields}; {other} has {width}."));
        }
        for (place, field) in row.fields.iter_mut().enumerate() {
            let meant = as_meant(field);
            if meant.len() != field.len() {
                *field = meant.to_owned();
                row.unmasked.push(place);
            }
        }
        Ok(Some(row))
    }

    /// How far the file has been read, of how much, for progress.
    pub fn progress(&self) -> u64 {
        match &self.rows {
            Rows::Text(records) => records.lines().source().position(),
            Rows::Sheet {
                rows, done, size, ..
            } => size * done / (done + rows.len() as u64).max(1),
        }
    }

    /// The SHA-256 of the whole file; only right after the last row.
    pub fn sha256(&self) -> String {
        match &self.rows {
            Rows::Text(records) => records.lines().source().sha256(),
            Rows::Sheet { sha256, .. } => sha256.clone(),
        }
    }

    pub fn how_read(&self) -> &HowRead {
        &self.how_read
    }

    /// An error that names a missing column, and those that are there.
    pub fn missing(&self, column: &str) -> ReadError {
        const NAMED: usize = 50;
        let mut found = self.headers[..self.headers.len().min(NAMED)].join(", ");
        if self.headers.len() > NAMED {
            found.push_str(&format!(" … ({} in all)", self.headers.len()));
        }
        ReadError::MissingColumn {
            missing: column.to_owned(),
            found,
        }
    }

    /// The first name that the header has twice.
    pub fn doubled(&self) -> Option<String> {
        let mut names = self
            .header_row
            .as_ref()?
            .fields
            .iter()
            .map(|name| name.trim());
        let mut seen = HashSet::new();
        names
            .find(|name| !name.is_empty() && !seen.insert(name.to_ascii_lowercase()))
            .map(str::to_owned)
    }
}

impl Rows {
    fn next(&mut self) -> Result<Option<Row>, ReadError> {
        match self {
            Self::Text(records) => records.next(),
            Self::Sheet {
                rows, width, done, ..
            } => {
                *done += 1;
                Ok(rows.next().map(|(line, mut fields)| {
                    // One row after the other: a single cell far to the right must not widen all of them at once.
                    fields.resize(*width, String::new());
                    Row {
                        line,
                        fields,
                        ..Row::default()
                    }
                }))
            }
        }
    }
}

impl HowRead {
    /// The encoding, as it is shown.
    pub fn encoding(&self) -> String {
        match &self.form {
            Form::Workbook { sheet, .. } => format!("Excel workbook, sheet {sheet}"),
            Form::Text {
                encoding,
                certainty: Certainty::Mark,
                ..
            } => {
                format!("{} with byte-order mark", encoding.label())
            }
            Form::Text {
                certainty: Certainty::Ascii,
                ..
            } => "plain ASCII".to_owned(),
            Form::Text { encoding, .. } => encoding.label().to_owned(),
        }
    }

    /// What separates the fields, as it is shown; None in a workbook.
    pub fn delimiter(&self) -> Option<Delimiter> {
        match &self.form {
            Form::Text { delimiter, .. } => Some(*delimiter),
            Form::Workbook { .. } => None,
        }
    }

    /// What follows `#TYPE` in the first line, where there is such a line.
    pub fn type_line(&self) -> Option<&str> {
        match &self.form {
            Form::Text { type_line, .. } => type_line.as_deref(),
            Form::Workbook { .. } => None,
        }
    }
}

/// The names of columns: without spaces around them, never empty, each one once.
fn names(fields: &[String]) -> Vec<String> {
    let mut names = Vec::with_capacity(fields.len());
    // A file that is no table can have a million columns.
    let (mut taken, mut numbers) = (HashSet::new(), HashMap::new());
    for (place, field) in (1..).zip(fields) {
        let trimmed = field.trim();
        let plain = if trimmed.is_empty() {
            format!("Column {place}")
        } else {
            trimmed.to_owned()
        };
        let mut name = plain.clone();
        let number = numbers.entry(plain.to_ascii_lowercase()).or_insert(2);
        while !taken.insert(name.to_ascii_lowercase()) {
            name = format!("{plain} ({number})");
            *number += 1;
        }
        names.push(name);
    }
    names
}

/// The first lines of a file, for its layout, and what ends them.
fn first_lines(input: &Input, encoding: TextEncoding) -> Result<(Vec<String>, LineEnd), ReadError> {
    let mut lines = Lines::new(input.open()?, encoding)?;
    let (mut first, mut line, mut end) = (Vec::new(), Line::default(), LineEnd::None);
    let (mut counted, mut bytes) = (0, 0);
    while counted < LINES_LOOKED_AT && bytes < BYTES_LOOKED_AT && lines.next(&mut line)? {
        if end == LineEnd::None {
            end = line.end;
        }
        // However many lines stand before the header, the header is seen.
        counted += usize::from(counted > 0 || !layout::stands_before(&line.text));
        bytes += line.text.len() + size_of::<String>();
        first.push(line.text.clone());
    }
    Ok((
        first,
        if end == LineEnd::None {
            LineEnd::CrLf
        } else {
            end
        },
    ))
}

/// Rows from lines in memory; what cannot be read is left out, since the real reading will say so.
fn in_memory(lines: &[String], delimiter: Delimiter) -> Vec<Row> {
    let text = lines.join("\n").into_bytes();
    let Ok(lines) = Lines::new(Box::new(io::Cursor::new(text)), TextEncoding::Utf8) else {
        return Vec::new();
    };
    let mut records = Records::new(lines, delimiter);
    std::iter::from_fn(move || records.next().ok().flatten()).collect()
}

fn hash_file(path: &Path) -> Result<(String, u64), ReadError> {
    let mut source = Source::new(Box::new(File::open(path)?));
    loop {
        let count = source.peek(1)?.len();
        if count == 0 {
            return Ok((source.sha256(), source.position()));
        }
        source.take(count);
    }
}
