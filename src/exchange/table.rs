//! A table in a file of any encoding and layout: the header, and then row after row. The file is
//! never in memory as a whole.

use std::collections::{HashMap, HashSet};
use std::io::{self, Read as _};
use std::path::Path;

use super::csv_injection::as_meant;
use super::delimiter::Delimiter;
use super::detect::{Survey, survey};
use super::encoding::TextEncoding;
use super::error::ReadError;
use super::foreign::A_ZIP_ARCHIVE;
use super::header_row::is_other_header;
use super::how_read::{FileForm, HowRead, ReadOptions};
use super::input::{Input, hash_file};
use super::layout;
use super::layout::{BYTES_LOOKED_AT, LINES_LOOKED_AT, TextLayout};
use super::limits::{MOST_TEXT_COLUMNS, limit_cells};
use super::lines::{Line, LineEnd, Lines};
use super::list_columns::column_named;
use super::open_sheet::open_sheet;
use super::records::{FileRow, Records};
use super::row_shape::{PassedOver, fit, passed_over};
use super::sheet_rows::SheetRows;
use super::workbook::{Workbook, WorkbookError};
use crate::domain::text::beginning;
use crate::progress::Progress;

/// A file that is read as a table.
pub struct Table {
    rows: RowSource,
    headers: Vec<String>,
    /// The header, before its names were cleaned.
    header_row: Option<FileRow>,
    how_read: HowRead,
    lines_before: u64,
    /// The first row of a file without a header, which was read for the number of columns.
    next: Option<FileRow>,
    /// The line of a header of other columns, as joining files leaves it.
    other_header: Option<u64>,
}

enum RowSource {
    Text(Box<Records>),
    Sheet {
        rows: SheetRows,
        sha256: String,
        size: u64,
    },
}

impl Table {
    /// Surveys the file and reads its header.
    ///
    /// # Errors
    /// The file cannot be read, is empty, or is not a table, or it is open which sheet is meant.
    pub fn open(
        input: &Input,
        options: &ReadOptions,
        progress: &dyn Progress,
    ) -> Result<Self, ReadError> {
        let table = Self::open_to_look(input, options, progress)?;
        match table.how_read.question() {
            Some(question) => Err(ReadError::Choose(question.to_owned())),
            None => Ok(table),
        }
    }

