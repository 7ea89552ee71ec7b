//! Reading tables from files in all forms and with all faults.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so and ends"
)]

#[path = "../common/mod.rs"]
mod common;

mod broken;
mod code_pages;
mod foreign;
mod kinds;
mod layouts;
mod properties;
mod saved;

use pindesk::exchange::{
    Certainty, Delimiter, FileForm, FileRow, HowRead, Input, LineEnd, ReadError, ReadOptions,
};
use pindesk::exchange::{Table, TextEncoding};
use pindesk::progress::Unwatched;

/// The result of reading a file.
#[derive(Debug, PartialEq)]
struct Read {
    headers: Vec<String>,
    rows: Vec<FileRow>,
    how: HowRead,
    lines_before: u64,
    doubled: Option<String>,
}

/// Writes a real file and reads it to its end.
fn read_as(file: impl AsRef<[u8]>, options: &ReadOptions) -> Result<Read, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    std::fs::write(&path, file).unwrap();
    read_input(&Input::file(&path)?, options)
}

fn read_input(input: &Input, options: &ReadOptions) -> Result<Read, ReadError> {
    let mut table = Table::open(input, options, &Unwatched)?;
    let mut rows = Vec::new();
    while let Some(row) = table.next_row()? {
        rows.push(row);
    }
    let (headers, doubled) = (table.headers().to_vec(), table.doubled());
    Ok(Read {
        headers,
        rows,
        how: table.how_read().clone(),
        lines_before: table.lines_before(),
        doubled,
    })
}

/// Reads a file without choices of a user.
fn read(file: impl AsRef<[u8]>) -> Read {
    read_as(file, &ReadOptions::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(file: impl AsRef<[u8]>) -> ReadError {
    read_as(file, &ReadOptions::default()).expect_err("it was read")
}

impl Read {
    /// The fields of the rows that can be read, each with the line on which it starts.
    fn fields(&self) -> Vec<(u64, Vec<&str>)> {
        let good = self.rows.iter().filter(|row| row.problem.is_none());
        good.map(|row| (row.line, row.fields.iter().map(String::as_str).collect()))
            .collect()
    }

    /// The reasons why the other rows cannot be read.
    fn problems(&self) -> Vec<&str> {
        self.rows
            .iter()
            .filter_map(|row| row.problem.as_deref())
            .collect()
    }

    fn text_form(&self) -> (TextEncoding, Certainty, Delimiter, LineEnd) {
        match &self.how.form {
            FileForm::Text {
                encoding,
                certainty,
                delimiter,
                line_end,
                ..
            } => (*encoding, *certainty, *delimiter, *line_end),
            FileForm::Workbook { .. } => panic!("{:?}", self.how),
        }
    }
}

/// The bytes of a text in an encoding, without a byte-order mark.
fn encoded(encoding: TextEncoding, text: &str) -> Vec<u8> {
    match encoding {
        TextEncoding::Utf8 => text.as_bytes().to_vec(),
        TextEncoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        TextEncoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => match encoding.code_page() {
            Some(page) => {
                let (bytes, _, has_unmappable) = page.encode(text);
                assert!(
                    !has_unmappable,
                    "{text} cannot be written in {}",
                    page.name()
                );
                bytes.into_owned()
            }
            None => encoding.encode(text).unwrap().into_owned(),
        },
    }
}

/// The bytes with the byte-order mark of the encoding.
fn marked(encoding: TextEncoding, text: &str) -> Vec<u8> {
    [encoded(encoding, "\u{FEFF}"), encoded(encoding, text)].concat()
}

/// Checks that the bytes of each row's text are at its position, and that a line end or the end of
/// the file follows.
fn assert_bytes(file: &[u8], encoding: TextEncoding, rows: &[FileRow]) {
    for row in rows {
        let rest = &file[usize::try_from(row.byte).unwrap()..];
        let text = encoded(encoding, &row.raw);
        assert!(
            rest.starts_with(&text),
            "line {}, byte {}: {:?}",
            row.line,
            row.byte,
            row.raw
        );
        let behind = &rest[text.len()..];
        let is_end = ["\r", "\n"]
            .iter()
            .any(|end| behind.starts_with(&encoded(encoding, end)));
        assert!(
            behind.is_empty() || is_end,
            "line {}, byte {}",
            row.line,
            row.byte
        );
    }
}
