//! The truth about a workbook, and whether it comes out so.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use pindesk::exchange::{FileRow, Input, ReadError, ReadOptions, Table};
use pindesk::progress::Unwatched;
use serde::Deserialize;

/// The contents of a workbook as a person sees them.
#[derive(Deserialize)]
pub struct Truth {
    pub file: String,
    situation: String,
    expect: Expected,
    sheet: Option<String>,
    header: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
    row_count: Option<usize>,
    #[serde(default)]
    hidden_rows: Vec<usize>,
    #[serde(default)]
    note: String,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
enum Expected {
    #[serde(rename = "read")]
    Read,
    #[serde(rename = "ask which sheet")]
    AskWhichSheet,
    #[serde(rename = "clear error")]
    ClearError,
}

/// A file as it was read.
struct Found {
    headers: Vec<String>,
    rows: Vec<FileRow>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/workbooks")
}

impl Truth {
    pub fn all() -> Vec<Self> {
        let text = fs::read_to_string(folder().join("truth.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Whether the file comes out as it should.
    pub fn check(&self) -> Result<(), String> {
        match (self.expect, self.read(&ReadOptions::default())) {
            (Expected::Read, Ok(found)) => self.compare(&found),
            (Expected::Read | Expected::AskWhichSheet, Err(ReadError::Choose(question))) => {
                self.is_asked(&question)?;
                let sheet = self.sheet.clone();
                let options = ReadOptions {
                    sheet,
                    ..ReadOptions::default()
                };
                let found = self.read(&options).map_err(|error| error.to_string())?;
                self.compare(&found)
            }
            (Expected::AskWhichSheet, Ok(found)) if self.may_be_read() => self.compare(&found),
            (Expected::AskWhichSheet, Ok(_)) => Err("it does not ask which sheet".to_owned()),
            (Expected::ClearError, Err(error)) => is_clear(&error),
            (Expected::ClearError, Ok(found)) if self.may_be_read() => self.compare(&found),
            (Expected::ClearError, Ok(_)) => Err(format!("it is read ({})", self.situation)),
            (Expected::Read, Err(error)) if self.may_be_refused() => is_clear(&error),
            (_, Err(error)) => Err(error.to_string()),
        }
    }

    fn read(&self, options: &ReadOptions) -> Result<Found, ReadError> {
        let input = Input::file(&folder().join("files").join(&self.file))?;
        let mut table = Table::open(&input, options, &Unwatched)?;
        let mut rows = Vec::new();
        while let Some(row) = table.next_row()? {
            rows.push(row);
        }
        let headers = table.headers().to_vec();
        Ok(Found { headers, rows })
    }

    fn may_be_read(&self) -> bool {
        self.note.contains("reading") && self.note.contains("fine too")
    }

    fn may_be_refused(&self) -> bool {
        ["a clear error is", "clear error are both fine"]
            .iter()
            .any(|words| self.note.contains(words))
    }

    fn is_asked(&self, question: &str) -> Result<(), String> {
        let sheet = self.sheet.as_deref().unwrap_or_default();
        if question.contains(sheet) {
            Ok(())
        } else {
            Err(format!("the question does not name {sheet}: {question}"))
        }
    }

    /// The names of the columns as a table gives them: a second one of a name has a number.
    fn columns(&self) -> Vec<String> {
        let mut counts = HashMap::new();
        let names = (1..).zip(&self.header).map(|(number, name)| {
            let name = match name.trim() {
                "" => format!("Column {number}"),
                name => name.to_owned(),
            };
            let count = counts.entry(name.to_lowercase()).or_insert(0);
            *count += 1;
            match count {
                1 => name,
                count => format!("{name} ({count})"),
            }
        });
        names.collect()
    }

    /// Compares what is seen: without hidden rows and columns.
    fn compare(&self, found: &Found) -> Result<(), String> {
        let columns = self.columns();
        let is_hidden = |column: &str| {
            self.note.contains("hidden column")
                && !found.headers.iter().any(|header| header == column)
        };
        let seen: Vec<usize> = (0..columns.len())
            .filter(|&index| !is_hidden(&columns[index]))
            .collect();
        if columns.len() > seen.len() + 1 {
            return Err(format!("columns are missing: {:?}", found.headers));
        }
        let header: Vec<&String> = seen.iter().map(|&index| &columns[index]).collect();
        if found.headers.iter().collect::<Vec<_>>() != header {
            return Err(format!("header {:?}, not {header:?}", found.headers));
        }
        // An empty row in the middle is left out, and a stray cell is a row that cannot be read.
        let is_filled =
            |row: &&Vec<Option<String>>| row.iter().any(|cell| cell.as_deref() != Some(""));
        let is_row = |row: &&FileRow| row.problem.is_none() || !self.may_be_refused();
        let found_rows: Vec<_> = found.rows.iter().filter(is_row).collect();
        let visible = self
            .rows
            .iter()
            .enumerate()
            .filter(|(index, _)| !self.hidden_rows.contains(index));
        let rows: Vec<_> = visible.map(|(_, row)| row).filter(is_filled).collect();
        let count = self.row_count.unwrap_or(rows.len());
        if found_rows.len() != count {
            return Err(format!(
                "{} rows, not {count}: {:?}",
                found_rows.len(),
                found_rows
                    .iter()
                    .map(|row| row.fields.join("|"))
                    .take(9)
                    .collect::<Vec<_>>()
            ));
        }
        for (found, expected) in found_rows.iter().zip(rows) {
            if let Some(problem) = &found.problem {
                return Err(format!("line {}: {problem}", found.line));
            }
            for (at, &index) in seen.iter().enumerate() {
                let (cell, expected) = (&found.fields[at], &expected[index]);
                let is_right = match expected {
                    Some(expected) => is_right(cell, expected),
                    None => cell.is_empty() || found.fault(at).is_some(),
                };
                if !is_right {
                    return Err(format!(
                        "line {}, {}: {cell:?}, not {expected:?}",
                        found.line, columns[index]
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Whether a cell is what a person sees. A long number in the General format may have all its
/// digits, which the formula bar shows.
fn is_right(cell: &str, expected: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    match number(cell).zip(number(expected)) {
        Some((cell, rounded)) if expected.contains("E+") => {
            (cell - rounded).abs() <= rounded * 1e-5
        }
        _ => cell == expected,
    }
}

/// Whether an error says what is wrong with the file.
fn is_clear(error: &ReadError) -> Result<(), String> {
    match error {
        ReadError::Workbook(_) | ReadError::Foreign { .. } | ReadError::Empty => Ok(()),
        error => Err(error.to_string()),
    }
}
