//! The rows of a file as `Import-Csv` of PowerShell reads them, where that is not worse.
//!
//! Blanks and tabs before a cell do not count, and a quote behind them begins a quoted cell. An
//! empty heading is called H1, H2 and so on, and a comma behind the last heading makes none. Cells
//! that are missing at the end of a row are `$null`. Unlike PowerShell, encodings and delimiters are
//! found, an open quote is refused, and so is a cell beyond the headings.

use std::path::Path;

use super::delimiter::Delimiter;
use super::encoding::TextEncoding;
use super::error::ReadError;
use super::how_read::ReadOptions;
use super::input::Input;
use super::records::FileRow;
use super::table::Table;
use crate::pipeline::{CsvSource, Run};
use crate::progress::Progress;

/// Feeds a pipeline with the rows of a file.
///
/// # Errors
/// The file cannot be read, is no table, or lacks a column.
pub(super) fn feed_file(
    file: &CsvSource,
    run: &mut Run<'_>,
    progress: &dyn Progress,
) -> Result<(), ReadError> {
    let input = Input::file(Path::new(&file.path))?;
    let options = ReadOptions {
        // The first line is always the header, as for Import-Csv, unless the line names one.
        has_header: Some(file.header.is_none()),
        encoding: file.encoding.as_deref().and_then(encoding_of).transpose()?,
        delimiter: file
            .delimiter
            .and_then(|c| Delimiter::of_byte(u8::try_from(c).ok()?)),
        ..ReadOptions::default()
    };
    let mut table = Table::open(&input, &options, progress)?;
    let header = table.header_row().cloned();
    let delimiter = match table.how_read().delimiter() {
        // Rows that are short hide the comma of the header.
        Some(Delimiter::None) if header.as_ref().is_some_and(|row| row.raw.contains(',')) => ',',
        Some(found) => char::from(found.byte()),
        None => ',',
    };
    let columns = match (&file.header, header) {
        (Some(names), _) => names.clone(),
        (None, Some(row)) => headings(cells(&row, delimiter))?,
        (None, None) => table.headers().to_vec(),
    };
    run.header(&columns)?;
    while let Some(row) = table.next_unchecked()? {
        let problem = |what: String| ReadError::BrokenRow {
            line: row.line,
            what,
        };
        if let Some(what) = &row.problem {
            return Err(problem(what.clone()));
        }
        let mut cells = cells(&row, delimiter);
        let (has, width) = (cells.len(), columns.len());
        if cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            return Err(problem(format!(
                "It has {has} cells, and there are {width} headings. Import-Csv would drop the rest."
            )));
        }
        cells.truncate(width);
        if !run.row(cells) {
            break;
        }
    }
    Ok(())
}

/// The encoding that PowerShell calls by a name. None if the file decides.
fn encoding_of(name: &str) -> Option<Result<TextEncoding, ReadError>> {
    let name = match name.to_ascii_lowercase().as_str() {
        "default" | "ansi" | "oem" => return None,
        "utf8" | "utf8bom" | "utf8nobom" | "ascii" => "utf-8".to_owned(),
        "unicode" => "utf-16le".to_owned(),
        "bigendianunicode" => "utf-16be".to_owned(),
        other => other.to_owned(),
    };
    Some(name.parse().map_err(|_unknown| {
        ReadError::Choose(format!(
            "The encoding {name} is not known. Leave -Encoding out, and the file decides."
        ))
    }))
}

/// The names of the columns.
fn headings(mut cells: Vec<String>) -> Result<Vec<String>, ReadError> {
    if cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
    let mut empty = 0;
    let mut names: Vec<String> = Vec::with_capacity(cells.len());
    for cell in cells {
        let mut name = cell.trim().to_owned();
        if name.is_empty() {
            empty += 1;
            name = format!("H{empty}");
        }
        if names.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
            return Err(ReadError::DuplicateHeader(name));
        }
        names.push(name);
    }
    Ok(names)
}

/// The cells of a row. Rows of a workbook have them already.
fn cells(row: &FileRow, delimiter: char) -> Vec<String> {
    if row.raw.is_empty() {
        return row.fields.clone();
    }
    let (mut cells, mut rest) = (Vec::new(), row.raw.as_str());
    loop {
        let begun = rest.trim_start_matches(|c| c != delimiter && matches!(c, ' ' | '\t'));
        let mut cell = String::new();
        rest = begun;
        if let Some(quoted) = begun.strip_prefix('"') {
            rest = quoted;
            while let Some(end) = rest.find('"') {
                cell.push_str(&rest[..end]);
                rest = &rest[end + 1..];
                match rest.strip_prefix('"') {
                    Some(after) => {
                        cell.push('"');
                        rest = after;
                    }
                    None => break,
                }
            }
        }
        let end = rest.find(delimiter).unwrap_or(rest.len());
        cell.push_str(&rest[..end]);
        // A spreadsheet takes a cell with this mark for a text.
        if row.unmasked.contains(&cells.len()) {
            cell.remove(0);
        }
        cells.push(cell);
        match rest.get(end + delimiter.len_utf8()..) {
            Some(after) if end < rest.len() => rest = after,
            _ => return cells,
        }
    }
}
