//! A list of the window as a workbook. Texts stay texts, so that no program runs one as a formula, and dates,
//! times and numbers are what they are, so that they can be sorted and counted.

use std::io::Write;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::atomic_write::cannot_write;
use super::error::ReadError;
use super::list_table::{CellKind, ListTable};
use crate::domain::Time;
use crate::progress::Progress;
use crate::time_format::utc;

/// The largest number of rows below the header, and of UTF-16 units in a cell, of a workbook
/// ("Excel specifications and limits", support.microsoft.com).
const MOST_ROWS: u32 = 1_048_575;
const MOST_UNITS: usize = 32_767;
/// The narrowest and the widest column, in characters.
const WIDTHS: (usize, usize) = (9, 60);
/// The number of first rows that decide about the widths of the columns.
const MEASURED: usize = 200;

/// Writes a workbook with the list in its first sheet, and the facts about it in a second one. Returns
/// the number of rows.
///
/// # Errors
/// The list is longer than a sheet, the file cannot be written, or the work was cancelled.
pub(super) fn write(
    out: impl Write + Send,
    table: ListTable,
    now: Time,
    progress: &dyn Progress,
) -> Result<u64, ReadError> {
    let mut workbook = Workbook::new();
    let created = moment(now.naive_utc()).map_err(failed)?;
    let properties = DocProperties::new()
        .set_title(&table.title)
        .set_creation_datetime(&created);
    workbook.set_properties(&properties);
    // Rows go to a temporary file as they are made, since a list can have a million of them.
    let sheet = workbook
        .add_worksheet_with_constant_memory()
        .map_err(failed)?;
    let mut facts = table.facts;
    facts.push(("Made at", utc(now)));
    let kinds: Vec<CellKind> = table.columns.iter().map(|column| column.kind).collect();
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let (mut first, mut rest) = (Vec::new(), table.rows);
    first.extend(rest.by_ref().take(MEASURED));
    begin(sheet, &names, &first).map_err(failed)?;
    let formats = Formats::new();
    let mut count = 0;
    for row in first.into_iter().chain(rest) {
        if progress.is_cancelled() {
            return Err(ReadError::Cancelled);
        }
        if count == MOST_ROWS {
            return Err(ReadError::Write(format!(
                "a sheet of a workbook has room for {MOST_ROWS} rows, and the list has more: save it as CSV"
            )));
        }
        count += 1;
        for (column, (text, kind)) in (0..).zip(row.iter().zip(&kinds)) {
            formats
                .write(sheet, (count, column), text, *kind)
                .map_err(failed)?;
        }
    }
    let last_column = u16::try_from(names.len().saturating_sub(1)).unwrap_or(u16::MAX);
    sheet
        .autofilter(0, 0, count.max(1), last_column)
        .map_err(failed)?;
    let about = workbook.add_worksheet();
    write_about(about, &table.title, &facts).map_err(failed)?;
    workbook.save_to_writer(out).map_err(failed)?;
    Ok(u64::from(count))
}

/// Writes the header, which stays in sight, and sets the widths.
fn begin(sheet: &mut Worksheet, names: &[&str], first: &[Vec<String>]) -> Result<(), XlsxError> {
    sheet.set_name("List")?.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (index, name) in names.iter().enumerate() {
        let column = u16::try_from(index).unwrap_or(u16::MAX);
        let cells = first.iter().filter_map(|row| row.get(index));
        let widest = cells.map(|cell| cell.chars().count()).max();
        // The sign of the filter stands beside the name.
        let width = widest.unwrap_or_default().max(name.chars().count() + 3);
        sheet.set_column_width(column, width.clamp(WIDTHS.0, WIDTHS.1) as f64)?;
        sheet.write_string_with_format(0, column, *name, &bold)?;
    }
    Ok(())
}

/// Writes the title and the facts about the list.
fn write_about(
    sheet: &mut Worksheet,
    title: &str,
    facts: &[(&'static str, String)],
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name("About")?.set_column_width(0, 16)?;
    sheet.set_column_width(1, WIDTHS.1 as f64)?;
    sheet.write_string_with_format(0, 0, whole(title), &bold)?;
    let facts = facts.iter().filter(|(_, text)| !text.is_empty());
    for (row, (name, text)) in (1..).zip(facts) {
        sheet.write_string(row, 0, *name)?;
        sheet.write_string(row, 1, whole(text))?;
    }
    Ok(())
}

/// The forms in which a spreadsheet shows dates, times and numbers.
struct Formats {
    date: Format,
    time: Format,
    number: Format,
}

impl Formats {
    fn new() -> Self {
        let form = |form: &str| Format::new().set_num_format(form);
        Self {
            date: form("yyyy-mm-dd"),
            time: form("yyyy-mm-dd hh:mm"),
            number: form("#,##0"),
        }
    }

    /// Writes a cell. A text that is none of its kind, such as "Never", stays a text.
    fn write(
        &self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        text: &str,
        kind: CellKind,
    ) -> Result<(), XlsxError> {
        if text.is_empty() {
            return Ok(());
        }
        let at = match kind {
            CellKind::Date => NaiveDate::parse_from_str(text, "%Y-%m-%d")
                .ok()
                .map(|date| (date.and_time(NaiveTime::MIN), &self.date)),
            CellKind::Time => NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")
                .ok()
                .map(|time| (time, &self.time)),
            CellKind::Text | CellKind::Number => None,
        };
        // A spreadsheet has no days before 1900.
        if let Some((at, format)) = at.filter(|(at, _)| at.year() >= 1900) {
            sheet.write_datetime_with_format(row, column, &moment(at)?, format)?;
            return Ok(());
        }
        let number = Some(text).filter(|_| kind == CellKind::Number);
        let number = number.and_then(|text| text.replace(',', "").parse::<u32>().ok());
        match number {
            Some(number) => sheet.write_number_with_format(row, column, number, &self.number)?,
            None => sheet.write_string(row, column, whole(text))?,
        };
        Ok(())
    }
}

fn moment(at: NaiveDateTime) -> Result<ExcelDateTime, XlsxError> {
    let part = |part: u32| u8::try_from(part).unwrap_or_default();
    let year = u16::try_from(at.year()).unwrap_or_default();
    ExcelDateTime::from_ymd(year, part(at.month()), part(at.day()))?.and_hms(
        u16::from(part(at.hour())),
        part(at.minute()),
        f64::from(at.second()),
    )
}

/// A text as long as a cell can hold.
fn whole(text: &str) -> String {
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= MOST_UNITS
    };
    text.chars().take_while(fits).collect()
}

fn failed(error: XlsxError) -> ReadError {
    match error {
        XlsxError::IoError(error) => cannot_write(error),
        other => ReadError::Write(other.to_string()),
    }
}
