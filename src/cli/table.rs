//! Rows of results as a table of aligned columns, a JSON array or CSV. Rows are written one by one,
//! so that any number of them needs little memory.

use serde::Serialize;
use serde_json::Value;

use super::Format;
use super::columns::{Column, NO_COLUMNS, TableLayout};
use super::console::Console;
use crate::domain::visible::shown;
use crate::exchange::csv_injection::{harmless, quoted_if_needed};

/// The number of rows that decide the widths of columns. Measuring only the first rows lets the
/// first line appear at once; a longer cell in a later row shifts the rest of its line.
const MEASURED: usize = 1000;
/// The separator in a CSV cell whose value is a list in JSON.
const BETWEEN_PARTS: &str = "; ";

/// A row of results. It is serialised as JSON; CSV has the same values under the same names.
pub(super) trait OutputRow: Serialize {
    /// The names of the JSON fields, in the order of the CSV columns.
    const FIELDS: &'static [&'static str];
}

/// Writes rows in the format of the command line.
pub(super) struct RowWriter<'r, 'a, T, const N: usize> {
    console: &'r mut Console<'a>,
    columns: [Column; N],
    cells: &'r dyn Fn(&T) -> [String; N],
    /// Rows that wait until the widths are known.
    measured: Vec<[String; N]>,
    layout: Option<TableLayout>,
    count: usize,
}

/// Writes rows of results. A table without rows has only its headers.
pub(super) fn write<T: OutputRow, const N: usize>(
    console: &mut Console<'_>,
    columns: [impl Into<Column>; N],
    rows: &[T],
    cells: impl Fn(&T) -> [String; N],
) {
    let mut out = RowWriter::new(console, columns, &cells);
    for row in rows {
        out.add(row);
    }
    if rows.is_empty() && out.console.format() == Format::Text {
        out.lay_out();
    }
    out.finish();
}

/// Writes rows as JSON or CSV, each when it is made.
pub(super) fn write_each<T: OutputRow>(console: &mut Console<'_>, rows: impl Iterator<Item = T>) {
    let cells = |_: &T| [];
    let mut out = RowWriter::<T, 0>::new(console, NO_COLUMNS, &cells);
    for row in rows {
        if !out.add(&row) {
            break;
        }
    }
    out.finish();
}

/// Writes a result that is one object, as JSON or CSV.
pub(super) fn write_one<T: OutputRow>(console: &mut Console<'_>, row: &T) {
    match console.format() {
        Format::Csv => {
            let cells = |_: &T| [];
            let mut out = RowWriter::<T, 0>::new(console, NO_COLUMNS, &cells);
            out.add(row);
            out.finish();
        }
        Format::Json | Format::Text => console.json(row),
    }
}

impl<'r, 'a, T: OutputRow, const N: usize> RowWriter<'r, 'a, T, N> {
    pub fn new(
        console: &'r mut Console<'a>,
        columns: [impl Into<Column>; N],
        cells: &'r dyn Fn(&T) -> [String; N],
    ) -> Self {
        Self {
            console,
            columns: columns.map(Into::into),
            cells,
            measured: Vec::new(),
            layout: None,
            count: 0,
        }
    }

    /// Writes a row. Returns false if the reader of the output is gone.
    pub fn add(&mut self, row: &T) -> bool {
        match self.console.format() {
            Format::Json => self.add_json(row),
            Format::Csv => self.add_csv(row),
            Format::Text => self.add_text(row),
        }
        self.count += 1;
        if self.measured.is_empty() {
            self.console.deliver();
        }
        self.console.is_read()
    }

    /// Ends the output, and returns the number of rows.
    pub fn finish(mut self) -> usize {
        match self.console.format() {
            Format::Json => self
                .console
                .write(if self.count == 0 { "[]\n" } else { "\n]\n" }),
            Format::Csv if self.count == 0 => self.add_names(),
            Format::Csv => {}
            Format::Text if self.measured.is_empty() => {}
            Format::Text => self.lay_out(),
        }
        self.count
    }

    /// Writes an element of a JSON array, indented as if the array were serialised as a whole.
    fn add_json(&mut self, row: &T) {
        match serde_json::to_string_pretty(row) {
            Ok(text) => {
                let before = if self.count == 0 { "[\n  " } else { ",\n  " };
                self.console.write(before);
                // JSON escapes line feeds in texts, so every line feed here is between fields.
                self.console.write(&text.replace('\n', "\n  "));
            }
            Err(error) => self.console.fail(error.into()),
        }
    }

    fn add_names(&mut self) {
        let names: Vec<String> = T::FIELDS.iter().map(|&name| name.to_owned()).collect();
        write_csv_line(self.console, &names);
    }

    fn add_csv(&mut self, row: &T) {
        if self.count == 0 {
            self.add_names();
        }
        match serde_json::to_value(row) {
            Ok(value) => {
                let cells: Vec<String> = T::FIELDS.iter().map(|name| cell(&value[*name])).collect();
                write_csv_line(self.console, &cells);
            }
            Err(error) => self.console.fail(error.into()),
        }
    }

    fn add_text(&mut self, row: &T) {
        let cells = (self.cells)(row);
        if let Some(layout) = &self.layout {
            let line = layout.line(&cells);
            self.console.painted(&line);
            return;
        }
        self.measured.push(cells);
        if self.measured.len() == MEASURED {
            self.lay_out();
        }
    }

    /// Decides the widths, and writes the headers and the waiting rows.
    fn lay_out(&mut self) {
        let layout = TableLayout::of(self.columns.to_vec(), &self.measured, self.console.screen());
        self.console.painted(&layout.headers());
        for cells in std::mem::take(&mut self.measured) {
            self.console.painted(&layout.line(&cells));
        }
        self.layout = Some(layout);
    }
}

/// Writes a table whose columns are known only at run time, or its CSV.
pub(super) fn write_any(console: &mut Console<'_>, headers: &[String], rows: &[Vec<String>]) {
    if console.format() == Format::Csv {
        write_csv_line(console, headers);
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| harmless(cell).into_owned()).collect();
            write_csv_line(console, &cells);
        }
        return;
    }
    let columns = headers.iter().cloned().map(Column::from).collect();
    let layout = TableLayout::of(columns, rows, console.screen());
    console.painted(&layout.headers());
    for row in rows {
        console.painted(&layout.line(row));
    }
}

/// Writes a line of CSV as RFC 4180 (<https://www.rfc-editor.org/rfc/rfc4180>) defines it. A terminal
/// gets no hidden characters; files and pipes get every text as it is.
fn write_csv_line(console: &mut Console<'_>, cells: &[String]) {
    let is_terminal = console.screen().is_terminal;
    let cells = cells.iter().map(|cell| {
        if is_terminal {
            quoted_if_needed(&shown(cell), ',').into_owned()
        } else {
            quoted_if_needed(cell, ',').into_owned()
        }
    });
    let line = cells.collect::<Vec<_>>().join(",");
    console.write(&format!("{line}\r\n"));
}

/// A JSON value as a CSV cell. A text that a spreadsheet would run as a formula is made harmless,
/// as in exports.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text).into_owned(),
        Value::Array(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| {
                    part.as_str()
                        .map_or_else(|| part.to_string(), str::to_owned)
                })
                .collect();
            harmless(&parts.join(BETWEEN_PARTS)).into_owned()
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}