    /// Like [`Table::open`], also if it is open which sheet of a workbook is meant: then the first one
    /// that may be is opened, and [`HowRead::question`] has the question.
    ///
    /// # Errors
    /// The file cannot be read, is empty, or is not a table.
    pub fn open_to_look(
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
        let chosen = layout::LayoutChoice {
            delimiter: options.delimiter,
            has_header: options.has_header,
        };
        let above = options.header_line.map_or(0, |line| line.saturating_sub(1));
        let chosen = layout::LayoutChoice {
            has_header: options.header_line.map(|_| true).or(chosen.has_header),
            ..chosen
        };
        let (first, line_end) = first_lines(input, found.encoding, above)?;
        if let (true, Some(line)) = (first.is_empty(), options.header_line) {
            return Err(ReadError::NoSuchLine { line });
        }
        let layout = layout::find(&first, line_end, chosen, in_memory)?;
        let lines = Lines::new(input.open()?, found.encoding)?;
        let mut records = Records::new(lines, layout.delimiter);
        records.skip_lines(above + layout.lines_before)?;
        records.last_end = line_end;
        let TextLayout {
            delimiter,
            has_header,
            lines_before,
            type_line,
            line_end,
        } = layout;
        let lines_before = above + lines_before;
        let form = FileForm::Text {
            encoding: found.encoding,
            certainty: found.certainty,
            delimiter,
            type_line,
            line_end,
        };
        Self::begin(
            RowSource::Text(Box::new(records)),
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
        let opened = open_sheet(path, options, progress).map_err(|error| match error {
            ReadError::Workbook(WorkbookError::NotAWorkbook) => A_ZIP_ARCHIVE,
            error => error,
        })?;
        let (sha256, size) = hash_file(path)?;
        let rows = opened.rows;
        let source = RowSource::Sheet { rows, sha256, size };
        Self::begin(source, opened.form, opened.has_header, 0)
    }

    fn begin(
        rows: RowSource,
        form: FileForm,
        has_header: bool,
        lines_before: u64,
    ) -> Result<Self, ReadError> {
        let how_read = HowRead {
            form,
            has_header,
            rows: 0,
            header_line: None,
            empty_rows: 0,
            repeated_headers: 0,
            doubtful: Vec::new(),
            dates: None,
        };
        let mut table = Self {
            rows,
            headers: Vec::new(),
            header_row: None,
            how_read,
            lines_before,
            next: None,
            other_header: None,
        };
        let first = table.rows.next()?;
        if has_header {
            let mut first = first.ok_or(ReadError::Empty)?;
            // A spreadsheet leaves empty cells after the last column.
            while first.fields.len() > 1
                && first
                    .fields
                    .last()
                    .is_some_and(|name| name.trim().is_empty())
            {
                first.fields.pop();
            }
            unmask(&mut first);
            table.headers = names(&first.fields);
            table.how_read.header_line = Some(first.line);
            table.header_row = Some(first);
        } else {
            let first = first.ok_or(ReadError::Empty)?;
            table.headers = (1..=first.fields.len())
                .map(|number| format!("Column {number}"))
                .collect();
            table.next = Some(first);
        }
        if table.headers.len() > MOST_TEXT_COLUMNS {
            return Err(ReadError::TooManyColumns);
        }
        Ok(table)
    }

    /// The names of the columns, without spaces around them. A repeated name gets a number.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The header, before its names were cleaned.
    pub(super) fn header_row(&self) -> Option<&FileRow> {
        self.header_row.as_ref()
    }

    /// All rows of the sheet. None for a text file.
    pub(super) fn sheet(&self) -> Option<&SheetRows> {
        match &self.rows {
            RowSource::Sheet { rows, .. } => Some(rows),
            RowSource::Text(_) => None,
        }
    }

    /// Lines before the header or the first row.
    pub fn lines_before(&self) -> u64 {
        self.lines_before
    }

    /// The index of the first column with one of these names, in any case and spacing.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        names
            .iter()
            .find_map(|name| column_named(&self.headers, name))
    }

    /// The next row; None at the end. A row that cannot be read, or has too few or too many fields,
    /// has a problem.
    ///
    /// # Errors
    /// The file cannot be read to its end.
    pub fn next_row(&mut self) -> Result<Option<FileRow>, ReadError> {
        let mut row = loop {
            let next = match self.next.take() {
                Some(row) => Some(row),
                None => self.rows.next()?,
            };
            let Some(row) = next else { return Ok(None) };
            match passed_over(&row, self.header_row.as_ref()) {
                None => break row,
                Some(PassedOver::Empty) => self.how_read.empty_rows += 1,
                Some(PassedOver::Header) => self.how_read.repeated_headers += 1,
            }
        };
        self.how_read.rows += 1;
        if self.how_read.is_guess() {
            self.note_doubtful(&row);
        }
        limit_cells(&mut row.fields, &mut row.problem);
        fit(&mut row, self.headers.len(), self.header_row.is_some());
        self.check_header(&mut row);
        unmask(&mut row);
        Ok(Some(row))
    }

    /// The next row as it is, with any number of fields; None at the end.
    ///
    /// # Errors
    /// The file cannot be read to its end.
    pub fn next_unchecked(&mut self) -> Result<Option<FileRow>, ReadError> {
        let next = match self.next.take() {
            Some(row) => Some(row),
            None => self.rows.next()?,
        };
        self.how_read.rows += u64::from(next.is_some());
        Ok(next)
    }

    /// Keeps a row whose text depends on the guessed encoding.
    fn note_doubtful(&mut self, row: &FileRow) {
        /// Rows that are shown.
        const MOST: usize = 5;
        let doubtful = &mut self.how_read.doubtful;
        if doubtful.len() < MOST && !row.raw.is_ascii() {
            doubtful.push((row.line, beginning(&row.raw, 80)));
        }
    }

