//! The pieces of a sheet that all kinds of workbooks hand over, and what a person sees in a cell.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use super::number_format::{NumberFormat, general};

/// A piece of a sheet. Rows and columns count from 0.
pub(super) enum Piece<'a> {
    HiddenColumns(RangeInclusive<u32>),
    HiddenRow(u32),
    /// The row of totals at the end of a table. It comes before the cells.
    Totals(u32),
    Cell {
        row: u32,
        column: u32,
        cell: SeenCell<'a>,
    },
}

/// Takes the pieces of a sheet, until it returns false.
pub(super) type Visit<'v> = dyn FnMut(Piece<'_>) -> bool + 'v;

/// A cell as a person sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct SeenCell<'a> {
    pub text: Cow<'a, str>,
    pub fault: Option<CellFault>,
}

/// The reason why the text of a cell is not what its author meant. Such a cell names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFault {
    /// The cell shows an error such as `#N/A`.
    Error,
    /// The cell has a formula, and the file does not have its result.
    NoResult,
    /// The cell has a formula with the result 0, which programs write before they compute it.
    ZeroResult,
    /// The cell has a formula whose result is an empty text.
    EmptyResult,
}

/// The value in a cell, and how the file says that it is shown.
pub(super) struct RawCell<'a> {
    pub value: CellValue<'a>,
    pub is_formula: bool,
    pub format: Option<&'a NumberFormat>,
}

/// The value in a cell.
pub(super) enum CellValue<'a> {
    Empty,
    Text(Cow<'a, str>),
    Number(f64),
    /// A whole number by its digits, so few that all of them count. Most numbers are such ones, and need
    /// not be computed to be shown.
    Digits(Cow<'a, str>),
    Truth(bool),
    /// An error by its text.
    Error(Cow<'a, str>),
    /// A date or time in ISO 8601.
    IsoDate(Cow<'a, str>),
}

impl<'a> RawCell<'a> {
    /// The cell as a person sees it. `is_1904`: dates count from 1904.
    pub fn seen(self, is_1904: bool) -> SeenCell<'a> {
        let fault = match &self.value {
            CellValue::Error(_) => Some(CellFault::Error),
            CellValue::Empty if self.is_formula => Some(CellFault::NoResult),
            CellValue::Number(0.0) if self.is_formula => Some(CellFault::ZeroResult),
            CellValue::Digits(digits) if self.is_formula && digits == "0" => {
                Some(CellFault::ZeroResult)
            }
            CellValue::Text(text) if self.is_formula && text.is_empty() => {
                Some(CellFault::EmptyResult)
            }
            _ => None,
        };
        let text = match self.value {
            CellValue::Empty => Cow::Borrowed(""),
            CellValue::Text(text)
                if self.format.is_some_and(NumberFormat::hides_text) && !text.is_empty() =>
            {
                Cow::Borrowed("")
            }
            CellValue::Text(text) | CellValue::Error(text) => text,
            CellValue::Truth(true) => Cow::Borrowed("TRUE"),
            CellValue::Truth(false) => Cow::Borrowed("FALSE"),
            CellValue::Number(number) => Cow::Owned(match self.format {
                Some(format) => format.text(number, is_1904),
                None => general(number),
            }),
            CellValue::Digits(digits) => match self.format {
                Some(format) if !format.is_general() => {
                    let number = digits.parse().unwrap_or_default();
                    Cow::Owned(format.text(number, is_1904))
                }
                _ => digits,
            },
            CellValue::IsoDate(text) => Cow::Owned(iso_date(&text, self.format)),
        };
        SeenCell { text, fault }
    }
}

/// A date of ISO 8601 with a space before its time. A time that the format does not show, or that is
/// midnight, is left out.
fn iso_date(text: &str, format: Option<&NumberFormat>) -> String {
    let text = text.trim().trim_end_matches('Z');
    let Some((date, time)) = text.split_once('T') else {
        return text.to_owned();
    };
    let shows_time = match format.and_then(NumberFormat::shows_time) {
        Some(shows_time) => shows_time,
        None => time.chars().any(|c| ('1'..='9').contains(&c)),
    };
    if shows_time {
        format!("{date} {}", time.split('.').next().unwrap_or(time))
    } else {
        date.to_owned()
    }
}

impl CellFault {
    /// Whether a row with nothing but such cells is no row of a list.
    pub(in crate::exchange) fn is_blank(self) -> bool {
        matches!(self, Self::EmptyResult)
    }

    /// The fault as a sentence about the row. `column` counts from 0, `text` is what the cell shows.
    pub fn sentence(self, column: usize, text: &str) -> String {
        let column = column_name(column);
        match self {
            Self::Error => format!("Its cell in column {column} shows the error {text}."),
            Self::NoResult | Self::EmptyResult => format!(
                "Its cell in column {column} is a formula without a result. Open the workbook in a spreadsheet program and save \
                 it."
            ),
            Self::ZeroResult => format!(
                "Its cell in column {column} is a formula with the result 0, which stands for one that was not computed. Open the \
                 workbook in a spreadsheet program and save it."
            ),
        }
    }
}

/// The name of a column as spreadsheets show it: A, B … Z, AA. `column` counts from 0.
pub(in crate::exchange) fn column_name(column: usize) -> String {
    let (mut rest, mut letters) = (column + 1, Vec::new());
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}
