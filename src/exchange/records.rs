//! Rows of a text file: lines put together where a quote runs over several of them, and taken apart at the delimiter.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::error::ReadError;
use super::layout::Delimiter;
use super::lines::{Line, LineEnd, Lines, is_blank};

/// No row of several lines is longer than this, in bytes.
const LONGEST_ROW: usize = 8 << 20;

/// One row of a file, as it stands there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The line on which it starts, from 1; in a workbook the number of the row.
    pub line: u64,
    /// The byte at which it starts, from 0; in a workbook there is none.
    pub byte: u64,
    pub fields: Vec<String>,
    /// Its text with all its signs, but without the end of its last line.
    pub raw: String,
    /// The places of fields that stand there with a `'` in front, by which a spreadsheet takes them for texts.
    pub unmasked: Vec<usize>,
    /// How many fields stand there, empty ones behind the last column included.
    pub cells: usize,
    /// Why it cannot be read, with the byte.
    pub problem: Option<String>,
}

impl Row {
    /// The row, if it can be read.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn checked(&self) -> Result<&Self, String> {
        self.problem
            .as_ref()
            .map_or(Ok(self), |problem| Err(problem.clone()))
    }
}

/// Takes lines apart, one row after the other.
pub(super) struct Records {
    lines: Lines,
    reader: Reader,
    line: Line,
    output: Vec<u8>,
    ends: Vec<usize>,
    /// What ended the last line that was read.
    pub last_end: LineEnd,
}

impl Records {
    pub fn new(lines: Lines, delimiter: Delimiter) -> Self {
        let reader = ReaderBuilder::new().delimiter(delimiter.byte()).build();
        Self {
            lines,
            reader,
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
    /// The file cannot be read, or where the row ends is not known.
    pub fn next(&mut self) -> Result<Option<Row>, ReadError> {
        loop {
            if !self.lines.next(&mut self.line)? {
                return Ok(None);
            }
            self.note_end();
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
    fn row(&mut self) -> Result<Row, ReadError> {
        let mut row = Row {
            line: self.line.number,
            byte: self.line.byte,
            ..Row::default()
        };
        let (mut written, mut fields) = (0, 0);
        loop {
            if let (None, Some((byte, why))) = (&row.problem, self.line.problem) {
                row.problem = Some(format!("Line {}, byte {byte}: {why}.", self.line.number));
            }
            row.raw.push_str(&self.line.text);
            let text = std::mem::take(&mut self.line.text);
            let is_open = !self.feed(text.as_bytes(), &mut written, &mut fields);
            // Outside of quotes a line end ends the row, whichever it is; inside it belongs to the field.
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

    /// Hands bytes on; true where they complete the row.
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

    fn fields(&self, count: usize) -> Vec<String> {
        let mut start = 0;
        self.ends[..count]
            .iter()
            .map(|&end| {
                let field = String::from_utf8_lossy(&self.output[start..end]).into_owned();
                start = end;
                field
            })
            .collect()
    }
}