    /// Gives a row a problem if a header of other columns stands before it, since the columns of
    /// the row are then not known.
    fn check_header(&mut self, row: &mut FileRow) {
        if self.other_header.is_none() && self.header_row.is_some() && is_other_header(&row.fields)
        {
            self.other_header = Some(row.line);
        }
        if let (Some(line), None) = (self.other_header, &row.problem) {
            row.problem = Some(format!(
                "Another header begins on line {line}, so the columns of this row are not known. Split the file there."
            ));
        }
    }

    /// Bytes that were read, for progress.
    pub fn progress(&self) -> u64 {
        match &self.rows {
            RowSource::Text(records) => records.lines().source().position(),
            RowSource::Sheet { rows, size, .. } => {
                let (taken, all) = rows.progress();
                size * taken / all.max(1)
            }
        }
    }

    /// The SHA-256 of the whole file, in hexadecimal. It is complete only after the last row was read.
    pub fn sha256(&self) -> String {
        match &self.rows {
            RowSource::Text(records) => records.lines().source().sha256(),
            RowSource::Sheet { sha256, .. } => sha256.clone(),
        }
    }

    /// The way in which the file is read.
    pub fn how_read(&self) -> &HowRead {
        &self.how_read
    }

    /// An error that names a missing column and the columns that exist.
    pub fn missing(&self, column: &str) -> ReadError {
        ReadError::MissingColumn {
            missing: column.to_owned(),
            found: self.listed(),
        }
    }

    /// An error that names a column that was chosen, and the columns that exist.
    pub(super) fn no_column(&self, chosen: &str) -> ReadError {
        ReadError::NoSuchColumn {
            chosen: chosen.to_owned(),
            found: self.listed(),
        }
    }

    /// The names of the first columns.
    fn listed(&self) -> String {
        const NAMED: usize = 50;
        let mut found = self.headers[..self.headers.len().min(NAMED)].join(", ");
        if self.headers.len() > NAMED {
            found.push_str(&format!(" … ({} in all)", self.headers.len()));
        }
        found
    }

    /// The first name that the header has twice, if there is one.
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

impl RowSource {
    fn next(&mut self) -> Result<Option<FileRow>, ReadError> {
        match self {
            Self::Text(records) => records.next(),
            Self::Sheet { rows, .. } => Ok(rows.take_next()),
        }
    }
}

/// Removes the `'` by which a spreadsheet takes a field for a text.
fn unmask(row: &mut FileRow) {
    for (index, field) in row.fields.iter_mut().enumerate() {
        let meant = as_meant(field);
        if meant.len() != field.len() {
            *field = meant.to_owned();
            row.unmasked.push(index);
        }
    }
}

/// The names of columns: without spaces around them, never empty, each one only once.
fn names(fields: &[String]) -> Vec<String> {
    let mut names = Vec::with_capacity(fields.len());
    // A file that is not a table can have a million columns, so numbers are not counted from 2 again.
    let (mut taken, mut numbers) = (HashSet::new(), HashMap::new());
    for (number, field) in (1..).zip(fields) {
        let trimmed = field.trim();
        let plain = if trimmed.is_empty() {
            format!("Column {number}")
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

/// The first lines of a file, for its layout, and the end of the first of them.
/// `above` lines are passed over before.
fn first_lines(
    input: &Input,
    encoding: TextEncoding,
    above: u64,
) -> Result<(Vec<String>, LineEnd), ReadError> {
    let mut lines = Lines::new(input.open()?, encoding)?;
    let (mut first, mut line, mut end) = (Vec::new(), Line::default(), LineEnd::None);
    for _ in 0..above {
        lines.next(&mut line)?;
    }
    let (mut counted, mut bytes) = (0, 0);
    while counted < LINES_LOOKED_AT && bytes < BYTES_LOOKED_AT && lines.next(&mut line)? {
        if end == LineEnd::None {
            end = line.end;
        }
        // Lines before the header are not counted, so the header is always among them.
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

/// Rows from lines in memory. Rows that cannot be read are left out, and reported later.
fn in_memory(lines: &[String], delimiter: Delimiter) -> Vec<FileRow> {
    let text = lines.join("\n").into_bytes();
    let Ok(lines) = Lines::new(Box::new(io::Cursor::new(text)), TextEncoding::Utf8) else {
        return Vec::new();
    };
    let mut records = Records::new(lines, delimiter);
    std::iter::from_fn(move || records.next().ok().flatten()).collect()
}
