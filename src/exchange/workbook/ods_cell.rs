//! A cell of an OpenDocument spreadsheet: its type, its value and the text that is shown.

use std::borrow::Cow;
use std::io::Read;

use quick_xml::events::{BytesStart, Event};

use super::error::WorkbookError;
use super::number_format::general;
use super::part::{CellFault, CellValue, RawCell, SeenCell};
use super::xml::{XmlPart, add_text, number, skip};

/// A cell.
#[derive(Clone, Debug, Default)]
pub(super) struct OdsCell {
    kind: String,
    value: String,
    /// The text that is shown. None if the cell has none.
    shown: Option<String>,
    is_formula: bool,
    is_error: bool,
}

/// Blanks that one element may stand for.
const MOST_BLANKS: u32 = 1 << 15;

impl OdsCell {
    /// Reads a cell that has begun, to its end.
    pub fn read<R: Read>(
        element: &BytesStart<'_>,
        part: &mut XmlPart<R>,
    ) -> Result<Self, WorkbookError> {
        let mut cell = Self::default();
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(WorkbookError::damaged)?;
            let value = || {
                Ok::<_, WorkbookError>(
                    attribute
                        .normalized_value(quick_xml::XmlVersion::Implicit1_0)?
                        .into_owned(),
                )
            };
            match attribute.key.local_name().as_ref() {
                // LibreOffice has the type of errors in another name space.
                "value-type" if value()? == "error" => cell.is_error = true,
                "value-type" if cell.kind.is_empty() => cell.kind = value()?,
                "value" | "date-value" | "time-value" | "boolean-value" | "string-value" => {
                    cell.value = value()?;
                }
                "formula" => cell.is_formula = true,
                _ => {}
            }
        }
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            match part.read_event_into(&mut buffer)? {
                Event::Start(element) if element.local_name().as_ref() == "p" => {
                    let text = paragraph(part)?;
                    match &mut cell.shown {
                        Some(shown) => {
                            shown.push('\n');
                            shown.push_str(&text);
                        }
                        None => cell.shown = Some(text),
                    }
                }
                // Comments and drawings are no part of the text.
                Event::Start(_) => skip(part, &mut buffer)?,
                Event::End(_) => return Ok(cell),
                Event::Eof => return Err(WorkbookError::cut_off()),
                _ => {}
            }
        }
    }

    /// Whether there is nothing in the cell.
    pub fn is_blank(&self) -> bool {
        self.kind.is_empty() && self.shown.is_none() && !self.is_formula
    }

    /// The cell as a person sees it.
    pub fn seen(&self) -> SeenCell<'_> {
        let shown = self.shown.as_deref();
        let value = match self.kind.as_str() {
            _ if self.is_error || self.is_formula && shown.is_some_and(is_error_text) => {
                CellValue::Error(Cow::Borrowed(shown.unwrap_or("#ERROR!")))
            }
            "boolean" => CellValue::Truth(self.value == "true"),
            "date" if !self.value.is_empty() => CellValue::IsoDate(Cow::Borrowed(&self.value)),
            "float" | "percentage" | "currency" => return self.seen_number(),
            // A long text stands in the attribute if the cell shows none.
            _ => match shown {
                Some(shown) => CellValue::Text(Cow::Borrowed(shown)),
                None if !self.value.is_empty() => CellValue::Text(Cow::Borrowed(&self.value)),
                None => CellValue::Empty,
            },
        };
        let cell = RawCell {
            value,
            is_formula: self.is_formula,
            format: None,
        };
        cell.seen(false)
    }

    /// A number has the text of its format, unless that has an exponent or the program wrote none.
    fn seen_number(&self) -> SeenCell<'_> {
        let number = self.value.parse::<f64>().unwrap_or(0.0);
        let text = match &self.shown {
            Some(shown) if !shown.contains("E+") => Cow::Borrowed(shown.as_str()),
            _ => Cow::Owned(general(number)),
        };
        let is_zero = self.is_formula && number == 0.0;
        SeenCell {
            text,
            fault: is_zero.then_some(CellFault::ZeroResult),
        }
    }
}

fn is_error_text(text: &str) -> bool {
    const ERRORS: [&str; 8] = [
        "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "Err:",
    ];
    ERRORS.iter().any(|error| text.starts_with(error))
}

/// The text of a paragraph that has begun. White space is one blank, unless an element says otherwise
/// (OpenDocument 1.3 part 3, 6.1.2).
fn paragraph<R: Read>(part: &mut XmlPart<R>) -> Result<String, WorkbookError> {
    let (mut text, mut piece, mut buffer, mut depth) =
        (String::new(), String::new(), Vec::new(), 1_usize);
    while depth > 0 {
        buffer.clear();
        match part.read_event_into(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "s" => {
                    let count = number(&element, "c")?.unwrap_or(1).min(MOST_BLANKS);
                    text.extend(std::iter::repeat_n(' ', count as usize));
                    skip(part, &mut buffer)?;
                }
                "tab" => {
                    text.push('\t');
                    skip(part, &mut buffer)?;
                }
                "line-break" => {
                    text.push('\n');
                    skip(part, &mut buffer)?;
                }
                // Comments, and the readings of a text.
                "annotation" | "ruby-text" | "note" => skip(part, &mut buffer)?,
                _ => depth += 1,
            },
            Event::End(_) => depth -= 1,
            Event::Eof => return Err(WorkbookError::cut_off()),
            event => {
                piece.clear();
                add_text(&event, &mut piece)?;
                for c in piece.chars() {
                    let is_white = matches!(c, ' ' | '\t' | '\r' | '\n');
                    let is_spare =
                        is_white && (text.is_empty() || text.ends_with([' ', '\n', '\t']));
                    if !is_spare {
                        text.push(if is_white { ' ' } else { c });
                    }
                }
            }
        }
    }
    Ok(text)
}
