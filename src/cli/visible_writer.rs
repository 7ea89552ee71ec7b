//! Files that are written to a terminal: lines without the control characters of names.

use std::io::{self, Write};

use crate::domain::visible::shown;

/// The byte-order mark, which is of use only in files.
const MARK: &str = "\u{feff}";

/// Passes lines on to a terminal. Hidden characters become visible, also the line feeds inside the
/// quotes of CSV.
pub(super) struct VisibleWriter<'a> {
    out: &'a mut dyn Write,
    /// Whether quotes may run over several lines.
    is_csv: bool,
    /// The beginning of a line whose end was not written yet.
    line: Vec<u8>,
    is_in_quotes: bool,
}

impl<'a> VisibleWriter<'a> {
    pub fn new(out: &'a mut dyn Write, is_csv: bool) -> Self {
        Self {
            out,
            is_csv,
            line: Vec::new(),
            is_in_quotes: false,
        }
    }

    fn pass_on(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_start_matches(MARK);
        let content = text.strip_suffix('\n').unwrap_or(text);
        let content = content.strip_suffix('\r').unwrap_or(content);
        let quotes = content.bytes().filter(|&byte| byte == b'"').count();
        self.is_in_quotes ^= self.is_csv && quotes % 2 == 1;
        if self.is_in_quotes {
            write!(self.out, "{}", shown(text))
        } else {
            write!(self.out, "{}{}", shown(content), &text[content.len()..])
        }
    }
}

impl Write for VisibleWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.pass_on()?;
            }
        }
        Ok(bytes.len())
    }

    /// Keeps a line that has no end yet.
    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
