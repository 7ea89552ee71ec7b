//! The rows of a text file, by RFC 4180 (<https://www.rfc-editor.org/rfc/rfc4180>): lines are joined
//! when a quote runs over several of them, and split at the delimiter.

use std::borrow::Cow;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::delimiter::Delimiter;
use super::error::ReadError;

use super::lines::{Line, LineEnd, Lines, before_ends, is_blank};
use super::workbook::CellFault;

/// The largest size of a row of several lines, in bytes.
const LONGEST_ROW: usize = 8 << 20;

/// One row of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileRow {
    /// The line on which it starts, from 1; in a workbook the row of the sheet.
    pub line: u64,
    /// The byte at which it starts, from 0; always 0 in a workbook.
    pub byte: u64,
    pub fields: Vec<String>,
    /// The text with quotes and delimiters, without the end of its last line; empty in a workbook.
    pub raw: String,
    /// Indexes of fields that have a `'` before them in the file, by which a spreadsheet takes them
    /// for texts.
    pub unmasked: Vec<usize>,
    /// Fields in the file, with empty ones after the last column.
    pub cells: usize,
    /// Fields of a workbook whose texts are not what their author meant, by index.
    pub faults: Vec<(usize, CellFault)>,
    /// The reason why the row cannot be read, if it cannot.
    pub problem: Option<String>,
}

impl FileRow {
    /// The reason why a field cannot be what it says, if it cannot.
    pub fn fault(&self, index: usize) -> Option<String> {
        let (_, fault) = self.faults.iter().find(|(faulty, _)| *faulty == index)?;
        let text = self.fields.get(index).map_or("", String::as_str);
        Some(fault.sentence(index, text))
    }

    /// Like [`FileRow::fault`], for a field that may be empty: a formula whose result is an empty text
    /// leaves it so.
    pub fn value_fault(&self, index: usize) -> Option<String> {
        let is_empty = |(faulty, fault): &(usize, CellFault)| *faulty == index && fault.is_blank();
        if self.faults.iter().any(is_empty) {
            return None;
        }
        self.fault(index)
    }

    /// The row, if it can be read.
    ///
    /// # Errors
    /// The reason why it cannot be read.
    pub fn checked(&self) -> Result<&Self, String> {
        self.problem
            .as_ref()
            .map_or(Ok(self), |problem| Err(problem.clone()))
    }
}

/// Reads one row after the other.
pub(super) struct Records {
    lines: Lines,
    delimiter: u8,
    reader: Reader,
    /// Reads a line on trial. The CSV reader's own clones read otherwise than it does.
    trial: Reader,
    line: Line,
    output: Vec<u8>,
    ends: Vec<usize>,
    /// The end of the last line that had one.
    pub last_end: LineEnd,
}

impl Records {
    pub fn new(lines: Lines, delimiter: Delimiter) -> Self {
        let reader = || ReaderBuilder::new().delimiter(delimiter.byte()).build();
        Self {
            lines,
            delimiter: delimiter.byte(),
            reader: reader(),
            trial: reader(),
            line: Line::default(),
            output: vec![0; 1024],
            ends: vec![0; 32],
            last_end: LineEnd::default(),
        }
    }

    pub fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Skips whole lines before the first row.
    pub fn skip_lines(&mut self, count: u64) -> Result<(), ReadError> {
        for _ in 0..count {
            self.lines.next(&mut self.line)?;
        }
        Ok(())
    }

    /// The next row that is not blank.
    ///
    /// # Errors
    /// The file cannot be read, or a quote is never closed.
    pub fn next(&mut self) -> Result<Option<FileRow>, ReadError> {
        loop {
            if !self.lines.next(&mut self.line)? {
                return Ok(None);
            }
            self.note_end();
            self.lines.drop_joints(&mut self.line);
            if !is_blank(&self.line.text) {
                return self.row().map(Some);
            }
        }
    }

    fn note_end(&mut self) {
        if self.line.end != LineEnd::None {
            self.last_end = self.line.end;
        }
    }

    /// The row that starts on the line that was just read.
    fn row(&mut self) -> Result<FileRow, ReadError> {
        let mut row = FileRow {
            line: self.line.number,
            byte: self.line.byte,
            ..FileRow::default()
        };
        let (mut written, mut fields) = (0, 0);
        loop {
            if let (None, Some((byte, why))) = (&row.problem, self.line.problem) {
                row.problem = Some(format!("Line {}, byte {byte}: {why}.", self.line.number));
            }
            let is_first = self.line.number == row.line;
            let mut text = std::mem::take(&mut self.line.text);
            // The end of a text stands behind the last row. Inside of quotes it is part of a cell.
            if let Some(before) = before_ends(&text)
                && self.is_complete_with(before, is_first)
            {
                text.truncate(before.len());
            }
            row.raw.push_str(&text);
            let meant = self.meant(&text, is_first);
            let is_open = !self.feed(meant.as_bytes(), &mut written, &mut fields);
            // Outside of quotes every kind of line end ends the row; inside it belongs to the
            // field.
            let (first, rest): (&[u8], &[u8]) = match self.line.end {
                LineEnd::CrLf => (b"\r", b"\n"),
                LineEnd::Cr => (b"\r", b""),
                LineEnd::Lf | LineEnd::None => (b"\n", b""),
            };
            self.line.text = text;
            if !is_open || self.feed(first, &mut written, &mut fields) {
                row.fields = self.fields(fields);
                row.cells = fields;
                return Ok(row);
            }
            self.feed(rest, &mut written, &mut fields);
            row.raw.push_str(match self.line.end {
                LineEnd::CrLf => "\r\n",
                LineEnd::Cr => "\r",
                LineEnd::Lf => "\n",
                LineEnd::None => "",
            });
            let is_too_long = row.raw.len() > LONGEST_ROW;
            if is_too_long || self.line.end == LineEnd::None || !self.lines.next(&mut self.line)? {
                return Err(ReadError::OpenQuote {
                    line: row.line,
                    byte: row.byte,
                });
            }
            self.note_end();
        }
    }

