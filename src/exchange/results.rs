//! Writes the rows of a list again, unchanged and in their order, with the result of each.
//!
//! The rows keep their own quotes and delimiters, so they are not written with the crate `csv`.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{BufWriter, Seek as _, Write as _};
use std::path::Path;

use super::atomic_write::{cannot_write, write_whole};
use super::csv_injection::{harmless, quoted_if_needed};
use super::delimiter::Delimiter;
use super::detect::Certainty;
use super::encoding::TextEncoding;
use super::error::ReadError;
use super::how_read::{FileForm, ReadOptions};
use super::input::Input;
use super::output_file::OutputFile;

use super::lines::{Line, LineEnd, Lines};
use super::list_columns::plain;
use super::records::FileRow;
use super::result_rows::RowResults;
use super::table::Table;
use crate::plan::Plan;
use crate::progress::{Progress, STEPS_BETWEEN_REPORTS};
use crate::store::Applied;

/// The appended columns.
pub const RESULT_COLUMNS: [&str; 5] = [
    "PinDeskVerdict",
    "PinDeskReason",
    "MatchedIdentity",
    "Before",
    "After",
];

/// Writes the rows of the file from which a plan was made, with the plan's verdict for each, or
/// with the result once the plan was applied. Nothing is written when the file has changed since it
/// was read. The file itself is never replaced, since the history names it.
///
/// Returns the name of the encoding: the file's own, unless it has no character for a name.
///
/// # Errors
/// The file has changed since or cannot be read, the results cannot be written, or the work was
/// cancelled.
pub fn save_results<'a>(
    input: &Input,
    options: &ReadOptions,
    plan: &Plan,
    applied: Option<&Applied>,
    to: impl Into<OutputFile<'a>>,
    progress: &dyn Progress,
) -> Result<String, ReadError> {
    let to = to.into();
    if is_same_file(input.path.as_deref(), to.path) {
        return Err(ReadError::Write(format!(
            "it is the list itself, choose another name: {}",
            to.path.display()
        )));
    }
    let results = RowResults::new(plan, applied);
    write_whole(to, |file| {
        if let Some(label) = write_as(None, input, options, &results, file, progress)? {
            return Ok(label);
        }
        // A name does not fit into the file's own encoding: write all of it again.
        file.rewind()
            .and_then(|()| file.set_len(0))
            .map_err(cannot_write)?;
        write_as(
            Some(TextEncoding::Utf8),
            input,
            options,
            &results,
            file,
            progress,
        )?
        .ok_or_else(|| ReadError::Write("a text cannot be written as UTF-8".to_owned()))
    })
}

fn is_same_file(one: Option<&Path>, other: &Path) -> bool {
    let real = |path: &Path| fs::canonicalize(path).ok();
    one.and_then(real)
        .is_some_and(|one| real(other) == Some(one))
}

/// Writes in the file's own encoding, or in another one. None if it lacks a character of some text.
fn write_as(
    other: Option<TextEncoding>,
    input: &Input,
    options: &ReadOptions,
    results: &RowResults<'_>,
    file: &mut File,
    progress: &dyn Progress,
) -> Result<Option<String>, ReadError> {
    let mut table = Table::open(input, options, progress)?;
    let style = ResultsStyle::of(&table, other);
    let mut out = ResultsWriter {
        file: BufWriter::new(file),
        style,
        fits: true,
    };
    out.begin(input, &table)?;
    let old = OldColumns::of(&table);
    let width = table.headers().len();
    let header = table.header_row().cloned().unwrap_or_else(|| {
        let fields = if width == 1 {
            vec!["Identity".to_owned()]
        } else {
            table.headers().to_vec()
        };
        FileRow {
            fields,
            ..FileRow::default()
        }
    });
    out.row(&header, width, &old, &RESULT_COLUMNS.map(str::to_owned))?;
    let mut index = 0;
    while let Some(row) = table.next_row().map_err(|error| input.named(error))? {
        let items = results.of_row(index, &row);
        if items.is_empty() {
            return Err(ReadError::Changed);
        }
        // A row that names several people is written once for each of them.
        for cells in &items {
            out.row(&row, width, &old, cells)?;
        }
        index += items.len();
        if (index as u64).is_multiple_of(STEPS_BETWEEN_REPORTS) {
            progress.advance(table.progress(), input.size);
            if progress.is_cancelled() {
                return Err(ReadError::Cancelled);
            }
        }
    }
    let is_same = results
        .plan
        .source
        .as_ref()
        .is_some_and(|source| source.sha256 == table.sha256());
    if !is_same || index != results.plan.items.len() {
        return Err(ReadError::Changed);
    }
    out.end()
}

/// Indexes of the columns of an earlier result, which the new one replaces.
struct OldColumns(Vec<usize>);

impl OldColumns {
    /// The columns with names that only PinDesk uses, and the others directly after them: a list
    /// may have a column `After` of its own.
    fn of(table: &Table) -> Self {
        const OWN: usize = 2;
        let names = table.header_row().map_or(&[][..], |header| &header.fields);
        let (mut old, mut run) = (Vec::new(), None);
        for (index, name) in names.iter().enumerate() {
            let number = RESULT_COLUMNS
                .iter()
                .position(|column| plain(column) == plain(name));
            run =
                number.filter(|number| *number < OWN || run.is_some_and(|before| before < *number));
            old.extend(run.map(|_| index));
        }
        Self(old)
    }
}

