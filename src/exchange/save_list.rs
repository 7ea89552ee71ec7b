//! Any list of the window as a page for a browser and a printer, as CSV or as a workbook.

use std::io::{self, Write};

use super::atomic_write::{cannot_write, write_whole};
use super::error::ReadError;
use super::export::{begin_csv, write_row};
use super::html;
use super::html::escaped;
use super::list_table::ListTable;
use super::list_workbook;
use super::output_file::OutputFile;
use crate::domain::Time;
use crate::progress::Progress;
use crate::time_format::utc;

/// The form of a saved list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
pub enum ListForm {
    /// A page that any browser opens and prints. The header is repeated on each printed page.
    #[strum(serialize = "html")]
    Page,
    #[strum(serialize = "csv")]
    Csv,
    #[strum(serialize = "xlsx")]
    Workbook,
}

impl ListForm {
    /// The ending of the file.
    pub fn extension(self) -> &'static str {
        self.into()
    }
}

/// Saves a list. The file is for its owner alone. Returns the number of rows.
///
/// # Errors
/// The file cannot be written, or the work was cancelled.
pub fn save_list<'a>(
    table: ListTable,
    form: ListForm,
    to: impl Into<OutputFile<'a>>,
    now: Time,
    progress: &dyn Progress,
) -> Result<u64, ReadError> {
    write_whole(to, |file| {
        let mut out = io::BufWriter::new(file);
        let rows = match form {
            ListForm::Page => write_page(&mut out, table, now, progress),
            ListForm::Csv => write_csv(&mut out, table, progress),
            ListForm::Workbook => list_workbook::write(&mut out, table, now, progress),
        }?;
        out.flush().map_err(cannot_write)?;
        Ok(rows)
    })
}

fn write_page(
    out: &mut dyn Write,
    table: ListTable,
    now: Time,
    progress: &dyn Progress,
) -> Result<u64, ReadError> {
    let mut facts = table.facts;
    facts.push(("Made at", utc(now)));
    html::begin(out, &table.title, &facts).map_err(cannot_write)?;
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| escaped(column.name))
        .collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    html::begin_table(out, &columns).map_err(cannot_write)?;
    let mut count = 0;
    for row in table.rows {
        check(progress)?;
        let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
        let cells = cells.join("</td><td>");
        writeln!(out, "<tr><td>{cells}</td></tr>").map_err(cannot_write)?;
        count += 1;
    }
    html::end(out).map_err(cannot_write)?;
    Ok(count)
}

fn write_csv(
    out: &mut dyn Write,
    table: ListTable,
    progress: &dyn Progress,
) -> Result<u64, ReadError> {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    begin_csv(out, &columns).map_err(cannot_write)?;
    let mut count = 0;
    for row in table.rows {
        check(progress)?;
        write_row(out, ',', row.into_iter().map(Some)).map_err(cannot_write)?;
        count += 1;
    }
    Ok(count)
}

fn check(progress: &dyn Progress) -> Result<(), ReadError> {
    if progress.is_cancelled() {
        return Err(ReadError::Cancelled);
    }
    Ok(())
}
