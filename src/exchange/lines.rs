//! The lines of a text file, decoded and numbered, each with the byte at which it starts.

use std::io::{self, Read};

use super::byte_source::ByteSource;
use super::encoding::TextEncoding;
use super::error::ReadError;

/// The largest size of a line in bytes. A longer line is not part of a table, or has a quote that
/// is never closed.
pub(super) const LONGEST_LINE: usize = 4 << 20;

/// The end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LineEnd {
    #[default]
    CrLf,
    Lf,
    Cr,
    /// No end, as the last line of a file may have.
    None,
}

/// One line.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The number of the line, from 1.
    pub number: u64,
    /// The byte of the file at which it starts, from 0.
    pub byte: u64,
    /// The text without the line end.
    pub text: String,
    pub end: LineEnd,
    /// A byte of the file that cannot be decoded, and why.
    pub problem: Option<(u64, &'static str)>,
}

/// Reads lines. CR, LF and CRLF each end one, also mixed in one file.
pub(super) struct Lines {
    source: ByteSource,
    encoding: TextEncoding,
    number: u64,
    raw: Vec<u8>,
}

impl Lines {
    /// Skips the byte-order mark, if there is one.
    pub fn new(bytes: Box<dyn Read + Send>, encoding: TextEncoding) -> io::Result<Self> {
        let mut source = ByteSource::new(bytes);
        let mark = encoding.mark();
        if !mark.is_empty() && source.peek(mark.len())?.starts_with(mark) {
            source.take(mark.len());
        }
        Ok(Self {
            source,
            encoding,
            number: 0,
            raw: Vec::new(),
        })
    }

    /// Numbers the lines from here on, for a file that is read from the middle.
    pub fn numbered_from(mut self, number: u64) -> Self {
        self.number = number - 1;
        self
    }

    pub fn source(&self) -> &ByteSource {
        &self.source
    }

    /// Reads the next line into `line`; false at the end of the file.
    ///
    /// # Errors
    /// The file cannot be read, or the line has no end in sight.
    pub fn next(&mut self, line: &mut Line) -> Result<bool, ReadError> {
        let byte = self.source.position();
        let end = self.take_line(byte)?;
        if self.raw.is_empty() && end == LineEnd::None {
            return Ok(false);
        }
        self.number += 1;
        line.number = self.number;
        line.byte = byte;
        line.end = end;
        line.text.clear();
        line.problem = self
            .encoding
            .decode(&self.raw, &mut line.text)
            .map(|undecodable| (byte + undecodable.at as u64, undecodable.why));
        if line.problem.is_none() && memchr::memchr(0, line.text.as_bytes()).is_some() {
            let unit = self.encoding.unit();
            let at = self
                .raw
                .chunks(unit)
                .take_while(|unit| unit.iter().any(|&byte| byte != 0))
                .count()
                * unit;
            line.problem = Some((
                byte + at as u64,
                "A NUL character does not belong into a text",
            ));
        }
        Ok(true)
    }

    /// Removes what joining files leaves before the line with which a row begins.
    pub fn drop_joints(&self, line: &mut Line) {
        let dropped = drop_joints(&mut line.text);
        if !dropped.is_empty() {
            let bytes = self.encoding.encode(&dropped);
            line.byte += bytes.map_or(0, |bytes| bytes.len() as u64);
        }
    }

    fn take_line(&mut self, start: u64) -> Result<LineEnd, ReadError> {
        let unit = self.encoding.unit();
        self.raw.clear();
        loop {
            let bytes = self.source.peek(2 * unit)?;
            if bytes.is_empty() {
                return Ok(LineEnd::None);
            }
            let is_last = bytes.len() < 2 * unit;
            let (content, end) = match self.encoding {
                TextEncoding::Utf16Le => find_end_utf16(bytes, u16::from_le_bytes),
                TextEncoding::Utf16Be => find_end_utf16(bytes, u16::from_be_bytes),
                _ => find_end(bytes),
            };
            let end = match end {
                // The next character is not buffered yet, and may be a line feed: look again.
                Some(LineEnd::Cr)
                    if content + 2 * unit > bytes.len() && !is_last && content > 0 =>
                {
                    None
                }
                end => end,
            };
            // The odd last byte of UTF-16 stays in the text, where it is reported.
            let content = if content == 0 && end.is_none() {
                bytes.len()
            } else {
                content
            };
            self.raw.extend_from_slice(&bytes[..content]);
            let taken = content
                + match end {
                    Some(LineEnd::CrLf) => 2 * unit,
                    Some(LineEnd::Cr | LineEnd::Lf) => unit,
                    Some(LineEnd::None) | None => 0,
                };
            self.source.take(taken);
            if self.raw.len() > LONGEST_LINE {
                return Err(ReadError::LineTooLong {
                    line: self.number + 1,
                    byte: start,
                    limit: LONGEST_LINE,
                });
            }
            if let Some(end) = end {
                return Ok(end);
            }
        }
    }
}

/// The character Ctrl+Z, by which DOS ended a text. Joining files leaves it there (`copy a.csv+b.csv
/// c.csv`, <https://learn.microsoft.com/windows-server/administration/windows-commands/copy>).
const END: char = '\u{1A}';

/// Removes what joining files leaves before a line: a byte-order mark, and the end of the text
/// before it. Returns what was removed.
fn drop_joints(text: &mut String) -> String {
    const MARK: char = '\u{FEFF}';
    /// The mark of UTF-8 in a text that is read as Windows-1252.
    const MISREAD_MARK: &str = "ï»¿";
    let start = text.trim_start_matches(END);
    let start = start.strip_prefix(MISREAD_MARK).unwrap_or(start);
    let start = start.trim_start_matches(MARK);
    let dropped = text.len() - start.len();
    text.drain(..dropped).collect()
}

/// A line without the ends of texts behind it. None if there are none.
pub(super) fn before_ends(line: &str) -> Option<&str> {
    let before = line.trim_end_matches(END);
    (before.len() < line.len()).then_some(before)
}

/// Whether a line is blank, or only a byte-order mark.
pub(super) fn is_blank(text: &str) -> bool {
    text.trim().is_empty() || text == "\u{FEFF}"
}

/// The bytes before the end of the line, and the end, if it is among these bytes.
fn find_end(bytes: &[u8]) -> (usize, Option<LineEnd>) {
    match memchr::memchr2(b'\n', b'\r', bytes) {
        None => (bytes.len(), None),
        Some(at) if bytes[at] == b'\n' => (at, Some(LineEnd::Lf)),
        Some(at) if bytes.get(at + 1) == Some(&b'\n') => (at, Some(LineEnd::CrLf)),
        Some(at) => (at, Some(LineEnd::Cr)),
    }
}

fn find_end_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (usize, Option<LineEnd>) {
    const CR: u16 = 13;
    const LF: u16 = 10;
    let unit_at = |at: usize| Some(unit([*bytes.get(at)?, *bytes.get(at + 1)?]));
    // A byte of this value may also be half of another unit.
    for found in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        let at = found & !1;
        match unit_at(at) {
            Some(LF) => return (at, Some(LineEnd::Lf)),
            Some(CR) if unit_at(at + 2) == Some(LF) => return (at, Some(LineEnd::CrLf)),
            Some(CR) => return (at, Some(LineEnd::Cr)),
            _ => {}
        }
    }
    (bytes.len() & !1, None)
}
