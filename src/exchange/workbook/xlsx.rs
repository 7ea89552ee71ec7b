//! Workbooks of Excel since 2007 (.xlsx, .xlsm, .xltx; ECMA-376:
//! <https://ecma-international.org/publications-and-standards/standards/ecma-376/>), and the sheets and
//! shared texts of one.

use std::borrow::Cow;
use std::io::Read;

use quick_xml::events::{BytesStart, Event};

use super::address::position;
use super::error::WorkbookError;
use super::number_format::NumberFormat;
use super::package::Package;
use super::part::{CellValue, Piece, RawCell, Visit};
use super::shared_texts::SharedTexts;
use super::sheet_name::SheetName;
use super::xlsx_parts::{formats, shared_texts, unescaped};
use super::xml::{XmlPart, add_text, attribute, is_true, number, skip, text_until_end, xml};

/// A workbook of XML parts.
pub(super) struct XlsxBook {
    package: Package,
    sheets: Vec<SheetName>,
    /// The part of each sheet.
    parts: Vec<String>,
    texts: SharedTexts,
    formats: Vec<NumberFormat>,
    is_1904: bool,
}

impl XlsxBook {
    /// Reads the workbook in this part of a package.
    pub fn open(mut package: Package, workbook: &str) -> Result<Self, WorkbookError> {
        let relations = package.relations(workbook)?;
        let (mut sheets, mut parts, mut is_1904) = (Vec::new(), Vec::new(), false);
        let (mut part, mut buffer, mut is_workbook) =
            (package.needed(workbook)?, Vec::new(), false);
        loop {
            buffer.clear();
            match part.read_event_into(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "workbook" => is_workbook = true,
                    "workbookPr" => is_1904 |= is_true(&element, "date1904")?,
                    "sheet" => {
                        let id = attribute_of_relation(&element)?;
                        let relation = relations.iter().find(|relation| relation.id == id);
                        let relation = relation
                            .ok_or_else(|| WorkbookError::damaged("a sheet has no part"))?;
                        if relation.kind == "worksheet" {
                            let state = attribute(&element, "state")?;
                            let is_hidden = !matches!(state.as_deref(), None | Some("visible"));
                            let name = attribute(&element, "name")?.unwrap_or_default();
                            sheets.push(SheetName { name, is_hidden });
                            parts.push(relation.target.clone());
                        }
                    }
                    _ => {}
                },
                Event::End(element) if element.local_name().as_ref() == "workbook" => break,
                Event::Eof if is_workbook => return Err(WorkbookError::cut_off()),
                Event::Eof => return Err(WorkbookError::NotAWorkbook),
                _ => {}
            }
        }
        drop(part);
        let texts = match package.related(workbook, "sharedStrings", "sharedStrings.xml")? {
            Some(name) => shared_texts(&mut package.needed(&name)?)?,
            None => SharedTexts::default(),
        };
        let formats = match package.related(workbook, "styles", "styles.xml")? {
            Some(name) => formats(&mut package.needed(&name)?)?,
            None => Vec::new(),
        };
        Ok(Self {
            package,
            sheets,
            parts,
            texts,
            formats,
            is_1904,
        })
    }

    pub fn sheets(&self) -> &[SheetName] {
        &self.sheets
    }

    /// Hands over the pieces of the sheet with this index.
    pub fn read(&mut self, index: usize, visit: &mut Visit<'_>) -> Result<(), WorkbookError> {
        let name = self.parts[index].clone();
        for row in self.package.totals(&name)? {
            visit(Piece::Totals(row));
        }
        let part = self.package.part(&name)?;
        let part =
            part.ok_or_else(|| WorkbookError::damaged(format!("its part {name} is missing")))?;
        let mut sheet = XlsxSheet {
            part: xml(part),
            texts: &self.texts,
            formats: &self.formats,
            is_1904: self.is_1904,
            row: 0,
            column: 0,
            buffer: Vec::new(),
        };
        sheet.read(visit)
    }
}

/// The relation of a sheet. Its name has a prefix, and another attribute is called `sheetId`.
fn attribute_of_relation(sheet: &BytesStart<'_>) -> Result<String, WorkbookError> {
    Ok(attribute(sheet, "id")?.unwrap_or_default())
}

/// A sheet while it is read.
struct XlsxSheet<'a, R> {
    part: XmlPart<R>,
    texts: &'a SharedTexts,
    formats: &'a [NumberFormat],
    is_1904: bool,
    /// The position of the next cell without an address.
    row: u32,
    column: u32,
    /// The memory of events inside of a cell, which is used again for each.
    buffer: Vec<u8>,
}

