//! Rows of results: a table of aligned columns, a JSON array or CSV. They are handed over one by one, however many they
//! are.

use serde::Serialize;
use serde_json::Value;

use super::Format;
use super::columns::{Column, Layout, NO_COLUMNS};
use super::console::Console;
use crate::exchange::csv_injection::harmless;

/// How many rows are looked at to find the widths of columns. A longer cell in a row after them moves the rest of its
/// line; in exchange the first line comes at once, and nothing is kept.
const MEASURED: usize = 1000;
/// Between the parts of a cell of CSV that is a list in JSON.
const BETWEEN_PARTS: &str = "; ";

/// A row of results. JSON has it as it is serialised; CSV has the same values under the same names.
pub(super) trait Row: Serialize {
    /// The names of JSON, in their order.
    const FIELDS: &'static [&'static str];
}

/// Rows on their way out.
pub(super) struct Rows<'r, 'a, T, const N: usize> {
    console: &'r mut Console<'a>,
    columns: [Column; N],
    cells: &'r dyn Fn(&T) -> [String; N],
    /// Those whose widths are not known yet.
    measured: Vec<[String; N]>,
    layout: Option<Layout>,
    count: usize,
}

/// Writes rows of results; where there are none, a table is its headers.
pub(super) fn write<T: Row, const N: usize>(
    console: &mut Console<'_>,
    columns: [impl Into<Column>; N],
    rows: &[T],
    cells: impl Fn(&T) -> [String; N],
) {
    let mut out = Rows::new(console, columns, &cells);
    for row in rows {
        out.add(row);
    }
    if rows.is_empty() && out.console.format() == Format::Text {
        out.lay_out();
    }
    out.finish();
}

/// Writes results that are one object, where they are no text.
pub(super) fn write_one<T: Row>(console: &mut Console<'_>, row: &T) {
    match console.format() {
        Format::Csv => {
            let cells = |_: &T| [];
            let mut out = Rows::<T, 0>::new(console, NO_COLUMNS, &cells);
            out.add(row);
            out.finish();
        }
        Format::Json | Format::Text => console.json(row),
    }
}

impl<'r, 'a, T: Row, const N: usize> Rows<'r, 'a, T, N> {
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

    /// Writes a row. Says whether anybody wants more of them.
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

    /// Ends the results. Says how many rows there were.
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

    /// As an element of an array that looks as if it had been written as a whole.
    fn add_json(&mut self, row: &T) {
        match serde_json::to_string_pretty(row) {
            Ok(text) => {
                let before = if self.count == 0 { "[\n  " } else { ",\n  " };
                self.console.write(before);
                // Within texts JSON has no line feeds, so these are those between the fields.
                self.console.write(&text.replace('\n', "\n  "));
            }
            Err(error) => self.console.fail(error.into()),
        }
    }

    fn add_names(&mut self) {
        self.console
            .write(&record(T::FIELDS.iter().map(|&name| name.to_owned())));
    }

    fn add_csv(&mut self, row: &T) {
        if self.count == 0 {
            self.add_names();
        }
        match serde_json::to_value(row) {
            Ok(value) => self
                .console
                .write(&record(T::FIELDS.iter().map(|name| cell(&value[*name])))),
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

    /// Finds the widths, and writes the headers and what waited for them.
    fn lay_out(&mut self) {
        let layout = Layout::of(self.columns.to_vec(), &self.measured, self.console.screen());
        self.console.painted(&layout.headers());
        for cells in std::mem::take(&mut self.measured) {
            self.console.painted(&layout.line(&cells));
        }
        self.layout = Some(layout);
    }
}

/// Writes a table with as many columns as there are, or the same as CSV.
pub(super) fn write_any(console: &mut Console<'_>, headers: &[String], rows: &[Vec<String>]) {
    if console.format() == Format::Csv {
        console.write(&record(headers.iter().cloned()));
        for row in rows {
            console.write(&record(row.iter().map(|cell| harmless(cell).into_owned())));
        }
        return;
    }
    let columns = headers.iter().cloned().map(Column::from).collect();
    let layout = Layout::of(columns, rows, console.screen());
    console.painted(&layout.headers());
    for row in rows {
        console.painted(&layout.line(row));
    }
}

/// A line of CSV as RFC 4180 has it.
fn record(cells: impl Iterator<Item = String>) -> String {
    let quoted = |cell: String| {
        if cell.contains(['"', ',', '\r', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell
        }
    };
    let mut line = cells.map(quoted).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

/// A value of JSON in a cell. A text that a spreadsheet would run is made harmless, as in the exports.
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