/// The format of the results.
struct ResultsStyle {
    encoding: TextEncoding,
    has_mark: bool,
    /// Whether only ASCII may be written: Excel misreads other characters of UTF-8 without a mark.
    is_ascii: bool,
    delimiter: char,
    line_end: &'static str,
    is_workbook: bool,
    is_one_column: bool,
}

impl ResultsStyle {
    fn of(table: &Table, other: Option<TextEncoding>) -> Self {
        let (encoding, certainty, delimiter, line_end, is_workbook) = match &table.how_read().form {
            FileForm::Text {
                encoding,
                certainty,
                delimiter,
                line_end,
                ..
            } => (*encoding, *certainty, *delimiter, *line_end, false),
            FileForm::Workbook { .. } => (
                TextEncoding::Utf8,
                Certainty::Mark,
                Delimiter::Comma,
                LineEnd::CrLf,
                true,
            ),
        };
        let is_one_column = delimiter == Delimiter::None;
        let delimiter = if is_one_column {
            Delimiter::Comma
        } else {
            delimiter
        };
        let has_mark = other.is_some()
            || encoding.is_unicode()
                && (certainty == Certainty::Mark || encoding != TextEncoding::Utf8);
        Self {
            encoding: other.unwrap_or(encoding),
            has_mark,
            is_ascii: certainty == Certainty::Ascii && other.is_none(),
            delimiter: char::from(delimiter.byte()),
            line_end: match line_end {
                LineEnd::Lf => "\n",
                LineEnd::Cr => "\r",
                LineEnd::CrLf | LineEnd::None => "\r\n",
            },
            is_workbook,
            is_one_column,
        }
    }
}

struct ResultsWriter<'a> {
    file: BufWriter<&'a mut File>,
    style: ResultsStyle,
    fits: bool,
}

impl ResultsWriter<'_> {
    /// Writes the byte-order mark and the lines before the header.
    fn begin(&mut self, input: &Input, table: &Table) -> Result<(), ReadError> {
        if self.style.has_mark {
            self.put_bytes(self.style.encoding.mark())?;
        }
        if self.style.is_workbook {
            return Ok(());
        }
        let FileForm::Text { encoding, .. } = table.how_read().form else {
            return Ok(());
        };
        let mut lines = Lines::new(input.open()?, encoding)?;
        let mut line = Line::default();
        for _ in 0..table.lines_before() {
            if lines.next(&mut line)? {
                let text = format!("{}{}", line.text, self.style.line_end);
                self.put(&text)?;
            }
        }
        Ok(())
    }

    /// Writes a row with cells after its columns. Surplus fields come after these cells, so that
    /// the cells stay in their columns.
    fn row(
        &mut self,
        row: &FileRow,
        width: usize,
        old: &OldColumns,
        cells: &[String; 5],
    ) -> Result<(), ReadError> {
        let delimiter = self.style.delimiter;
        let is_whole = row.cells == width
            && old.0.is_empty()
            && !row.raw.is_empty()
            && !self.style.is_one_column;
        let mut text = if is_whole {
            row.raw.clone()
        } else {
            let kept = (0..width)
                .filter(|column| !old.0.contains(column))
                .map(|column| self.cell(row, column));
            kept.map(|cell| quoted_if_needed(&cell, delimiter).into_owned())
                .collect::<Vec<_>>()
                .join(&delimiter.to_string())
        };
        let extra = (width..row.fields.len()).map(|column| self.cell(row, column));
        for cell in cells.iter().map(|cell| harmless(cell)).chain(extra) {
            text.push(delimiter);
            text.push_str(&quoted_if_needed(&cell, delimiter));
        }
        text.push_str(self.style.line_end);
        self.put(&text)
    }

    /// A cell of the file. The text of a workbook must not become a formula in the new file.
    fn cell<'a>(&self, row: &'a FileRow, column: usize) -> Cow<'a, str> {
        let field = row.fields.get(column).map_or("", String::as_str);
        if self.style.is_workbook {
            harmless(field)
        } else if row.unmasked.contains(&column) {
            Cow::Owned(format!("'{field}"))
        } else {
            Cow::Borrowed(field)
        }
    }

    fn put(&mut self, text: &str) -> Result<(), ReadError> {
        if self.style.is_ascii && !text.is_ascii() {
            self.fits = false;
        }
        let Some(bytes) = self.style.encoding.encode(text) else {
            self.fits = false;
            return Ok(());
        };
        self.put_bytes(&bytes)
    }

    fn put_bytes(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.file.write_all(bytes).map_err(cannot_write)
    }

    fn end(mut self) -> Result<Option<String>, ReadError> {
        self.file.flush().map_err(cannot_write)?;
        let label = match self.style.encoding {
            TextEncoding::Utf8 if self.style.has_mark => "UTF-8 with byte-order mark",
            encoding => encoding.label(),
        };
        Ok(self.fits.then(|| label.to_owned()))
    }
}