impl<R: Read> XlsxSheet<'_, R> {
    fn read(&mut self, visit: &mut Visit<'_>) -> Result<(), WorkbookError> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            let goes_on = match self.part.read_event_into(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "col" => hidden_columns(&element)?.is_none_or(&mut *visit),
                    "row" => self.begin_row(&element, visit)?,
                    "c" => self.cell(&element, visit)?,
                    _ => true,
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "row" => {
                        self.row = self.row.saturating_add(1);
                        self.column = 0;
                        true
                    }
                    "sheetData" => return Ok(()),
                    _ => true,
                },
                Event::Eof => return Err(WorkbookError::cut_off()),
                _ => true,
            };
            if !goes_on {
                return Ok(());
            }
        }
    }

    fn begin_row(
        &mut self,
        element: &BytesStart<'_>,
        visit: &mut Visit<'_>,
    ) -> Result<bool, WorkbookError> {
        if let Some(number) = number(element, "r")? {
            self.row = number.saturating_sub(1);
        }
        self.column = 0;
        Ok(!is_hidden(element, "ht")? || visit(Piece::HiddenRow(self.row)))
    }

    fn cell(
        &mut self,
        element: &BytesStart<'_>,
        visit: &mut Visit<'_>,
    ) -> Result<bool, WorkbookError> {
        let (mut format, mut kind) = (0_usize, Cow::Borrowed(""));
        for attribute in element.attributes().with_checks(false) {
            let attribute = attribute.map_err(WorkbookError::damaged)?;
            match attribute.key.local_name().as_ref() {
                "r" => {
                    (self.row, self.column) = position(&attribute.value)
                        .ok_or_else(|| WorkbookError::damaged("a cell has no true address"))?;
                }
                "s" => format = attribute.value.trim().parse().unwrap_or(0),
                "t" => kind = attribute.value,
                _ => {}
            }
        }
        let (mut is_formula, mut value) = (false, None);
        let mut buffer = std::mem::take(&mut self.buffer);
        loop {
            buffer.clear();
            match self.part.read_event_into(&mut buffer)? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "f" => {
                        is_formula = true;
                        skip(&mut self.part, &mut buffer)?;
                    }
                    "is" => {
                        let text =
                            text_until_end(&mut self.part, &mut buffer, |name| name == "t", "rPh")?;
                        value = Some(CellValue::Text(Cow::Owned(unescaped(text))));
                    }
                    // The text of such a cell is in `is`.
                    "v" if kind != "inlineStr" => {
                        let text = self.simple_text(&mut buffer)?;
                        value = Some(value_of(&kind, is_formula, text, self.texts)?);
                    }
                    _ => skip(&mut self.part, &mut buffer)?,
                },
                Event::End(_) => break,
                Event::Eof => return Err(WorkbookError::cut_off()),
                _ => {}
            }
        }
        self.buffer = buffer;
        let cell = RawCell {
            value: value.unwrap_or(CellValue::Empty),
            is_formula,
            format: self.formats.get(format),
        };
        let (row, column) = (self.row, self.column);
        self.column = self.column.saturating_add(1);
        let cell = cell.seen(self.is_1904);
        Ok(visit(Piece::Cell { row, column, cell }))
    }

    /// The text up to the end of an element without others in it.
    fn simple_text(&mut self, buffer: &mut Vec<u8>) -> Result<String, WorkbookError> {
        let mut text = String::new();
        loop {
            buffer.clear();
            match self.part.read_event_into(buffer)? {
                Event::End(_) => return Ok(text),
                Event::Eof => return Err(WorkbookError::cut_off()),
                event => add_text(&event, &mut text)?,
            }
        }
    }
}

/// Whether a row or column is hidden, or has no height or width.
fn is_hidden(element: &BytesStart<'_>, size: &str) -> Result<bool, WorkbookError> {
    let size = attribute(element, size)?;
    let is_flat = size.is_some_and(|size| size.parse() == Ok(0.0_f64));
    Ok(is_flat || is_true(element, "hidden")?)
}

fn hidden_columns(element: &BytesStart<'_>) -> Result<Option<Piece<'static>>, WorkbookError> {
    let (first, last) = (number(element, "min")?, number(element, "max")?);
    let (Some(first), Some(last), true) = (first, last, is_hidden(element, "width")?) else {
        return Ok(None);
    };
    Ok(Some(Piece::HiddenColumns(
        first.saturating_sub(1)..=last.saturating_sub(1),
    )))
}

/// Whether a text is a whole number as it is shown, with so few digits that all of them count.
fn are_digits(text: &str) -> bool {
    const MOST: usize = 15;
    let starts_well = text.len() == 1 || !text.starts_with('0');
    text.len() <= MOST && starts_well && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The value of a cell by its type and the text of its value (ECMA-376 part 1, 18.18.11).
fn value_of<'a>(
    kind: &str,
    is_formula: bool,
    text: String,
    texts: &'a SharedTexts,
) -> Result<CellValue<'a>, WorkbookError> {
    let trimmed = text.trim();
    Ok(match kind {
        "str" => CellValue::Text(Cow::Owned(unescaped(text))),
        _ if trimmed.is_empty() => CellValue::Empty,
        "s" => {
            let text = trimmed
                .parse()
                .ok()
                .and_then(|index: usize| texts.get(index));
            let missing = || WorkbookError::damaged("a cell has a text that is not in the file");
            CellValue::Text(Cow::Borrowed(text.ok_or_else(missing)?))
        }
        "b" => match trimmed {
            "1" => CellValue::Truth(true),
            "0" => CellValue::Truth(false),
            word if word.eq_ignore_ascii_case("true") => CellValue::Truth(true),
            word if word.eq_ignore_ascii_case("false") => CellValue::Truth(false),
            _ => {
                return Err(WorkbookError::damaged(
                    "a cell has a truth value that is none",
                ));
            }
        },
        "e" => CellValue::Error(Cow::Owned(text)),
        "d" => CellValue::IsoDate(Cow::Owned(text)),
        "n" | "" if are_digits(&text) => CellValue::Digits(Cow::Owned(text)),
        "n" | "" => match trimmed.parse() {
            Ok(number) => CellValue::Number(number),
            // ClosedXML writes errors of its own without a type.
            Err(_) if kind.is_empty() && is_formula => CellValue::Error(Cow::Owned(text)),
            Err(_) if kind.is_empty() => CellValue::Text(Cow::Owned(text)),
            Err(_) => return Err(WorkbookError::damaged("a cell has a number that is none")),
        },
        _ => return Err(WorkbookError::damaged("a cell has an unknown type")),
    })
}