    /// A line as the CSV reader is to read it. The first line of a row begins outside of quotes.
    fn meant<'a>(&self, text: &'a str, is_first: bool) -> Cow<'a, str> {
        if is_first && self.delimiter == Delimiter::None.byte() && begins_quoted(text) {
            Cow::Owned(format!("\"{}\"", text.replace('"', "\"\"")))
        } else {
            without_blanks_before_quotes(text, self.delimiter, !is_first)
        }
    }

    /// Whether the row would be complete after this line. Nothing is read yet. The lines of a row after
    /// its first one begin inside of quotes.
    fn is_complete_with(&mut self, line: &str, is_first: bool) -> bool {
        self.trial.reset();
        let start: &[u8] = if is_first { b"" } else { b"\"" };
        let (mut output, mut ends) = ([0; 1024], [0; 32]);
        let meant = self.meant(line, is_first);
        let trial = &mut self.trial;
        [start, meant.as_bytes(), b"\n"]
            .into_iter()
            .any(|mut bytes| {
                while !bytes.is_empty() {
                    let (result, read, ..) = trial.read_record(bytes, &mut output, &mut ends);
                    if result == ReadRecordResult::Record {
                        return true;
                    }
                    bytes = &bytes[read..];
                }
                false
            })
    }

    /// Feeds bytes to the CSV reader. Returns whether the row is complete.
    fn feed(&mut self, mut bytes: &[u8], written: &mut usize, fields: &mut usize) -> bool {
        while !bytes.is_empty() {
            let (result, read, wrote, ended) = self.reader.read_record(
                bytes,
                &mut self.output[*written..],
                &mut self.ends[*fields..],
            );
            bytes = &bytes[read..];
            *written += wrote;
            *fields += ended;
            match result {
                ReadRecordResult::Record => return true,
                ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
            }
        }
        false
    }

    /// The fields of a row. The CSV reader splits at ASCII characters only, so each is valid UTF-8
    /// like the line.
    fn fields(&self, count: usize) -> Vec<String> {
        let mut start = 0;
        let all = self.ends[..count].last().copied().unwrap_or_default();
        let all = String::from_utf8_lossy(&self.output[..all]);
        self.ends[..count]
            .iter()
            .map(|&end| {
                let field = all.get(start..end).unwrap_or_default().to_owned();
                start = end;
                field
            })
            .collect()
    }
}

/// Whether only a part of a line is in quotes, as in `"Myer, Ken" <kenmyer@litwareinc.com>`. In a
/// file of one column such quotes belong to the text.
fn begins_quoted(text: &str) -> bool {
    let mut rest = text.strip_prefix('"').unwrap_or_default();
    while let Some((_, after)) = rest.split_once('"') {
        match after.strip_prefix('"') {
            Some(doubled) => rest = doubled,
            None => return !is_blank(after),
        }
    }
    false
}

/// A line without the blanks between a delimiter and a quote, after which the quote opens a field,
/// as for `Import-Csv` (answers of PowerShell 7.6.9). `is_quoted` says that a field is open.
fn without_blanks_before_quotes(text: &str, delimiter: u8, mut is_quoted: bool) -> Cow<'_, str> {
    let has_quotes = memchr::memchr(b'"', text.as_bytes()).is_some();
    if !has_quotes || !text.contains(" \"") && !text.contains("\t\"") {
        return Cow::Borrowed(text);
    }
    let (mut meant, mut is_start) = (String::with_capacity(text.len()), !is_quoted);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if is_start && !is_quoted {
            let field = rest.trim_start_matches(|c: char| {
                matches!(c, ' ' | '\t') && u32::from(c) != u32::from(delimiter)
            });
            if field.len() < rest.len() && field.starts_with('"') {
                rest = field;
                continue;
            }
        }
        // A quote inside of a field that has none at its start is a plain character.
        if c == '"' && (is_start || is_quoted) {
            is_quoted = !is_quoted;
        }
        // A doubled quote closes and opens again.
        is_start = !is_quoted && u32::from(c) == u32::from(delimiter)
            || c == '"' && !is_quoted && rest[1..].starts_with('"');
        meant.push(c);
        rest = &rest[c.len_utf8()..];
    }
    Cow::Owned(meant)
}
